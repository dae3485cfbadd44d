"""Forcing decisions: exact small cases, costs that never help, and forcing what cannot be."""

from dataclasses import replace
from math import inf
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimize.cover import CoverProblem
from optimize.cover_case import CoverCase
from optimize.decisions import ANY, Decision, label
from optimize.pin import Demand, pin, require, why_not
from optimize.solver import Ending, SolveOptions, solve
from tests.unit.test_cover import covers, shifts
from tests.unit.test_solver import EXACT, Written, split_market, whole_carpenter

pytestmark = pytest.mark.unit

PROBLEM = CoverProblem(shifts())  # best: 1 early and 3 late for 17
EARLY, LATE = ("level", "early"), ("level", "late")


@pytest.mark.parametrize(
    ("forced", "cost"),
    [({EARLY: 1}, 0), ({EARLY: 3}, 6), ({LATE: 5}, 8), ({EARLY: 2, LATE: 2}, 1), ({("level", ANY): 6}, 8)],
)
def test_forcing_costs_what_a_hand_computes(forced: dict[Decision, float], cost: float) -> None:
    answer = why_not(PROBLEM, forced, EXACT)
    assert answer.cost == pytest.approx(cost)
    assert answer.within == pytest.approx(0)
    assert answer.conflict is None
    assert answer.text.endswith(f"costs {cost} more")


def test_forcing_what_is_best_to_be_maximized_costs_too() -> None:
    """(4, 0) is worth 20; with c at least 1, (3, 1) is worth 19."""
    answer = why_not(Written(whole_carpenter), [Demand({("c", None): 1}, at_least=1)], EXACT)
    assert answer.cost == pytest.approx(1)
    assert answer.text == "c is at least 1: costs 1 more"


def test_what_cannot_be_is_explained() -> None:
    answer = why_not(PROBLEM, {EARLY: 0}, EXACT)
    assert (answer.forced.ending, answer.cost) == (Ending.INFEASIBLE, None)
    assert answer.conflict is not None
    assert "level[early] is fixed at 0" in answer.conflict.lines
    assert answer.text.startswith("level[early] is fixed at 0: cannot be. These cannot hold together:")


@pytest.mark.parametrize(("value", "fits"), [(2.5, False), (-1.0, False), (2.0, True)])
def test_pins_do_not_lift_the_limits_of_a_variable(value: float, fits: bool) -> None:
    ending = solve(pin(PROBLEM, {EARLY: value}), EXACT).ending
    assert ending is (Ending.OPTIMAL if fits else Ending.INFEASIBLE)


def test_an_answer_known_already_is_used() -> None:
    free = solve(PROBLEM, EXACT)
    assert why_not(PROBLEM, {EARLY: 3}, EXACT, free=replace(free, objective=0.0)).cost == pytest.approx(23)


def test_open_gaps_are_told() -> None:
    limited = SolveOptions(gap=0.0, node_limit=20)
    answer, gaps = why_not(Written(split_market), {("x", 0): 1}, limited), []
    for one in (answer.free, answer.forced):
        assert one.objective is not None
        assert one.bound is not None
        gaps.append(one.objective - one.bound)
    assert answer.within == pytest.approx(sum(gaps))
    assert "give or take" in answer.text


def test_no_answer_within_the_limits_is_no_cost() -> None:
    answer = why_not(Written(split_market), {("x", 0): 1}, SolveOptions(fuse_seconds=1e-9))
    assert (answer.cost, answer.within, answer.conflict) == (None, inf, None)
    assert answer.text == "x[0] is fixed at 1: no answer (no_answer without it, no_answer with it)"


@given(covers(), st.integers(0, 3))
def test_forcing_never_helps_and_forcing_the_best_costs_nothing(case: CoverCase, value: int) -> None:
    problem = CoverProblem(case)
    free = solve(problem, EXACT)
    answer = why_not(problem, {("level", "a"): value}, EXACT)
    if answer.cost is None:
        assert Ending.INFEASIBLE in (answer.free.ending, answer.forced.ending)
        return
    assert answer.cost >= -1e-9
    assert free.solution is not None
    best = {("level", name): level for name, level in zip(case.activities, free.solution.levels.tolist(), strict=True)}
    assert why_not(problem, best, EXACT).cost == pytest.approx(0)


def test_pins_on_pins_hold_together() -> None:
    solved = solve(pin(pin(PROBLEM, {EARLY: 2}), {LATE: 4}), EXACT)
    assert solved.solution is not None
    assert solved.solution.levels.tolist() == [2, 4]


def test_weights_and_both_limits() -> None:
    demand = Demand({EARLY: 2, LATE: 1}, at_least=6, at_most=7)
    assert demand.name == "2 level[early] + level[late] is at least 6 and at most 7"
    solved = solve(require(PROBLEM, [demand]), EXACT)
    assert solved.solution is not None
    assert (solved.solution.levels @ [2, 1]).item() in (6, 7)
    assert solved.objective == pytest.approx(18)


def test_demands_say_their_own_words() -> None:
    conflict = why_not(PROBLEM, [Demand({EARLY: 1}, at_most=0, words="nobody comes early")]).conflict
    assert conflict is not None
    assert "nobody comes early" in conflict.lines


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        (("lavel", "early"), "no variable 'lavel'"),
        (("cover", "dawn"), "no variable 'cover'"),
        (("level", "noon"), "level has no index 'noon'"),
        (("level", (ANY, "noon")), "no index of the variable level is like"),
    ],
)
def test_decisions_that_are_not_there_are_named(decision: Decision, words: str) -> None:
    with pytest.raises(KeyError, match=words):
        solve(pin(PROBLEM, {decision: 1}))


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"terms": {}}, "terms is empty"), ({"terms": {EARLY: 1}, "at_least": 2, "at_most": 1}, "at_least is 2")],
)
def test_impossible_demands_are_named(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Demand(**fields)


def test_any_stands_for_one_coordinate() -> None:
    def write(model: Any) -> None:
        model.x = pyo.Var([1, 2], ["a", "b"], bounds=(0, 5))
        model.most = pyo.Objective(expr=pyo.quicksum(model.x.values()), sense=pyo.maximize)

    solved = solve(pin(Written(write), {("x", (ANY, "a")): 3}))
    assert solved.objective == pytest.approx(13)
    assert solved.solution is not None
    assert solved.solution["x[1,a]"] + solved.solution["x[2,a]"] == pytest.approx(3)
    assert label(("x", (ANY, "a"))) == "x[*,a]"
    assert label(("total", None)) == "total"


def test_the_score_is_that_of_the_problem_within() -> None:
    pinned = pin(PROBLEM, {EARLY: 2})
    solved = solve(pinned, EXACT)
    assert solved.solution is not None
    assert pinned.terms(solved.solution) == PROBLEM.terms(solved.solution)
    assert np.isclose(sum(term.score for term in pinned.terms(solved.solution)), 18)
