"""Planning again: the least change is exact, a price decides what is worth changing, and vanished decisions pass."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimize.cover import CoverProblem
from optimize.cover_case import CoverCase
from optimize.decisions import Decision
from optimize.pin import pin
from optimize.replan import plan, replan
from optimize.solver import Ending, solve
from tests.unit.test_cover import covers, shifts
from tests.unit.test_solver import EXACT, Written, whole_carpenter

pytestmark = pytest.mark.unit

EARLY, LATE = ("level", "early"), ("level", "late")
INCUMBENT: dict[Decision, float] = {EARLY: 1.0, LATE: 3.0}
MORE_AT_NOON = CoverProblem(replace(shifts(), needed=np.array([1.0, 6, 3])))  # best: 1 early, 5 late for 25


def test_a_plan_remembers_its_decisions() -> None:
    planned = plan(CoverProblem(shifts()), ["level"], EXACT)
    assert planned.solution is not None
    assert planned.solution.decisions == INCUMBENT
    assert planned.solution.solution.cost == planned.objective == 17


def test_nothing_changes_where_the_plan_still_holds() -> None:
    again = replan(CoverProblem(shifts()), INCUMBENT, options=EXACT)
    assert again.solution is not None
    assert (again.solution.changes, again.solution.distance, again.objective) == ((), 0, 0)


def test_the_least_change_is_made() -> None:
    again = replan(MORE_AT_NOON, INCUMBENT, options=EXACT)
    assert again.solution is not None
    assert again.solution.distance == again.objective == 2
    assert sum(again.solution.decisions.values()) == 6
    lost = replan(pin(CoverProblem(shifts()), {LATE: 2}), INCUMBENT, options=EXACT)
    assert lost.solution is not None
    assert [str(change) for change in lost.solution.changes] == ["level[early]: 1 -> 2", "level[late]: 3 -> 2"]


@pytest.mark.parametrize(("price", "early"), [(0.1, 1), (5.0, 3)])
def test_a_change_must_be_worth_its_price(price: float, early: int) -> None:
    """From (3, 1) the best (1, 3) saves 2 for four units of change, each at the price."""
    again = replan(CoverProblem(shifts()), {EARLY: 3.0, LATE: 2.0}, price, EXACT)
    assert again.solution is not None
    assert again.solution.decisions[EARLY] == early
    assert again.objective == pytest.approx(again.solution.solution.cost + price * again.solution.distance)


def test_a_maximized_objective_loses_by_change() -> None:
    again = replan(Written(whole_carpenter), {("t", None): 0.0, ("c", None): 3.0}, 1.0, EXACT)
    assert again.objective == pytest.approx(
        max(5 * t + 4 * c - t - (3 - c) for t, c in ((0, 3), (2, 2), (3, 1), (4, 0)))
    )


def test_decisions_that_are_no_more_are_passed_over_and_count_as_zero() -> None:
    again = replan(CoverProblem(shifts()), {**INCUMBENT, ("level", "night"): 2.0}, options=EXACT)
    assert again.solution is not None
    assert [str(change) for change in again.solution.changes] == ["level[night]: 2 -> 0"]
    with pytest.raises(KeyError, match="no variable 'levels'"):
        replan(CoverProblem(shifts()), {("levels", "early"): 1.0})


def test_what_cannot_hold_is_an_ending() -> None:
    hopeless = pin(CoverProblem(shifts()), {EARLY: 0})
    assert replan(hopeless, INCUMBENT).ending is Ending.INFEASIBLE


@given(covers(), st.lists(st.integers(0, 3), min_size=3, max_size=3))
def test_no_plan_that_holds_is_nearer(case: CoverCase, before: list[int]) -> None:
    """Needs are at most 3 and coverage whole, so no level above 3 is ever needed."""
    levels = np.array(list(product(range(4), repeat=len(case.activities))))
    holds = (levels @ case.coverage.T >= case.needed).all(axis=1)
    incumbent = {("level", name): float(x) for name, x in zip(case.activities, before, strict=False)}
    again = replan(CoverProblem(case), incumbent, options=EXACT)
    if not holds.any():
        assert again.ending is solve(CoverProblem(case)).ending is Ending.INFEASIBLE
        return
    distances = np.abs(levels[holds] - np.array(before[: len(case.activities)])).sum(axis=1)
    assert again.solution is not None
    assert again.solution.distance == pytest.approx(distances.min())
