"""A search finds known optima and known fronts in noise, spends its budget and no more, and does not flatter itself."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from experiments.config import CellConfig, compose
from experiments.search.asked import Objective, Question, SamplerKind
from experiments.search.searched import Searched, Simulate, further, present_levels, search, surely_beaten
from experiments.search.visited import Visited
from experiments.space.ranges import Levels, Range, Space
from experiments.statistics.pareto import front, hypervolume, joined
from sim.streams import Replication, stream

pytestmark = pytest.mark.theory

BEDS, STAFF = "city.ward_beds.scale", "city.staff.scale"
LEAST = np.array([0.95, 1.12])
NOISE = 0.02


@pytest.fixture(scope="module")
def cell() -> CellConfig:
    return compose(["run.replications=4"])[0]


def question(cell: CellConfig, n_objectives: int = 1, budget: int = 160) -> Question:
    space = Space(cell, (Range(BEDS, 0.8, 1.2), Range(STAFF, 0.8, 1.2)))
    wanted = (Objective("ed_los_min", 1), Objective("burden_cost_per_day", 1))[:n_objectives]
    return Question(wanted, space, budget, SamplerKind.PROCESS)


def noise(levels: Levels, n: int, seed: int) -> np.ndarray:
    """Return what chance deals: a lift that all points share, and a part of each point, always the same."""
    lifts = stream(Replication(0, seed), "lift").normal(0, 5 * NOISE, 400)[:n]
    own = stream(Replication(0, seed), *map(str, levels)).normal(0, NOISE, 400)[:n]
    found: np.ndarray = lifts + own
    return found


def bowl(levels: Levels) -> float:
    """Return a bowl with its least, 1, at LEAST; the configuration as it stands, (1, 1), has 1.84."""
    return float(1 + 50 * np.sum((np.array(levels) - LEAST) ** 2))


def one(seed: int) -> Simulate:
    return lambda levels, n: (bowl(levels) + noise(levels, n, seed))[None]


def two(seed: int) -> Simulate:
    """Return two distances, to LEAST and to (1.1, 0.9): the front is the straight line between both."""
    other = np.array([1.1, 0.9])

    def simulate(levels: Levels, n: int) -> np.ndarray:
        at = np.array(levels)
        parts = [10 * np.linalg.norm(at - end) for end in (LEAST, other)]
        return np.array([part + noise(levels, n, seed + i) for i, part in enumerate(parts)])

    return simulate


@pytest.fixture(scope="module")
def found(cell: CellConfig) -> list[Searched]:
    return [search(question(cell), one(seed)) for seed in range(4)]


def test_the_least_of_a_noisy_bowl_is_found(found: list[Searched]) -> None:
    gaps = [bowl(each.best) - 1 for each in found]
    assert max(gaps) < 2 * NOISE
    cube = stream(Replication(0, 1), "uniform").uniform(0.8, 1.2, (400, 40, 2))
    by_chance = np.min(1 + 50 * np.sum((cube - LEAST) ** 2, axis=2), axis=1) - 1
    assert np.mean(gaps) < np.mean(by_chance) / 2


def test_the_budget_is_spent_and_no_more(found: list[Searched]) -> None:
    for each in found:
        assert 0.7 * 160 < each.visited.spent <= 0.8 * 160
        assert min(each.visited.counts) == 4
        assert max(each.visited.counts) > 4


def test_what_is_said_of_the_best_point_is_true_of_it(found: list[Searched]) -> None:
    for seed, each in enumerate(found):
        assert each.confirmed is not None
        assert each.confirmed.gain is not None
        assert abs(each.confirmed.gain.mean - (bowl(each.best) - bowl((1.0, 1.0)))) < 4 * each.confirmed.gain.half_width
        seen = each.visited.values[each.best].shape[1]
        fresh = (bowl(each.best) + noise(each.best, seen + each.confirmed.best.n, seed))[seen:]
        assert each.confirmed.best.n >= 4
        assert np.isfinite(fresh).all()


def test_the_same_question_gives_the_same_points(cell: CellConfig, found: list[Searched]) -> None:
    again = search(question(cell), one(0))
    assert list(again.visited.values) == list(found[0].visited.values)
    assert again.visited.counts.tolist() == found[0].visited.counts.tolist()


def test_the_front_of_two_distances_is_the_line_between(cell: CellConfig) -> None:
    asked = question(cell, 2)
    each = search(asked, two(7))
    assert each.confirmed is None
    assert each.visited.spent <= asked.budget
    truth = np.array([two(7)(levels, 1)[:, 0] - noise(levels, 1, 7)[0] for levels in each.visited.points])
    edge = [place for place, standing in enumerate(each.standings) if standing == "front"]
    length = 10 * float(np.linalg.norm(LEAST - (1.1, 0.9)))
    longer = truth[edge].sum(axis=1) - length
    assert len(edge) >= 5
    assert np.median(longer) < 0.2
    corner = np.array([length, length]) * 1.1
    assert hypervolume(truth, corner) > 0.85 * (corner[0] ** 2 - length**2 / 2)


def test_a_small_space_of_whole_numbers_is_seen_and_the_search_ends(cell: CellConfig) -> None:
    nurses = "city.hospitals.central.staff.ed_nurse"
    asked = replace(question(cell, budget=400), space=Space(cell, (Range(nurses, 4, 6, whole=True),)))
    each = search(asked, lambda levels, n: (levels[0] + noise(levels, n, 1))[None])
    assert {levels[0] for levels in each.visited.values} == {4.0, 5.0, 6.0}
    assert each.best == (4.0,)


def test_points_that_failed_are_left_out_and_nothing_at_all_is_said(cell: CellConfig) -> None:
    def half(levels: Levels, n: int) -> np.ndarray:
        return np.full((1, n), np.nan) if levels[0] < 0.9 else one(1)(levels, n)

    each = search(question(cell), half)
    assert all(levels[0] >= 0.9 for levels in each.visited.points)
    assert bowl(each.best) < 1.1
    with pytest.raises(RuntimeError, match="no point of the search has a figure"):
        search(question(cell), lambda levels, n: np.full((1, n), np.nan))


def test_the_configuration_as_it_stands_is_a_point_where_it_lies_within(cell: CellConfig) -> None:
    asked = question(cell)
    assert present_levels(asked) == (1.0, 1.0)
    apart = replace(asked, space=Space(cell, (Range(BEDS, 1.1, 1.2), Range(STAFF, 0.8, 1.2))))
    assert present_levels(apart) is None


def test_replications_go_where_the_best_is_in_doubt(cell: CellConfig) -> None:
    space, waves = question(cell).space, np.array([-0.1, 0.1, -0.1, 0.1])
    near = {(0.9, 0.9): [1.0 + waves], (1.0, 1.0): [1.01 - waves], (1.1, 1.1): [9.0 + np.roll(waves, 1)]}
    visited = Visited(space, {levels: np.array(values) for levels, values in near.items()})
    more = further(visited, np.ones(1), 4, 100)
    assert set(more) <= {(0.9, 0.9), (1.0, 1.0)}
    assert sum(more.values()) - 4 * len(more) == 4
    assert surely_beaten(visited) == [False, False, True]
    apart = Visited(space, {levels: np.array(values) for levels, values in list(near.items())[1:]})
    assert further(apart, np.ones(1), 4, 100) == {}


def test_fronts_and_what_joins_objectives_are_exact() -> None:
    outcomes = np.array([[1.0, 4.0], [2.0, 2.0], [4.0, 1.0], [3.0, 3.0], [2.0, 2.0]])
    assert front(outcomes).tolist() == [True, True, True, False, True]
    assert hypervolume(outcomes, np.array([5.0, 5.0])) == 4 + 6 + 1
    low, high = np.array([1.0, 1.0]), np.array([4.0, 4.0])
    assert joined(outcomes.T, low, high, np.array([1.0, 0.0])).tolist() == pytest.approx([0, 0.35, 1.05, 0.7, 0.35])


def test_confirmation_is_free_of_what_selection_adds(cell: CellConfig) -> None:
    flat = [search(question(cell, budget=80), lambda levels, n, s=s: noise(levels, n, s)[None] * 10) for s in range(12)]
    gains = np.array([each.confirmed.gain.mean for each in flat if each.confirmed and each.confirmed.gain])
    chosen = [each.visited.means[:, 0].min() - each.visited.means[0, 0] for each in flat]
    assert np.mean(chosen) < -0.1
    assert abs(gains.mean()) < norm.ppf(0.9995) * gains.std(ddof=1) / np.sqrt(len(gains))
