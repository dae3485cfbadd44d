"""Optuna proposes points through the same ask and tell, finds the least of a bowl, and asks the same every time."""

import numpy as np
import pytest

from experiments.config import compose
from experiments.search.asked import Objective, Question, SamplerKind
from experiments.search.samplers import OptunaSampler
from experiments.search.searched import search
from experiments.space.ranges import Levels, Range, Space

pytest.importorskip("optuna", reason="the extra search is not installed")
pytestmark = pytest.mark.theory

LEAST = np.array([0.95, 1.12])


def question(*measures: str) -> Question:
    cell = compose(["run.replications=2"])[0]
    space = Space(cell, (Range("city.ward_beds.scale", 0.8, 1.2), Range("city.staff.scale", 0.8, 1.2)))
    return Question(tuple(Objective(one, 1) for one in measures), space, 120, SamplerKind.OPTUNA)


def bowl(levels: Levels) -> float:
    return float(50 * np.sum((np.array(levels) - LEAST) ** 2))


def test_the_least_of_a_bowl_is_found_and_asked_for_again() -> None:
    asked = question("ed_los_min")
    first, again = (search(asked, lambda levels, n: np.full((1, n), bowl(levels))) for _ in range(2))
    assert bowl(first.best) < 0.15
    assert list(first.visited.values) == list(again.visited.values)


def test_several_objectives_have_a_front_between_their_ends() -> None:
    other = np.array([1.1, 0.9])
    ends = (LEAST, other)

    def simulate(levels: Levels, n: int) -> np.ndarray:
        return np.array([np.full(n, 10 * np.linalg.norm(levels - end)) for end in ends])

    found = search(question("ed_los_min", "burden_cost_per_day"), simulate)
    length = 10 * float(np.linalg.norm(LEAST - other))
    assert found.visited.on_front.sum() >= 3
    assert found.visited.means[found.visited.on_front].sum(axis=1).min() < 1.2 * length


def test_points_that_failed_are_told_as_failed_and_others_only_once() -> None:
    sampler = OptunaSampler(question("ed_los_min"))
    first = sampler.ask()
    sampler.tell(first, np.full((1, 2), np.nan))
    second = sampler.ask()
    sampler.tell(second, np.ones((1, 2)))
    sampler.tell(second, np.zeros((1, 4)))
    states = [trial.state.name for trial in sampler.study.trials]
    assert states == ["FAIL", "COMPLETE"]
    assert sampler.study.trials[1].values == [1.0]
