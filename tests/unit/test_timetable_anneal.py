"""The compiled search: its cost is the checker's after any moves, its sums are right, and its runs repeat."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimize.timetable.anneal import MOVES, Course, anneal
from optimize.timetable.case import TimetableCase
from optimize.timetable.check import check
from optimize.timetable.search import cost_of, empty_plan, kept_of, plan_of, problem_of, state_of
from optimize.timetable.tables import State
from tests.small_timetable import random_case

pytestmark = pytest.mark.unit
SCRATCH = {"mark", "moved", "people"}
FEASIBLE = {"MandatoryUnscheduledPatients"}
EVEN = np.arange(1, len(MOVES) + 1) / len(MOVES)


class Chain:
    """One chain on a random small case, moved a few moves at a time."""

    def __init__(self, seed: int) -> None:
        self.case: TimetableCase = random_case(seed)
        self.problem = problem_of(self.case)
        plan = empty_plan(self.case, self.problem, np.random.default_rng(seed))
        self.state: State = state_of(self.case, self.problem, plan)
        self.random = np.array([2 * seed + 1], dtype=np.uint64)
        self.kept = kept_of(self.state)
        self.cost = self.best = cost_of(self.case, plan)

    def move(self, n: int, shares: np.ndarray, temperature: float) -> int:
        """Make moves; return how many were accepted."""
        tally = np.array([n, self.cost, self.best, 0])
        pool = np.arange(self.case.n_patients)
        course = Course(shares, temperature, temperature, 1.0)
        anneal(self.problem, self.state, pool, self.random, course, tally, self.kept)
        self.cost, self.best = int(tally[1]), int(tally[2])
        return int(tally[3])


def assert_right(chain: Chain) -> None:
    """Compare with the checker, and with the same plan entered anew."""
    plan = plan_of(chain.case, kept_of(chain.state))
    assert set(check(chain.case, plan).violations) <= FEASIBLE
    assert cost_of(chain.case, plan) == chain.cost
    anew = state_of(chain.case, chain.problem, plan)
    for name in set(State._fields) - SCRATCH:
        np.testing.assert_array_equal(getattr(chain.state, name), getattr(anew, name), err_msg=name)
    for room, day in np.ndindex(anew.n_in.shape):
        n = anew.n_in[room, day]
        assert set(chain.state.people[room, day, :n]) == set(anew.people[room, day, :n])


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), steps=st.lists(st.tuples(st.integers(1, 40), st.sampled_from([0.5, 30.0, 1e5]))))
def test_costs_and_sums_are_exact_after_any_moves(seed: int, steps: list[tuple[int, float]]) -> None:
    chain = Chain(seed)
    for n, temperature in [(200, 30.0), *steps]:
        chain.move(n, EVEN, temperature)
        assert_right(chain)


@pytest.mark.parametrize("kind", range(len(MOVES)), ids=MOVES)
def test_every_kind_of_move_is_exact_and_is_made(kind: int) -> None:
    accepted = 0
    shares = np.concatenate([np.zeros(kind), np.ones(len(MOVES) - kind)])
    for seed in range(8):
        chain = Chain(seed)
        chain.move(300, EVEN, 50.0)
        for temperature in (1.0, 100.0, 1e5):
            accepted += chain.move(60, shares, temperature)
            assert_right(chain)
    assert accepted > 0


def test_the_best_plan_is_kept() -> None:
    chain = Chain(3)
    chain.move(3000, EVEN, 40.0)
    assert chain.best < chain.cost
    assert cost_of(chain.case, plan_of(chain.case, chain.kept)) == chain.best


def test_without_heat_nothing_gets_worse() -> None:
    chain = Chain(4)
    costs = []
    for _ in range(50):
        chain.move(20, EVEN, 1e-9)
        costs.append(chain.cost)
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] == chain.best


def test_a_chain_repeats_itself() -> None:
    one, other = Chain(5), Chain(5)
    one.move(4000, EVEN, 20.0)
    for _ in range(40):
        other.move(100, EVEN, 20.0)
    assert one.cost == other.cost
    for mine, its in zip(one.state, other.state, strict=True):
        np.testing.assert_array_equal(mine, its)
