"""Bedding: a ward known by hand, every small case against enumeration, the rule, the check and the planner."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from optimize.bedding.case import NOWHERE, BeddingCase, BeddingPlan, plan_of
from optimize.bedding.check import breaches, terms
from optimize.bedding.planner import BeddingPlanner
from optimize.bedding.problem import BeddingProblem
from optimize.bedding.rule import by_rule
from optimize.explain import explain
from optimize.score import audit, by_entity, by_name, terms_of, total
from optimize.solver import Ending, SolveOptions, solve
from tests.bedding_cases import a_city, cases, one_hospital

pytestmark = pytest.mark.unit

EXACT = SolveOptions(gap=0.0)


def test_a_ward_known_by_hand() -> None:
    """Ada makes the double one for women, so Bob lies out in surgery (20), and Dan, who would have to move, stays."""
    solved = solve(BeddingProblem(one_hospital()), EXACT)
    assert solved.ending is Ending.OPTIMAL
    assert solved.solution == BeddingPlan((0, 1, 2, 3), 20.0 + 2 + 2 * 15)
    problem = BeddingProblem(one_hospital())
    assert audit(problem, solved) == []
    found = terms_of(problem, solved.solution)
    assert by_name(found) == {"outlier": 22, "care above need": 30, "move": 0, "rooms filled": 0}
    assert by_entity(found) == {"Ada": 0, "Bob": 20, "Cid": 2, "Dan": 30} | dict.fromkeys(one_hospital().rooms, 0)
    assert [term.amount for term in found if term.name == "rooms filled"] == [1, 1, 1, 1]


def test_intensive_care_is_freed_for_who_needs_it() -> None:
    """Ada needs intensive care now: Dan steps down into the surgical double."""
    case = replace(one_hospital(), care_needed=np.array([2, 0, 0, 0]))
    assert solve(BeddingProblem(case), EXACT).solution == BeddingPlan((3, 0, 2, 1), 25.0 + 2)


def only_the_double(**change: Any) -> BeddingCase:
    """Leave only the empty double of `one_hospital`, all others closed, and Dan out of it."""
    case = replace(one_hospital(), n_rooms=np.array([1, 0, 0, 1]), stays=np.array([False, False, False, True]))
    return replace(case, **change)


def test_three_women_do_not_lie_in_a_double() -> None:
    case = only_the_double(woman=np.array([True, True, True, False]), isolated=np.zeros(4, dtype=np.bool_))
    assert solve(BeddingProblem(case), EXACT).solution == BeddingPlan((0, 0, NOWHERE, 3), 80.0 + 30)


@pytest.mark.parametrize("single_sex", [True, False])
def test_who_must_be_alone_takes_the_whole_double(single_sex: bool) -> None:
    """Cid, now dearest to leave waiting, fits the double; nobody else does then, whatever the rule of the ward."""
    case = only_the_double(
        isolation=np.ones(4, dtype=np.bool_),
        single_sex=np.array([single_sex, True, True, False]),
        wait_cost=np.array([20.0, 30.0, 300.0, 0.0]),
    )
    assert solve(BeddingProblem(case), EXACT).solution == BeddingPlan((NOWHERE, NOWHERE, 0, 3), 20.0 + 30 + 30)
    assert by_rule(case).solution == BeddingPlan((NOWHERE, NOWHERE, 0, 3), 80.0)


def test_the_rule_leaves_placed_patients_and_ends_dearer() -> None:
    case = replace(one_hospital(), care_needed=np.array([2, 0, 0, 0]))
    solved = by_rule(case)
    assert solved.ending is Ending.FEASIBLE
    assert solved.solution == BeddingPlan((NOWHERE, 0, 2, 3), 100.0 + 2 + 30)
    assert solved.objective == 132


def test_the_rule_has_no_answer_for_who_must_not_wait() -> None:
    case = replace(one_hospital(), care_needed=np.array([2, 0, 0, 0]), wait_cost=np.array([np.inf, 90, 80, 0]))
    assert (by_rule(case).ending, by_rule(case).solution) == (Ending.NO_ANSWER, None)


def test_two_who_must_be_alone_do_not_fit_one_room() -> None:
    case = replace(one_hospital(), isolated=np.array([False, True, True, False]), wait_cost=np.full(4, np.inf))
    case = replace(case, care_cost=0.0, isolation=np.array([False, False, True, False]))
    assert solve(BeddingProblem(case)).ending is Ending.INFEASIBLE
    conflict = explain(BeddingProblem(case))
    assert conflict.minimal
    assert conflict.lines[:3] == (
        "Bob needs a room that fits, alone, now",
        "Cid needs a room that fits, alone, now",
        "rooms like side room: 1, free beds in each: 1; who must be alone takes all beds of one",
    )
    assert "Ada" not in conflict.text.partition("The least")[0]


def test_women_and_men_who_do_not_fit_are_explained() -> None:
    """All else is closed: Ada and Bob both need the medical double."""
    case = replace(one_hospital(), wait_cost=np.full(4, np.inf), n_rooms=np.array([1, 0, 1, 1]))
    case = replace(case, isolated=np.array([False, False, True, False]), stays=np.array([False, False, False, True]))
    lines = explain(BeddingProblem(case)).lines
    assert "Ada needs a room that fits, now" in lines
    assert "men in medical double lie in rooms for men, 2 in each" in lines
    assert any(line.endswith("each is for women, for men, or for one who must be alone") for line in lines)


def test_a_patient_whom_no_room_fits_is_named() -> None:
    case = replace(one_hospital(), care_needed=np.array([3, 0, 0, 0]), wait_cost=np.full(4, np.inf))
    assert solve(BeddingProblem(case)).ending is Ending.INFEASIBLE
    assert explain(BeddingProblem(case)).lines[0].startswith("Ada needs a room that fits, now")


def test_every_constraint_speaks() -> None:
    problem = BeddingProblem(replace(one_hospital(), wait_cost=np.array([1.0, 1, 1, 1])))
    assert problem.words("everybody", 0) == "Ada needs a room that fits, or waits"
    assert problem.words("everybody", 3) == "Dan keeps a room: intensive care, or another one that fits"
    assert problem.words("women", 0) == "women in medical double lie in rooms for women, 2 in each"


def best_by_enumeration(case: BeddingCase) -> float:
    """Try every room, or to wait, for every patient; inf if nothing holds."""
    choices = [NOWHERE, *range(len(case.rooms))]
    plans = (plan_of(case, list(room)) for room in product(choices, repeat=len(case.patients)))
    finite = (plan for plan in plans if np.isfinite(plan.cost))
    return min((plan.cost for plan in finite if not breaches(case, plan)), default=np.inf)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_no_plan_is_cheaper_than_the_cheapest_of_all(case: BeddingCase) -> None:
    best = best_by_enumeration(case)
    solved, ruled = solve(BeddingProblem(case), EXACT), by_rule(case)
    if best == np.inf:
        assert solved.ending is Ending.INFEASIBLE
        assert ruled.solution is None
        return
    assert solved.solution is not None
    assert breaches(case, solved.solution) == []
    assert solved.objective == pytest.approx(best)
    if ruled.solution is not None:
        assert breaches(case, ruled.solution) == []
        assert ruled.objective is not None
        assert ruled.objective >= best - 1e-9


def test_a_city_is_cheaper_than_by_the_rule() -> None:
    case = a_city(3, np.random.default_rng(7))
    solved, ruled = solve(BeddingProblem(case), EXACT), by_rule(case)
    assert solved.solution is not None
    assert ruled.solution is not None
    assert breaches(case, solved.solution) == breaches(case, ruled.solution) == []
    assert solved.solution.cost < ruled.solution.cost


@pytest.mark.parametrize(
    ("change", "room", "words"),
    [
        ({}, [0, 0, 2, 3], ["medical double would have to be 2 rooms, there are 1"]),
        ({}, [1, 0, 2, 3], ["Ada would share surgical double with the other sex"]),
        (
            {},
            [0, 1, 0, 3],
            [
                "Cid must be alone, and cannot be in medical double",
                "medical double would have to be 2 rooms, there are 1",
            ],
        ),
        ({}, [0, 1, 2, NOWHERE], ["Dan is put out of intensive care"]),
        ({"stays": np.array([False, False, False, True])}, [0, 1, NOWHERE, 2], ["Dan must stay in intensive care"]),
        ({"hospital": np.array([1, 0, 0, 0])}, [0, 1, 2, 3], ["Ada is in another hospital than medical double"]),
        ({"care_needed": np.array([1, 0, 0, 0])}, [0, 1, 2, 3], ["Ada needs more care than medical double offers"]),
        ({"wait_cost": np.array([np.inf, 90, 80, 0])}, [NOWHERE, 1, 2, 3], ["Ada must not wait"]),
        ({"free": np.array([0, 1, 1, 1])}, [0, 1, 2, 3], ["medical double would have to be inf rooms, there are 1"]),
    ],
)
def test_the_check_names_what_is_wrong(change: dict[str, Any], room: list[int], words: list[str]) -> None:
    case = replace(one_hospital(), **change)
    plan = BeddingPlan(tuple(room), 0.0)
    assert breaches(case, replace(plan, cost=total(terms(case, plan)))) == words


def test_the_check_adds_up_the_cost() -> None:
    plan = BeddingPlan((0, 1, 2, 3), 51.0)
    assert breaches(one_hospital(), plan) == ["the plan costs 52, it says 51"]


def test_the_planner_looks_at_the_near_and_leaves_the_settled() -> None:
    """Ada comes tomorrow, so the double is Bob's; Dan stays although Cid could use intensive care."""
    case = replace(one_hospital(), care_needed=np.array([0, 0, 2, 0]))
    due, moved = np.array([999.0, 0, 0, 0]), np.array([np.inf, np.inf, np.inf, 60.0])
    free = BeddingPlanner(freeze_min=30.0).plan(case, due, moved).solution
    frozen = BeddingPlanner(freeze_min=90.0).plan(case, due, moved).solution
    assert free is not None
    assert frozen is not None
    assert (free.room, frozen.room) == ((NOWHERE, 0, 3, 1), (NOWHERE, 0, NOWHERE, 3))
    assert (free.cost, frozen.cost) == (25.0, 80.0 + 30)


