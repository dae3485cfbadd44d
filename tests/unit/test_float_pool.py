"""Float pool: posts known by hand, every small case against enumeration, the rule, the check and the planner."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from optimize.checking import whole
from optimize.explain import explain
from optimize.float_pool.case import FloatPoolCase, FloatPoolPlan, Sending, plan_of
from optimize.float_pool.check import breaches, terms
from optimize.float_pool.planner import FloatPoolPlanner
from optimize.float_pool.problem import FloatPoolProblem
from optimize.float_pool.rule import by_rule
from optimize.score import audit, by_entity, by_name, terms_of, total
from optimize.solver import Ending, solve
from tests.float_pool_cases import a_city, cases, two_hospitals

pytestmark = pytest.mark.unit


def test_two_hospitals_known_by_hand() -> None:
    """One nurse comes from B's surplus (10 + 40, and 1 saved), one from ward A, which then lacks one (10 + 80)."""
    problem = FloatPoolProblem(two_hospitals())
    solved = solve(problem)
    assert solved.ending is Ending.OPTIMAL
    assert solved.solution == FloatPoolPlan((Sending(0, 0, 1), Sending(1, 0, 1)), 10.0 + 80 + 10 + 40)
    assert audit(problem, solved) == []
    found = terms_of(problem, solved.solution)
    assert by_name(found) == {"premium": 20, "travel": 40, "short": 80}
    assert by_entity(found) == {"A nurses": 10, "B nurses": 50, "ward A": 80}
    assert solved.solution.on_duty(problem.case).tolist() == [4, 4, 5]


def test_a_shortage_that_costs_less_than_help_is_left() -> None:
    case = replace(two_hospitals(), short_cost=np.array([85.0, 80, 80]))
    assert solve(FloatPoolProblem(case)).solution == FloatPoolPlan((Sending(1, 0, 1),), 85.0 + 50)


@pytest.mark.parametrize(
    "change",
    [
        {"minutes_left": np.array([720.0, 519.0])},
        {"max_travel_min": 19.0},
        {"may_fill": np.array([[True, False, False], [False, True, True]])},
        {"n_people": np.array([2, 0])},
        {"safe": np.array([3, 4, 5]), "on_duty": np.array([2, 5, 5])},
        {"on_duty": np.array([1, 5, 6]), "max_travel_min": 19.0},
    ],
)
def test_nobody_comes_who_must_not(change: dict[str, Any]) -> None:
    """Without B, ward A lends down to its safe level of 4, and one nurse is missing in intensive care."""
    case = replace(two_hospitals(), **change)
    for solved in (solve(FloatPoolProblem(case)), FloatPoolPlanner().plan(case, np.full(3, 60.0))):
        assert solved.solution is not None
        assert solved.solution.sendings == (Sending(0, 0, 1),)


def test_the_rule_lends_only_what_is_beyond_need_unless_care_is_unsafe() -> None:
    """Unsafe at first, intensive care gets ward A's nurse, who is cheapest; B's surplus then fills the rest."""
    solved = by_rule(two_hospitals())
    assert solved.ending is Ending.FEASIBLE
    assert solved.solution == FloatPoolPlan((Sending(0, 0, 1), Sending(1, 0, 1)), 140.0)
    safe = by_rule(replace(two_hospitals(), on_duty=np.array([3, 5, 6])))
    assert safe.solution == FloatPoolPlan((Sending(1, 0, 1),), 50.0)


def must_be_safe() -> FloatPoolCase:
    """Intensive care must have 3, has 1, and only ward A can spare one."""
    return replace(
        two_hospitals(),
        on_duty=np.array([1, 5, 6]),
        unsafe_cost=np.array([np.inf, 400, 400]),
        may_fill=np.array([[True, False, False], [False, False, False]]),
    )


def test_a_post_that_must_be_safe_and_cannot_be_is_explained() -> None:
    problem = FloatPoolProblem(must_be_safe())
    assert solve(problem).ending is Ending.INFEASIBLE
    assert by_rule(problem.case).ending is Ending.NO_ANSWER
    conflict = explain(problem)
    assert conflict.minimal
    assert "ICU A needs 4, 3 to be safe, and has 1" in conflict.lines
    assert "ward A can spare 1, down to its safe level of 4" in conflict.lines
    assert "B nurses" not in conflict.text


def test_who_is_too_few_is_explained() -> None:
    case = replace(must_be_safe(), on_duty=np.array([1, 9, 6]), n_people=np.array([1, 1]))
    assert "A nurses has 1 people to send" in explain(FloatPoolProblem(case)).lines


def best_by_enumeration(case: FloatPoolCase) -> float:
    """Try every number of people on every way; inf if nothing holds."""
    ways = np.argwhere(np.isfinite(case.price()))
    best = np.inf
    for numbers in product(*(range(case.n_people[g] + 1) for g, _ in ways)):
        sent = np.zeros(case.may_fill.shape, dtype=np.intp)
        sent[tuple(ways.T)] = numbers
        plan = plan_of(case, sent)
        if plan.cost < best and not breaches(case, plan):
            best = plan.cost
    return best


@settings(max_examples=60, deadline=None)
@given(cases())
def test_no_plan_is_cheaper_than_the_cheapest_of_all(case: FloatPoolCase) -> None:
    best = best_by_enumeration(case)
    problem, ruled = FloatPoolProblem(case), by_rule(case)
    solved = solve(problem)
    if best == np.inf:
        assert solved.ending is Ending.INFEASIBLE
        assert ruled.solution is None
        return
    assert audit(problem, solved) == []
    assert solved.objective == pytest.approx(best)
    if ruled.solution is not None:
        assert breaches(case, ruled.solution) == []
        assert ruled.solution.cost >= best - 1e-9


