"""Targets and parameters: what ships has sources, a user's parts take its place, faults come at once."""

import csv
from pathlib import Path

import pytest

from experiments.calibration.aims import SHIPPED, read_aims
from experiments.calibration.observed import QUANTITIES
from experiments.importing.city import assumptions
from sim.faults import ScenarioError

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
MINE = """
targets:
  lwbs_share: {what: Left, unit: share, value: 0.05, tolerance: 0.01, source: own}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "targets.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_all_that_is_observed_has_a_target() -> None:
    assert tuple(read_aims().targets) == QUANTITIES


def test_every_source_that_ships_is_known() -> None:
    aims = read_aims()
    known = {
        row["id"]
        for name in ("parameters.csv", "assumptions.csv")
        for row in csv.DictReader((ROOT / "conf" / name).read_text(encoding="utf-8").splitlines())
    } | {line.split("|")[1].strip() for line in assumptions().splitlines()}
    named = [one.source for one in (*aims.targets.values(), *aims.parameters.values())] + [aims.hourly.source]
    assert {id_.strip() for source in named for id_ in source.split(",")} <= known


def test_the_usual_value_of_every_parameter_lies_in_its_range() -> None:
    from experiments.calibration.city import usual_values

    aims = read_aims()
    for name, value in usual_values(aims.parameters).items():
        assert aims.parameters[name].low <= value <= aims.parameters[name].high, name


def test_a_part_of_ones_own_takes_the_place_of_what_ships(tmp_path: Path) -> None:
    mine, usual = read_aims(written(tmp_path, MINE)), read_aims()
    assert list(mine.targets) == ["lwbs_share"]
    assert mine.targets["lwbs_share"].value == 0.05
    assert (mine.parameters, mine.hourly) == (usual.parameters, usual.hourly)


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    text = """
targets:
  lwbs: {what: Left, unit: share, value: 0.05, tolerance: 0.01}
  lwbs_share: {what: Left, unit: share, value: 0.05, tolerance: 0}
hourly: {share: [1, 2]}
parameters:
  care.treatment: {what: Times, low: 2, high: 1}
  care.treatments: {what: Times, low: 1, high: 2}
"""
    with pytest.raises(ScenarioError) as caught:
        read_aims(written(tmp_path, text))
    assert {fault.field for fault in caught.value.faults} == {
        "targets.lwbs_share.tolerance",
        "targets.lwbs",
        "hourly.share",
        "parameters.care.treatment",
        "parameters.care.treatments",
    }


@pytest.mark.parametrize(
    ("text", "field"),
    [("target: {}", "target"), ("targets: {}", "targets"), ("- 1", "--targets"), ("a: [", "--targets")],
)
def test_a_file_of_another_shape_is_a_fault(tmp_path: Path, text: str, field: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_aims(written(tmp_path, text))
    assert field in [fault.field for fault in caught.value.faults]


def test_the_shipped_file_says_that_results_of_sharing_are_no_targets() -> None:
    assert "never tuned to" in SHIPPED.read_text(encoding="utf-8")
