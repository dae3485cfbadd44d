"""A wave of intensive care from a register: who must have come, what is written, and what is refused."""

import csv
from datetime import date, timedelta
from math import exp
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.build import build_scenario
from experiments.config import compose
from experiments.importing.icu import STAY_MIN, Choice, arrivals_per_day, import_icu, whole
from sim.arrivals import Replay
from sim.faults import ScenarioError
from sim.units import MINUTES_PER_DAY

pytestmark = pytest.mark.unit

FIRST = date(2020, 12, 1)
counts = st.lists(st.floats(0, 500), min_size=1, max_size=40)


def test_a_steady_ward_is_refilled_as_fast_as_it_empties() -> None:
    # 34 patients who stay 3.4 days: ten a day.
    np.testing.assert_allclose(arrivals_per_day(np.full(9, 34.0), 3.4, 34.0), 10.0)


def test_a_ward_that_empties_faster_than_stays_end_had_no_arrivals() -> None:
    found = arrivals_per_day(np.array([5.0, 50.0 * exp(-1.0)]), 2.0, 50.0)
    assert found[0] == 0.0
    # 50 halve in no time in the table; in fact exp(-1/2) of them are left, and exp(-1) of them a day later.
    assert found[1] == pytest.approx(0.0, abs=1e-12)


@given(counts, st.floats(0.5, 20), st.floats(0, 500))
def test_arrivals_bring_a_ward_to_every_count_that_it_can_reach(
    occupied: list[float], stay_days: float, at_start: float
) -> None:
    stays, inside = exp(-1 / stay_days), at_start
    for count, came in zip(occupied, arrivals_per_day(np.array(occupied), stay_days, at_start), strict=True):
        inside = inside * stays + came * stay_days * (1 - stays)
        assert came >= 0
        assert inside >= count - 1e-6
        assert came == 0 or inside == pytest.approx(count)


@given(st.lists(st.floats(0, 30), min_size=1, max_size=40))
def test_whole_patients_keep_the_sum_to_any_day(per_day: list[float]) -> None:
    found = whole(np.array(per_day))
    assert np.all(found >= 0)
    assert np.all(np.abs(found.cumsum() - np.cumsum(per_day)) <= 0.5 + 1e-9)


def a_table(path: Path, rows: list[tuple[object, ...]], header: str = "district,Date,betten_ges,betten_belegt") -> Path:
    path.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n", encoding="utf-8")
    return path


def two_districts(path: Path, n_days: int = 8) -> Path:
    days = [FIRST + timedelta(k) for k in range(n_days)]
    full = [("Mülheim", day, 40, 34) for day in days]
    return a_table(path, [*full, *[("Elsewhere", day, 20, 2 + k) for k, day in enumerate(days)]])


def test_a_study_of_the_register_can_be_run(tmp_path: Path) -> None:
    table, out = two_districts(tmp_path / "beds.csv"), tmp_path / "wave"
    waves = import_icu(table, out, Choice(FIRST, FIRST + timedelta(7)))
    assert [(wave.name, wave.beds, wave.at_start) for wave in waves] == [("Elsewhere", 18, 2), ("Mülheim", 36, 34)]
    # Seven days after the first count, ten a day.
    assert waves[1].arrivals.sum() == 70
    settings = compose(["experiment=icu_wave"], config_dir=out)[0].settings
    scenario = build_scenario(settings)
    assert [hospital.id for hospital in scenario.city.hospitals] == ["elsewhere", "mulheim"]
    assert scenario.city.travel_min.tolist() == [[0, 30], [30, 0]]
    sources = {source.name: source for source in scenario.sources}
    recorded = sources["register.mulheim"].pattern
    assert isinstance(recorded, Replay)
    assert len(recorded.times_min) == 70
    assert max(recorded.times_min) < 7 * MINUTES_PER_DAY
    assert sources["start-mulheim-icu_bed"].at_start == 34


def test_the_stay_of_the_register_is_that_of_the_pathway() -> None:
    pathways = {one.name: one for one in build_scenario(compose(["experiment=icu_wave"])[0].settings).pathways}
    for name in ("icu_usual", "icu_inside"):
        step = pathways[name].phases[0].steps[0]
        assert step.duration.values[0].mean == STAY_MIN


def test_patients_of_a_day_come_at_equal_distances(tmp_path: Path) -> None:
    table, out = two_districts(tmp_path / "beds.csv", 2), tmp_path / "wave"
    import_icu(table, out, Choice(FIRST, FIRST + timedelta(1), exclude=["Elsewhere"]))
    with (out / "arrivals.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    gaps = np.diff([float(row["arrived"]) for row in rows])
    np.testing.assert_allclose(gaps, 144.0, atol=0.002)
    assert {row["hospital"] for row in rows} == {"mulheim"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"last": FIRST}, "--until"),
        ({"beds_share": 0.0}, "--beds-share"),
        ({"travel_min": -1.0}, "--travel-min"),
        ({"exclude": ["Nowhere"]}, "--exclude"),
        ({"exclude": ["Mülheim", "Elsewhere"]}, "beds.csv"),
    ],
)
def test_a_choice_without_meaning_is_refused(tmp_path: Path, change: dict[str, object], field: str) -> None:
    table = two_districts(tmp_path / "beds.csv")
    choice = Choice(**({"first": FIRST, "last": FIRST + timedelta(7)} | change))  # type: ignore[arg-type]
    with pytest.raises(ScenarioError) as refused:
        import_icu(table, tmp_path / "wave", choice)
    assert field in [fault.field for fault in refused.value.faults]
    assert not (tmp_path / "wave").exists()


def test_days_that_are_missing_and_cells_that_are_wrong_are_named(tmp_path: Path) -> None:
    table = a_table(tmp_path / "beds.csv", [("A", FIRST, 9, 5), ("A", "yesterday", 9, -1)])
    with pytest.raises(ScenarioError, match=r"row 3, column date.*\n*.*row 3, column occupied"):
        import_icu(table, tmp_path / "wave", Choice(FIRST, FIRST + timedelta(1)))
    table = a_table(tmp_path / "beds.csv", [("A", FIRST, 9, 5), ("A", FIRST + timedelta(2), 9, 5)])
    with pytest.raises(ScenarioError, match="give one row for each of the 3 days"):
        import_icu(table, tmp_path / "wave", Choice(FIRST, FIRST + timedelta(2)))


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    table = two_districts(tmp_path / "beds.csv")
    with pytest.raises(ScenarioError, match="new or empty"):
        import_icu(table, tmp_path, Choice(FIRST, FIRST + timedelta(7)))
    assert sorted(tmp_path.iterdir()) == [table]
