"""Where ambulances bring their patients: small questions with known answers, and laws that all answers keep."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from optimize.contract import Ending, SolveOptions
from optimize.dispatch.case import DispatchCase, DispatchPlan
from optimize.dispatch.planner import DispatchPlanner
from optimize.dispatch.problem import DispatchProblem
from optimize.explain import explain
from optimize.solver import solve
from tests.dispatch_cases import cases, two_zones

pytestmark = pytest.mark.unit


def best(case: DispatchCase) -> DispatchPlan:
    solved = solve(DispatchProblem(case))
    assert solved.ending is Ending.OPTIMAL
    assert solved.solution is not None
    return solved.solution


def test_road_wait_and_diversion_by_hand() -> None:
    """The third patient of the hill would wait 40 minutes in the north; 15 minutes farther the south is free.

    10 + 10 + 25 minutes of road for the hill, 5 for the lake, 20 of wait for the second in the north, 2 to divert. The
    second one would save 20 - 15 - 2 = 3 minutes in the south, but then the lake's patient waits there instead.
    """
    plan = best(two_zones())
    assert plan.kept.tolist() == [[2.0, 0.0], [0.0, 1.0]]
    assert plan.sent.tolist() == [[0.0, 1.0], [0.0, 0.0]]
    assert plan.line.tolist() == [[1.0, 1.0, 0.0, 0.0], [2.0, 0.0, 0.0, 0.0]]
    assert plan.minutes == 10 + 10 + 25 + 5 + 20 + 2


def test_prices_of_a_line_and_of_a_limit() -> None:
    """With half a diversion allowed, half a patient more waits 40 instead of driving 15 farther for 2: 23 minutes."""
    solved, prices, spared = DispatchPlanner(two_zones()).plan(two_zones(most_diverted=0.5))
    assert solved.objective == best(two_zones()).minutes + 0.5 * 23
    assert (prices.tolist(), spared) == ([40.0, 0.0], 23.0)


def test_a_dear_diversion_is_not_made() -> None:
    plan = best(two_zones(divert_min=30.0))
    assert plan.sent.sum() == 0.0
    assert plan.minutes == 30 + 5 + 20 + 40


def test_terms_add_up_and_breaches_are_named() -> None:
    problem = DispatchProblem(two_zones())
    plan = best(two_zones())
    assert sum(term.score for term in problem.terms(plan)) == plan.minutes
    assert problem.breaches(plan) == []
    wrong = DispatchPlan(plan.kept + 2.0, -plan.sent, plan.line * 2, 0.0)
    assert len(problem.breaches(wrong)) == 5
    nowhere = replace(two_zones(most_diverted=0.5), ways=np.zeros((2, 2), dtype=np.bool_))
    assert DispatchProblem(nowhere).breaches(plan) == ["patients sent where no way leads", "too many diverted"]


def test_too_few_places_are_explained_in_words() -> None:
    full = two_zones(places=np.array([[1.0, 0.0], [1.0, 0.0]]), wait_min=np.zeros((2, 2)))
    assert solve(DispatchProblem(full)).ending is Ending.INFEASIBLE
    told = str(explain(DispatchProblem(full)))
    assert "north takes 1 patients at most" in told
    assert "3 calls of hill are brought to some hospital" in told


def test_impossible_numbers_are_refused_together() -> None:
    with pytest.raises(ValueError, match=r"own has shape .*; calls holds -1; .*wait_min must not fall"):
        two_zones(calls=np.array([-1.0, 1.0]), own=np.zeros((1, 2)), wait_min=np.array([[3.0, 2, 1, 0]] * 2))
    with pytest.raises(ValueError, match="own must add up to calls"):
        two_zones(calls=np.array([2.0, 1.0]))


@given(cases())
@settings(max_examples=60, deadline=None)
def test_the_planner_answers_as_the_problem_does(case: DispatchCase) -> None:
    solved = solve(DispatchProblem(case), SolveOptions(presolve=False))
    nothing = np.zeros_like(case.places)
    first = replace(case, calls=case.calls * 0, own=case.own * 0, places=nothing, wait_min=nothing, divert_min=0.0)
    planned, prices, _ = DispatchPlanner(first).plan(case)
    assert (planned.ending, solved.ending) == (Ending.OPTIMAL, Ending.OPTIMAL)
    assert planned.solution is not None
    assert planned.objective == pytest.approx(solved.objective, abs=1e-6)
    assert planned.solution.minutes == pytest.approx(solved.objective, abs=1e-6)
    assert DispatchProblem(case).breaches(planned.solution) == []
    assert (prices >= -1e-9).all()


@given(cases())
@settings(max_examples=40, deadline=None)
def test_more_freedom_never_costs_more(case: DispatchCase) -> None:
    bound, free = (best(replace(case, most_diverted=most)).minutes for most in (0.0, np.inf))
    assert free <= best(case).minutes + 1e-6 <= bound + 2e-6
    line = np.minimum(case.own.sum(axis=0)[:, None], np.cumsum(case.places, axis=1))
    waits = (np.diff(line, axis=1, prepend=0.0) * case.wait_min).sum()
    assert bound == pytest.approx((case.own * case.road_min).sum() + waits, abs=1e-6)


def test_a_planner_refuses_other_ways() -> None:
    with pytest.raises(ValueError, match="make a planner for it"):
        DispatchPlanner(two_zones()).plan(two_zones(ways=np.ones((2, 2), dtype=np.bool_)))
