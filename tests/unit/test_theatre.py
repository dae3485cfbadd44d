"""Theatre: sessions known by hand, every small case against enumeration, the rule, the check and the planner."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from optimize import engine
from optimize.explain import explain
from optimize.score import audit, by_entity, by_name, terms_of, total
from optimize.solver import Ending, SolveOptions, prices, solve
from optimize.theatre.arrays import write
from optimize.theatre.case import Operation, TheatreCase, TheatrePlan, plan_of
from optimize.theatre.check import breaches, terms
from optimize.theatre.planner import NO_PLAN, TheatrePlanner
from optimize.theatre.problem import TheatreProblem
from optimize.theatre.rule import by_rule
from tests.theatre_cases import a_city, cases, one_theatre

pytestmark = pytest.mark.unit

EXACT = SolveOptions(gap=0.0)


def around_rule(case: TheatreCase) -> TheatreProblem:
    return TheatreProblem.around(case, by_rule(case).solution or NO_PLAN)


def test_one_theatre_known_by_hand() -> None:
    """The heart goes today, and two of four hips tomorrow; heart and hip in one session would run over too often."""
    problem = around_rule(one_theatre())
    solved = solve(problem, EXACT)
    assert solved.ending is Ending.OPTIMAL
    assert solved.solution == TheatrePlan((Operation(0, 1, 2), Operation(1, 0, 1)), 40.0)
    assert audit(problem, solved) == []
    found = terms_of(problem, solved.solution)
    assert by_name(found) == {"late": 0, "postponed": 40, "probability of overrun": 0}
    assert by_entity(found)["hip"] == 40
    risks = {term.entity: term.amount for term in found if term.name == "probability of overrun"}
    assert risks == pytest.approx({"today": 0.0062097, "tomorrow": 0.0092110}, abs=1e-6)  # Φ(-2.5), Φ(-100 / √1800)


def test_few_beds_cost_and_a_bed_that_must_be_there_forbids() -> None:
    """With one bed tomorrow, 1.5 are missing (15); if none may be, hips go today and the heart tomorrow, a day late."""
    few = replace(one_theatre(), free_beds=np.array([[[9.0, 1.0], [1.0, 1.0]]]))
    assert solve(around_rule(few), EXACT).objective == pytest.approx(40 + 15)
    hard = replace(few, bed_cost=np.array([np.inf, np.inf]))
    solved = solve(around_rule(hard), EXACT)
    assert solved.solution == TheatrePlan((Operation(0, 0, 2), Operation(1, 1, 1)), 40.0 + 30)


def test_a_surgeon_has_only_so_much_time() -> None:
    case = replace(one_theatre(), surgeon_min=np.array([[480.0, 199.0], [480.0, 480.0]]))
    solved = solve(around_rule(case), EXACT)
    assert solved.solution == TheatrePlan((Operation(0, 1, 1), Operation(1, 0, 1)), 60.0)


def overdue_hips() -> TheatreCase:
    """Hips were due yesterday: the rule fills both days with them and has no place for the heart."""
    return replace(one_theatre(), due_day=np.array([-1, 0]))


def test_the_rule_takes_who_was_due_first_and_ends_dearer() -> None:
    ruled = by_rule(overdue_hips())
    assert ruled.ending is Ending.FEASIBLE
    assert ruled.solution == TheatrePlan((Operation(0, 0, 2), Operation(0, 1, 2)), 2 * 5.0 + 2 * 10 + 200)
    assert solve(around_rule(overdue_hips()), EXACT).objective == pytest.approx(2 * 10 + 2 * 20)


def test_the_rule_goes_on_from_what_is_planned() -> None:
    started = by_rule(overdue_hips(), start=np.array([[0, 0], [1, 0]])).solution
    assert started == TheatrePlan((Operation(0, 1, 2), Operation(1, 0, 1)), 60.0)
    reordered = by_rule(overdue_hips(), order=np.array([1, 0])).solution
    assert reordered == started


def must_be_operated() -> TheatreCase:
    """The heart must be operated, and intensive care is full tomorrow."""
    return replace(
        one_theatre(), postpone_cost=np.array([20.0, np.inf]), free_beds=np.array([[[9.0, 9.0], [1.0, 0.0]]])
    )


def test_a_case_that_must_be_operated_and_cannot_be_is_explained() -> None:
    problem = around_rule(must_be_operated())
    assert solve(problem).ending is Ending.INFEASIBLE
    assert by_rule(problem.case).ending is Ending.NO_ANSWER
    conflict = explain(problem)
    assert conflict.minimal
    assert "1 of heart must be operated" in conflict.lines
    assert "hospital 0 expects 0 free beds of kind 1 on day 1" in conflict.lines
    assert not any("hip" in line for line in conflict.lines)


def test_every_constraint_speaks() -> None:
    problem = around_rule(one_theatre())
    assert problem.words("everyone", 0) == "4 of hip are operated or postponed"
    assert problem.words("session", 1) == "tomorrow has 300 minutes, and at most 16% may run over"
    assert problem.words("surgeon", (1, 0)) == "Dr. B can operate 480 minutes on day 0"


def all_plans(case: TheatreCase) -> Iterator[TheatrePlan]:
    """Yield every plan that holds, priced by the check."""
    ways = [[w for w in product(range(n + 1), repeat=len(case.sessions)) if sum(w) <= n] for n in case.n_cases.tolist()]
    for operated in product(*ways):
        pairs = np.argwhere(np.array(operated)).tolist()
        plan = TheatrePlan(tuple(Operation(c, s, operated[c][s]) for c, s in pairs), 0.0)
        plan = replace(plan, cost=total(terms(case, plan)))
        if plan.cost < np.inf and not breaches(case, plan):
            yield plan


def linear_holds(problem: TheatreProblem, plan: TheatrePlan) -> bool:
    """Say whether a plan keeps the linear limit of each session that it uses."""
    case, used = problem.case, plan.operated(problem.case)
    kept = case.mean_min @ used + case.z * (case.sd_min**2 @ used) / (2 * problem.v)
    return bool((kept <= case.minutes - case.z * problem.v / 2 + 1e-6)[used.sum(axis=0) > 0].all())


@settings(max_examples=40, deadline=None)
@given(cases())
def test_no_plan_within_the_linear_limits_is_cheaper(case: TheatreCase) -> None:
    problem, ruled, plans = around_rule(case), by_rule(case), list(all_plans(case))
    solved = solve(problem, EXACT)
    assert audit(problem, solved) == []
    best = min((plan.cost for plan in plans if linear_holds(problem, plan)), default=np.inf)
    assert (solved.objective if solved.objective is not None else np.inf) == pytest.approx(best)
    if ruled.solution is not None:
        assert breaches(case, ruled.solution) == []
        assert best <= ruled.solution.cost + 1e-9
    if case.p_overrun == 0.5:
        assert best == pytest.approx(min((plan.cost for plan in plans), default=np.inf))


@settings(max_examples=40, deadline=None)
@given(cases())
def test_the_program_in_arrays_is_that_of_the_model(case: TheatreCase) -> None:
    problem = around_rule(case)
    written = write(case, problem.v)
    answer, solved = engine.run(written.program, EXACT), solve(problem, EXACT)
    assert answer.ending is solved.ending
    if solved.objective is not None:
        assert answer.objective == pytest.approx(solved.objective)
        loose, priced = engine.run(written.program.relaxed(), EXACT), prices(problem, ("session", "beds"), EXACT)
        assert loose.objective == pytest.approx(priced.objective)


@settings(max_examples=40, deadline=None)
@given(cases())
def test_planners_hold_and_are_never_worse_than_the_rule(case: TheatreCase) -> None:
    ruled = by_rule(case)
    for whole_up_to in (0, 99):
        planned = TheatrePlanner(freeze_days=0, whole_up_to=whole_up_to).plan(case)
        if ruled.solution is not None:
            assert planned.solution is not None
            assert planned.solution.cost <= ruled.solution.cost + 1e-9
        if planned.solution is not None:
            assert breaches(case, planned.solution) == []
            assert planned.objective == pytest.approx(planned.solution.cost)


def test_where_rounding_is_dearer_the_rule_decides() -> None:
    case = a_city(1, np.random.default_rng(3))
    planned, ruled = TheatrePlanner(freeze_days=0, whole_up_to=0).plan(case), by_rule(case)
    assert planned.solution == ruled.solution


def test_rounding_respects_beds_that_must_be_there() -> None:
    """Of two hearts one has a bed in intensive care; overdue hips get the other day (20), and two wait (40)."""
    case = replace(overdue_hips(), n_cases=np.array([4, 2]), minutes=np.array([200.0, 200.0]), p_overrun=0.5)
    planned = TheatrePlanner(freeze_days=0, whole_up_to=0).plan(case)
    assert planned.objective == pytest.approx(20 + 40 + 200)


def test_linearizing_around_a_better_plan_keeps_it() -> None:
    case = a_city(1, np.random.default_rng(3))
    first = solve(around_rule(case), EXACT)
    assert first.solution is not None
    again = solve(TheatreProblem.around(case, first.solution), EXACT)
    assert again.solution is not None
    assert again.solution.cost <= first.solution.cost + 1e-9
    assert breaches(case, again.solution) == []


def test_a_city_is_cheaper_than_by_the_rule_and_depends_on_no_review_before() -> None:
    generator = np.random.default_rng(7)
    city, used = a_city(3, generator), TheatrePlanner(freeze_days=0, whole_up_to=0)
    for _ in range(3):
        review = replace(city, n_cases=generator.poisson(2.0, len(city.cases)))
        planned, ruled = used.plan(review), by_rule(review)
        assert planned.solution == TheatrePlanner(freeze_days=0, whole_up_to=0).plan(review).solution
        assert planned.ending is Ending.FEASIBLE
        assert planned.solution is not None
        assert ruled.solution is not None
        assert breaches(review, planned.solution) == []
        assert planned.solution.cost < ruled.solution.cost
        whole = TheatrePlanner(freeze_days=0, whole_up_to=9999).plan(review)
        assert whole.objective is not None
        assert whole.objective <= planned.solution.cost * 1.01


@pytest.mark.parametrize(("freeze", "horizon", "sessions"), [(0, 7, {0, 1}), (1, 7, {1}), (0, 0, {0}), (2, 7, set())])
@pytest.mark.parametrize("whole_up_to", [0, 99])
def test_the_planner_changes_only_days_inside_its_window(
    freeze: int, horizon: int, sessions: set[int], whole_up_to: int
) -> None:
    planned = TheatrePlanner(horizon, freeze, whole_up_to).plan(one_theatre())
    assert planned.solution is not None
    assert {operation.session for operation in planned.solution.operations} == sessions


@pytest.mark.parametrize(("whole_up_to", "ending"), [(0, Ending.NO_ANSWER), (99, Ending.INFEASIBLE)])
def test_the_planner_says_when_nothing_holds(whole_up_to: int, ending: Ending) -> None:
    planned = TheatrePlanner(freeze_days=0, whole_up_to=whole_up_to).plan(must_be_operated())
    assert (planned.ending, planned.solution) == (ending, None)


def test_the_planner_refuses_days_below_zero() -> None:
    with pytest.raises(ValueError, match="horizon_days holds -1; give 0 or more; freeze_days holds -2"):
        TheatrePlanner(-1, -2)


@pytest.mark.parametrize(
    ("change", "operations", "words"),
    [
        ({}, [(0, 0, 3)], ["today overruns with probability 0.500, 0.158655 is allowed"]),
        ({"sd_min": np.zeros(2)}, [(0, 0, 3)], []),
        ({"n_cases": np.array([1, 1])}, [(0, 0, 2)], ["hip: 1 more are operated than wait"]),
        ({}, [(0, 0, 0)], ["(0, 0, 0) operates nobody"]),
        ({"may_use": np.zeros((2, 2), dtype=np.bool_)}, [(0, 0, 1)], ["today does not suit hip"]),
        ({"postpone_cost": np.array([20.0, np.inf])}, [(0, 0, 1)], ["heart: 1 are postponed that must not be"]),
        (
            {"surgeon_min": np.full((2, 2), 150.0)},
            [(1, 1, 1)],
            ["Dr. B operates 200 minutes on day 1, 150 are possible"],
        ),
        ({"free_beds": np.zeros((1, 2, 2))}, [(1, 1, 1)], ["hospital 0 has 1 beds of kind 1 too few on day 1"]),
    ],
)
def test_the_check_names_what_is_wrong(change: dict[str, Any], operations: list[Any], words: list[str]) -> None:
    case = replace(one_theatre(), **change)
    plan = TheatrePlan(tuple(Operation(*operation) for operation in operations), 0.0)
    assert breaches(case, replace(plan, cost=total(terms(case, plan)))) == words


def test_the_check_adds_up_the_cost() -> None:
    """Nobody is operated: four hips at 20 and a heart at 200."""
    assert breaches(one_theatre(), TheatrePlan((), 280.0)) == []
    assert breaches(one_theatre(), TheatrePlan((), 279.0)) == ["the plan costs 280, it says 279"]


def test_a_plan_prices_itself_as_the_check_does() -> None:
    """Two hips tomorrow and the heart today, with no bed on the ward tomorrow: 2.5 missing, two hips postponed."""
    case = replace(one_theatre(), free_beds=np.array([[[9.0, 0.0], [1.0, 1.0]]]))
    plan = plan_of(case, np.array([[0, 2], [1, 0]]))
    assert plan.cost == pytest.approx(40 + 25)
    assert breaches(case, plan) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"mean_min": np.array([1.0])}, r"mean_min has shape \(1,\); give \(2,\)"),
        ({"stay": np.zeros((2, 3, 2))}, r"stay has shape \(2, 3, 2\); give \(2, 2, 2\)"),
        ({"day": np.array([0, 2]), "surgeon": np.array([0, 5])}, r"surgeon holds 5; .*day holds 2; give"),
        ({"p_overrun": 0.6}, "p_overrun is 0.6; give more than 0 and at most 0.5"),
        ({"sd_min": np.array([-1.0, np.inf])}, r"sd_min holds -1; .*sd_min holds inf"),
        ({"cases": ("hip", "hip")}, "cases has hip more than once"),
    ],
)
def test_impossible_cases_are_named(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(one_theatre(), **change)