@settings(max_examples=60, deadline=None)
@given(cases())
def test_the_planner_answers_like_a_new_model(case: FloatPoolCase) -> None:
    new, planned = solve(FloatPoolProblem(case)), FloatPoolPlanner(freeze_min=0).plan(case, np.zeros(len(case.posts)))
    assert planned.ending is new.ending
    if planned.solution is not None:
        assert breaches(case, planned.solution) == []
        assert planned.solution.cost == pytest.approx(new.objective)
        assert planned.objective == pytest.approx(new.objective)


def test_a_planner_depends_on_no_shift_before() -> None:
    generator = np.random.default_rng(3)
    city = a_city(3, generator)
    shifts = [replace(city, on_duty=city.on_duty + generator.integers(-1, 2, city.on_duty.size)) for _ in range(4)]
    begins, used = np.full(len(city.posts), 300.0), FloatPoolPlanner()
    together = [used.plan(shift, begins).solution for shift in shifts]
    assert together == [FloatPoolPlanner().plan(shift, begins).solution for shift in shifts]
    elsewhere = a_city(2, generator)
    assert used.plan(elsewhere, np.full(12, 300.0)).objective == pytest.approx(
        solve(FloatPoolProblem(elsewhere)).objective
    )


def test_a_city_is_cheaper_than_by_the_rule() -> None:
    case = a_city(4, np.random.default_rng(7))
    solved, ruled = solve(FloatPoolProblem(case)), by_rule(case)
    assert audit(FloatPoolProblem(case), solved) == []
    assert solved.objective is not None
    assert ruled.solution is not None
    assert breaches(case, ruled.solution) == []
    assert solved.objective < ruled.solution.cost


@pytest.mark.parametrize(
    ("starts_in_min", "sendings"),
    [
        ([100.0, 100, 100], (Sending(0, 0, 1), Sending(1, 0, 1))),
        ([100.0, 100, 59], (Sending(0, 0, 1),)),
        ([100.0, 721, 100], (Sending(1, 0, 1),)),
        ([59.0, 100, 100], ()),
    ],
)
def test_the_planner_changes_only_shifts_inside_its_window(starts_in_min: list[float], sendings: tuple[Any]) -> None:
    plan = FloatPoolPlanner(720.0, 60.0).plan(two_hospitals(), np.array(starts_in_min)).solution
    assert plan is not None
    assert plan.sendings == sendings


def test_the_planner_refuses_times_below_zero() -> None:
    with pytest.raises(ValueError, match="horizon_min holds -1; give 0 or more"):
        FloatPoolPlanner(horizon_min=-1)


def test_half_a_nurse_is_an_error() -> None:
    with pytest.raises(ArithmeticError, match=r"send\[0, 1\] is 0.5"):
        whole("send", np.array([[1.0, 0.5]]))


@pytest.mark.parametrize(
    ("change", "sendings", "words"),
    [
        (
            {},
            [(0, 0, 3)],
            ["A nurses has 2 people, the plan sends 3", "ward A lends 3 and is left below its safe level"],
        ),
        ({}, [(0, 1, 1)], ["sends nobody anywhere", "no credentials", "ward A has all it needs before"]),
        ({"max_travel_min": 10.0}, [(1, 0, 1)], ["B nurses would travel 20 minutes to ICU A, 10 are allowed"]),
        ({"minutes_left": np.array([500.0, 500])}, [(1, 0, 1)], ["B nurses may work 500 minutes more, too few"]),
        ({"unsafe_cost": np.array([np.inf, 400, 400])}, [], ["ICU A has 2, and must have 3 to be safe"]),
    ],
)
def test_the_check_names_what_is_wrong(change: dict[str, Any], sendings: list[Any], words: list[str]) -> None:
    case = replace(two_hospitals(), **change)
    plan = FloatPoolPlan(tuple(Sending(*sending) for sending in sendings), 0.0)
    found = breaches(case, replace(plan, cost=total(terms(case, plan))))
    assert len(found) == len(words)
    for violation, word in zip(found, words, strict=True):
        assert word in violation


def test_the_check_adds_up_the_cost() -> None:
    """Nobody goes: intensive care lacks one (100) and is one below safe (500), ward B has one too many (1)."""
    assert breaches(two_hospitals(), FloatPoolPlan((), 601.0)) == []
    assert breaches(two_hospitals(), FloatPoolPlan((), 600.0)) == ["the plan costs 601, it says 600"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"home": np.array([1])}, r"home has shape \(1,\); give \(2,\)"),
        ({"may_fill": np.ones((3, 2), dtype=np.bool_)}, r"may_fill has shape \(3, 2\); give \(2, 3\)"),
        ({"home": np.array([1, 3]), "hospital": np.array([0, 2, 0])}, "hospital holds 2; .*home holds 3"),
        ({"safe": np.array([3, 6, 4])}, "safe of ward A is above needed"),
        ({"unsafe_cost": np.array([99.0, 400, 400])}, "short_cost of ICU A is above unsafe_cost"),
        ({"n_people": np.array([-1, 0]), "shift_min": np.inf}, "n_people holds -1; .*shift_min holds inf"),
        ({"posts": ("ICU A", "ICU A", "ward")}, "posts has ICU A more than once"),
    ],
)
def test_impossible_cases_are_named(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(two_hospitals(), **change)
