"""Spaces of settings are read, refused in words before anything runs, and their points are configurations."""

import numpy as np
import pytest

from experiments import cli
from experiments.config import CellConfig, compose
from experiments.indices import asked
from experiments.space.ranges import Range, Space, read_space
from experiments.space.simulated import named_points, values_of
from sim.faults import Fault, ScenarioError

pytestmark = pytest.mark.study

NURSES = "city.hospitals.central.staff.ed_nurse"


@pytest.fixture(scope="module")
def cell() -> CellConfig:
    return compose(["run.weeks=0.3", "run.warm_up_weeks=0.1"])[0]


def space_of(text: str, cell: CellConfig) -> tuple[Space, list[Fault]]:
    faults: list[Fault] = []
    return read_space(text, cell, faults), faults


def test_ranges_come_from_words_and_from_assumptions(cell: CellConfig) -> None:
    found, faults = space_of(f"[city.ward_beds.scale:0.9:1.2,A03,{NURSES}:4:9]", cell)
    assert not faults
    assert [(one.key, one.low, one.high, one.whole) for one in found.ranges] == [
        ("city.ward_beds.scale", 0.9, 1.2, False),
        ("care.treatment", 0.8, 1.2, False),
        (NURSES, 4.0, 9.0, True),
    ]


def test_all_assumptions_that_are_set_here_make_a_space(cell: CellConfig) -> None:
    found, faults = space_of("assumptions", cell)
    assert not faults
    assert {"care.ward_stay", "care.icu_stay"} <= {one.key for one in found.ranges}
    assert all(one.low < one.high for one in found.ranges)


def test_a_point_is_a_configuration_told_apart_by_its_levels(cell: CellConfig) -> None:
    found, _ = space_of(f"[city.ward_beds.scale:0.9:1.2,{NURSES}:4:9]", cell)
    levels = found.levels((0.5, 0.999))
    at = found.cell_at(levels, "p7")
    assert levels == (1.05, 9.0)
    assert at.factors == {"city.ward_beds.scale": "1.05", NURSES: "9"}
    assert at.resolved["city"]["hospitals"]["central"]["staff"]["ed_nurse"] == 9
    assert at.settings.city.ward_beds.scale == 1.05
    assert at.hash != cell.hash
    assert found.levels(found.shares(levels)) == levels


def test_whole_numbers_share_the_range_evenly() -> None:
    one = Range("n", 2.0, 5.0, whole=True)
    drawn = [one.level(share) for share in np.linspace(0, 1, 400, endpoint=False)]
    assert [drawn.count(value) for value in (2.0, 3.0, 4.0, 5.0)] == [100] * 4
    assert one.level(1.0) == 5.0


def test_equal_points_are_simulated_once() -> None:
    assert named_points([(1.0,), (2.0,), (1.0,)]) == {(1.0,): "p000", (2.0,): "p001"}


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("[city.ward_bed.scale:0.9:1.2]", "no such setting"),
        ("[city.name:0.9:1.2]", "is a number"),
        ("[city.ward_beds.scale:1.2:0.9]", "lower end first"),
        ("[city.ward_beds.scale:low:1.2]", "give a number"),
        ("[A99999]", "give the range"),
        ("[]", "name settings"),
        ("[city.ward_beds.scale:0.9:1.2,city.ward_beds.scale:0.8:1.2]", "once"),
        ("[city.ward_beds.scale:-2:-1]", "zero"),
    ],
)
def test_what_is_no_space_is_refused(text: str, mend: str, cell: CellConfig) -> None:
    _, faults = space_of(text, cell)
    assert [fault for fault in faults if mend in fault.mend], faults


def test_values_are_in_the_order_asked_for_with_gaps() -> None:
    import pandas as pd

    rows = [("p1", 0, 3.0), ("p0", 0, 1.0), ("p0", 1, 2.0)]
    frame = pd.DataFrame(rows, columns=["cell", "replication", "value"]).assign(measure="m", dimension="all")
    assert np.array_equal(values_of(frame, "m", ["p0", "p1", "p0"], 2), [[1, 2], [3, np.nan], [1, 2]], equal_nan=True)


def test_without_its_library_the_mend_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "find_spec", lambda name: None)
    with pytest.raises(ScenarioError) as caught:
        asked.read_question(["method=morris", "measure=ed_loss", "n=2"])
    assert {fault.field for fault in caught.value.faults} == {"method", "measure", "n"}
    assert "citycare[sensitivity]" in str(caught.value.faults[0])


def test_rows_of_a_sequence_come_in_powers_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "find_spec", lambda name: object())
    with pytest.raises(ScenarioError) as caught:
        asked.read_question(["method=sobol", "n=50"])
    assert [(fault.field, fault.value) for fault in caught.value.faults] == [("n", 50)]
    with pytest.raises(ScenarioError, match="morris"):
        asked.read_question(["method=fast"])


def test_the_command_says_what_it_takes_and_runs_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(asked, "find_spec", lambda name: object())
    words = ["method=morris", "vary=[A01,A02]", "n=4", "run.weeks=0.2", "run.replications=3", "run.workers=1"]
    assert cli.main(["sensitivity", *words, "--dry-run"]) == 0
    assert capsys.readouterr().out.startswith("2 settings, 12 points: 36 replications: about ")