def test_the_planner_refuses_times_below_zero() -> None:
    with pytest.raises(ValueError, match="horizon_min holds -1; give 0 or more; freeze_min holds -2"):
        BeddingPlanner(-1.0, -2.0)


def test_the_planner_says_when_nothing_holds() -> None:
    case = replace(one_hospital(), care_needed=np.array([3, 0, 0, 0]), wait_cost=np.full(4, np.inf))
    solved = BeddingPlanner().plan(case, np.zeros(4), np.full(4, np.inf))
    assert (solved.ending, solved.solution) == (Ending.INFEASIBLE, None)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"woman": np.array([True])}, r"woman has shape \(1,\); give \(4,\)"),
        ({"outlier_cost": np.zeros((2, 3))}, r"outlier_cost has shape \(2, 3\); give \(2, 4\)"),
        ({"patients": ("Ada", "Ada", "Cid", "Dan")}, "patients has Ada more than once"),
        ({"room": np.array([4, -1, -1, -2]), "specialty": np.full(4, 2)}, "room holds 4; .*specialty holds 2; give"),
        ({"wait_cost": np.full(4, np.nan), "move_cost": np.inf}, "wait_cost holds nan; .*move_cost holds inf"),
        ({"free": np.full(4, -1)}, "free holds -1; give 0 or more"),
    ],
)
def test_impossible_cases_are_named(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(one_hospital(), **change)
