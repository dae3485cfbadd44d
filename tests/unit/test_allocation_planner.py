"""The planner of allocation against its model, its check and its rule."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimize.allocation import AllocationProblem
from optimize.allocation_case import AllocationCase, Inequality, UnitMove, breaches, plan_of
from optimize.allocation_planner import AllocationPlanner
from optimize.allocation_rule import improved
from optimize.audit import solve_checked
from optimize.contract import Ending, SolveOptions
from optimize.solver import solve

pytestmark = pytest.mark.unit

EXACT = SolveOptions(gap=0.0, presolve=False)


def three(inequality: Inequality = Inequality.MAX_MIN, movable: list[float] | None = None) -> AllocationCase:
    """Return 9, 2 and 1 ventilators where 4, 4 and 4 are needed; a move costs 10 to the second, 30 to the third."""
    return AllocationCase(
        types=("ventilator",),
        places=("north", "east", "south"),
        supply=np.array([[9.0, 2.0, 1.0]]),
        demand=np.array([[4.0, 4.0, 4.0]]),
        move_cost=np.array([[0.0, 10.0, 30.0], [10.0, 0.0, 10.0], [30.0, 10.0, 0.0]]),
        unmet_cost=np.array([25.0]),
        inequality_cost=80.0,
        inequality=inequality,
        movable=None if movable is None else np.array([movable]),
    )


@st.composite
def cases(draw: st.DrawFn) -> AllocationCase:
    k, h = draw(st.integers(1, 2)), draw(st.integers(2, 4))

    def table(most: int, rows: int) -> np.ndarray:
        return np.array(
            draw(st.lists(st.lists(st.integers(0, most), min_size=h, max_size=h), min_size=rows, max_size=rows))
        )

    supply = table(5, k).astype(float)
    cost = table(30, h).astype(float)
    cost[cost > 25] = np.inf
    return AllocationCase(
        types=tuple("ab"[:k]),
        places=tuple("wxyz"[:h]),
        supply=supply,
        demand=table(5, k) / 2.0,
        move_cost=cost,
        unmet_cost=np.full(k, draw(st.sampled_from([5.0, 20.0, 60.0]))),
        inequality_cost=draw(st.sampled_from([0.0, 40.0, 200.0])),
        inequality=draw(st.sampled_from([Inequality.NONE, Inequality.MAX_MIN])),
        movable=np.minimum(supply, draw(st.integers(0, 5))),
    )


@given(case=cases())
@settings(max_examples=40, deadline=None)
def test_the_arrays_are_the_model(case: AllocationCase) -> None:
    planned = AllocationPlanner(options=EXACT).plan(case)
    model = solve(AllocationProblem(case), SolveOptions(gap=0.0))
    assert planned.solution is not None
    assert planned.objective == pytest.approx(model.objective, abs=1e-6)
    assert planned.ending is Ending.OPTIMAL
    assert breaches(case, planned.solution) == []


@given(case=cases())
@settings(max_examples=40, deadline=None)
def test_rounded_plans_hold_know_their_bound_and_beat_doing_nothing(case: AllocationCase) -> None:
    rounded = AllocationPlanner(whole_up_to=-1, options=EXACT).plan(case)
    best = AllocationPlanner(options=EXACT).plan(case)
    assert rounded.solution is not None
    assert rounded.bound is not None
    assert breaches(case, rounded.solution) == []
    assert best.solution is not None
    assert rounded.bound <= best.solution.cost + 1e-6 <= rounded.solution.cost + 2e-6
    nothing = plan_of(case, ())
    by_hand = sum(improved(case, k, np.zeros(case.move_cost.shape)).sum() for k in range(len(case.types)))
    assert by_hand == 0 or plan_of(case, _moves(case)).cost < nothing.cost


def _moves(case: AllocationCase) -> tuple[UnitMove, ...]:
    sent = [improved(case, k, np.zeros(case.move_cost.shape)) for k in range(len(case.types))]
    return tuple(
        UnitMove(k, i, j, int(table[i, j])) for k, table in enumerate(sent) for i, j in np.argwhere(table > 0).tolist()
    )


def test_the_rule_makes_the_best_move_first() -> None:
    """A unit spares 25 in the east for 10; in the south for 30 it pays by inequality alone: a quarter of 80."""
    sent = improved(three(Inequality.NONE), 0, np.zeros((3, 3)))
    assert sent.tolist() == [[0, 2, 0], [0, 0, 0], [0, 0, 0]]
    assert improved(three(), 0, np.zeros((3, 3)))[0, 2] > 0


def test_no_more_leave_than_may() -> None:
    case = three(movable=[1.0, 0.0, 0.0])
    planned = AllocationPlanner().plan(case)
    model = solve_checked(AllocationProblem(case))
    assert planned.solution is not None
    assert model.solution is not None
    assert planned.solution.cost == pytest.approx(model.solution.cost)
    assert sum(move.n_units for move in planned.solution.moves) == 1
    assert AllocationProblem(case).words("stock", (0, 0)) == "north has 9 ventilator, of which 1 may leave"
    assert breaches(case, plan_of(case, (UnitMove(0, 0, 1, 2),))) == ["north sends more ventilator than it has to move"]
    with pytest.raises(ValueError, match="movable holds fractions or more than the supply"):
        three(movable=[1.5, 0.0, 0.0])


def test_what_the_planner_does_not_know_is_refused() -> None:
    for case in (three(Inequality.GINI), replace(three(), most_moves=3)):
        with pytest.raises(ValueError, match="knows no most_moves and no GINI"):
            AllocationPlanner().plan(case)


def test_a_share_that_cannot_be_kept_is_infeasible() -> None:
    assert AllocationPlanner().plan(replace(three(), least_ratio=2.0)).ending is Ending.INFEASIBLE
