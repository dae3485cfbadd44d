"""Worlds of an experiment: named scenarios, and points that fill ranges evenly."""

from itertools import product

import numpy as np
import pytest

from experiments.config import compose
from experiments.designs import Design, DesignKind, World, overlap_faults, worlds, written
from sim.faults import ScenarioError

pytestmark = pytest.mark.unit

RANGES = {"a.x": [0.0, 1.0], "a.y": [10.0, 20.0]}


def columns(design: Design) -> dict[str, list[float]]:
    points = design.points()
    return {key: [float(point[key]) for point in points] for key in design.ranges}


@pytest.mark.parametrize("n", [2, 5, 16])
def test_a_latin_hypercube_has_one_point_in_each_slice_of_each_range(n: int) -> None:
    found = columns(Design(RANGES, n_points=n))
    for key, (low, high) in RANGES.items():
        slices = np.floor((np.array(found[key]) - low) / (high - low) * n)
        assert sorted(slices) == list(range(n))


def test_a_sobol_design_of_16_points_has_one_in_each_of_16_squares() -> None:
    """The first 2^4 points of a scrambled sequence in two dimensions are a (0, 4, 2)-net."""
    found = columns(Design(RANGES, DesignKind.SOBOL, 16))
    squares = {(int(x * 4), int((y - 10) / 10 * 4)) for x, y in zip(found["a.x"], found["a.y"], strict=True)}
    assert squares == set(product(range(4), range(4)))


def test_the_same_seed_gives_the_same_points_and_another_gives_others() -> None:
    assert Design(RANGES).points() == Design(RANGES).points() != Design(RANGES, seed=2).points()


def test_whole_numbers_reach_both_ends_equally_often() -> None:
    points = Design({"a": [1, 4]}, n_points=8, whole=["a"]).points()
    assert sorted(point["a"] for point in points) == ["1", "1", "2", "2", "3", "3", "4", "4"]


@pytest.mark.parametrize(
    ("design", "field", "mend"),
    [
        (Design({"a": [2.0, 1.0]}), "d.ranges.a", "the lower one first"),
        (Design({"a": [1.0]}), "d.ranges.a", "two numbers"),
        (Design({}), "d.ranges", "at least one"),
        (Design(RANGES, n_points=1), "d.n_points", "at least 2"),
        (Design(RANGES, DesignKind.SOBOL, 12), "d.n_points", "for example 8"),
        (Design(RANGES, whole=["b"]), "d.whole", "use one of a.x, a.y"),
    ],
)
def test_what_cannot_be_filled_is_named(design: Design, field: str, mend: str) -> None:
    (fault,) = design.faults("d")
    assert fault.field == field
    assert mend in fault.mend


def test_every_scenario_meets_every_point() -> None:
    found = worlds({"usual": {}, "winter": {"b": True}}, Design({"a": [0, 1]}, n_points=2))
    assert [world.name for world in found] == ["usual-p0", "usual-p1", "winter-p0", "winter-p1"]
    assert found[3].factors.keys() == {"scenario", "a"}
    assert found[3].changes == {"b": "true", "a": found[3].factors["a"]}


def test_without_either_there_is_one_world_that_changes_nothing() -> None:
    assert worlds({}, None) == [World("", {}, {})]


@pytest.mark.parametrize(("value", "text"), [(True, "true"), (None, "null"), (1.5, "1.5"), ("x", "x"), (0, "0")])
def test_values_are_written_as_on_the_command_line(value: object, text: str) -> None:
    assert written(value) == text


def test_what_is_swept_cannot_be_part_of_a_scenario() -> None:
    (fault,) = overlap_faults(worlds({"winter": {"transfer": "balance"}}, None), {"transfer": ["stay_put"]})
    assert "transfer" in str(fault)


def test_cells_are_worlds_times_policies() -> None:
    asked = "experiment.scenarios={usual: {}, winter: {city.demand.scale: 1.2}}"
    cells = compose([asked, "transfer=stay_put,balance"], multirun=True)
    assert [cell.name for cell in cells] == ["usual-stay_put", "usual-balance", "winter-stay_put", "winter-balance"]
    assert [cell.settings.city.demand.scale for cell in cells] == [1.0, 1.0, 1.2, 1.2]
    assert cells[3].factors == {"scenario": "winter", "transfer": "balance"}


def test_points_of_a_design_become_cells_with_their_numbers() -> None:
    cells = compose(["experiment.design={ranges: {city.demand.scale: [0.9, 1.2]}, n_points: 2}"])
    assert [cell.name for cell in cells] == ["p0", "p1"]
    assert all(float(cell.factors["city.demand.scale"]) == cell.settings.city.demand.scale for cell in cells)
    assert cells[0].hash != cells[1].hash


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("experiment.scenarios={winter: {city.demand.scal: 1.2}}", "did you mean 'scale'"),
        ("experiment.design={ranges: {city.demand.scale: [1.2, 0.9]}}", "the lower one first"),
        ("experiment.scenarios={winter: {transfer: balanc}}", "balance"),
    ],
)
def test_faults_of_worlds_are_named_before_anything_runs(asked: str, words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        compose([asked])
