"""The exact roster program: against enumeration, against the checker, and its reasons when nothing fits."""

from dataclasses import replace

import pyomo.environ as pyo
import pytest
from hypothesis import given, settings

from optimize.explain import explain
from optimize.roster.case import OFF, Cover, RosterCase
from optimize.roster.check import breaches, score
from optimize.roster.planner import solve_roster
from optimize.roster.problem import RosterProblem
from optimize.roster.search import Effort
from optimize.roster.wording import wording
from optimize.score import total
from optimize.solver import Ending, SolveOptions, solve
from tests.roster_cases import all_days, cases
from tests.small_roster import ward

pytestmark = pytest.mark.unit

EXACT = SolveOptions(gap=0.0)


def best_by_enumeration(case: RosterCase) -> float | None:
    """Try everything that a single employee could do."""
    rosters = (days[None, :] for days in all_days(case))
    costs = [score(case, roster).total for roster in rosters if not breaches(case, roster)]
    return min(costs, default=None)


def test_a_case_known_by_hand() -> None:
    """Ann cannot be spared on day 2 (2); all else fits: ben works his wish, cat the only night."""
    solved = solve(RosterProblem(ward()), EXACT)
    assert solved.ending is Ending.OPTIMAL
    assert (solved.objective, solved.bound) == (pytest.approx(2), pytest.approx(2))
    assert solved.solution is not None
    assert breaches(ward(), solved.solution) == []


@settings(max_examples=40, deadline=None)
@given(cases())
def test_one_employee_is_rostered_as_well_as_by_enumeration(case: RosterCase) -> None:
    solved, best = solve(RosterProblem(case), EXACT), best_by_enumeration(case)
    if best is None:
        assert solved.ending is Ending.INFEASIBLE
    else:
        assert solved.objective == pytest.approx(best)


@settings(max_examples=40, deadline=None)
@given(cases(n_staff=3, n_days=10, night_spread_cost=3.0))
def test_every_solution_passes_the_checker_and_costs_what_the_checker_counts(case: RosterCase) -> None:
    problem = RosterProblem(case)
    solved = solve(problem, EXACT)
    assert solved.ending in (Ending.OPTIMAL, Ending.INFEASIBLE)
    if solved.solution is not None:
        assert problem.breaches(solved.solution) == []
        assert solved.objective == pytest.approx(score(case, solved.solution).total)
        assert solved.objective == pytest.approx(total(problem.terms(solved.solution)))


def test_fairness_of_nights_is_bought_when_it_is_dear() -> None:
    """Of four nights ben would rather work none: he is spared until a spread of four costs more than two wishes."""
    case = ward()
    staff = (replace(case.employees[1], max_shifts={}), replace(case.employees[1], name="eva", max_shifts={}))
    shifts = (case.shifts[0], replace(case.shifts[1], night=True))
    covers = tuple(Cover(day, "N", 1, 100, 1) for day in range(4))
    wish = [case.requests[0]._replace(day=day, shift="N", wanted=False) for day in range(7)]
    free = tuple(replace(one, min_minutes=0) for one in staff)
    case = RosterCase(7, shifts, free, tuple(wish), covers)
    assert solve(RosterProblem(case), EXACT).objective == pytest.approx(0)
    fair = replace(case, night_spread_cost=2.0)
    assert solve(RosterProblem(fair), EXACT).objective == pytest.approx(2 * 3)
    assert solve(RosterProblem(replace(fair, night_spread_cost=1.0)), EXACT).objective == pytest.approx(4)


def test_days_that_are_given_are_worked_whatever_they_cost() -> None:
    """Ben is given nights on days 3 and 4, where nobody is needed: both ways of solving say what that costs."""
    case = ward()
    case = replace(case, covers=(*case.covers, Cover(3, "N", 0, 100, 7)))
    fixed = replace(case, employees=(case.employees[0], replace(case.employees[1], fixed={3: "N"}), case.employees[2]))
    exact, searched = solve(RosterProblem(fixed), EXACT), solve_roster(fixed, Effort(rounds=3))
    free = solve(RosterProblem(case), EXACT)
    assert exact.solution is not None
    assert searched.solution is not None
    assert exact.solution[1, 3] == searched.solution[1, 3] == 1
    assert free.objective is not None
    assert exact.objective is not None
    assert exact.objective == searched.objective
    assert exact.objective > free.objective
    assert breaches(fixed, exact.solution) == []
    off = exact.solution.copy()
    off[1, 3] = OFF
    assert "ben does not work N on day 3, which is given" in breaches(fixed, off)


def test_a_day_that_is_given_and_cannot_be_worked_is_the_reason() -> None:
    ben = replace(ward().employees[1], fixed={2: "N", 3: "D"})
    conflict = explain(RosterProblem(replace(ward(), employees=(ben,), requests=())))
    assert conflict.ending is Ending.INFEASIBLE
    assert "ben works N on Wednesday of week 1, which is given" in conflict.lines


@pytest.mark.parametrize("fixed", [{7: "D"}, {1: "X"}, {0: "D"}])
def test_days_given_outside_the_horizon_or_on_a_day_off_are_refused(fixed: dict[int, str]) -> None:
    ann = replace(ward().employees[0], fixed=fixed)
    with pytest.raises(ValueError, match="fixed of ann"):
        replace(ward(), employees=(ann, *ward().employees[1:]))


def test_a_missing_skill_is_the_reason() -> None:
    case = ward()
    shifts = (case.shifts[0], replace(case.shifts[1], skill="airway"))
    conflict = explain(RosterProblem(replace(case, shifts=shifts, cover_is_hard=True)))
    assert conflict.ending is Ending.INFEASIBLE
    assert "N on Tuesday of week 1 needs 1; only 0 hold the skill airway" in conflict.lines


def test_the_rules_of_one_person_are_the_reason() -> None:
    """Eight hours on each of four days are due, but three days off leave room for runs of two days at most."""
    ann = replace(ward().employees[0], max_run=2, min_minutes=1920, days_off=frozenset({0, 3, 6}), min_rest=3)
    conflict = explain(RosterProblem(RosterCase(7, ward().shifts, (ann,))))
    assert conflict.ending is Ending.INFEASIBLE
    assert "ann works 1920 to 1920 minutes" in conflict.lines
    assert len([line for line in conflict.lines if line.startswith("ann ")]) > 1


def test_people_on_a_day_off_are_counted_in_the_reason() -> None:
    case = replace(ward(), cover_is_hard=True, covers=(Cover(2, "N", 2, 0, 0),))
    assert (
        "N on Wednesday of week 1 needs 2; 2 may work it, 1 of them have the day off"
        in explain(RosterProblem(case)).text
    )


def test_every_constraint_has_words() -> None:
    """A fair, hard week in which all kinds of rules appear: each row says what it asks for."""
    case = replace(ward(), night_spread_cost=1.0, shifts=(ward().shifts[0], replace(ward().shifts[1], night=True)))
    ben = replace(ward().employees[1], fixed={3: "D"})
    case = replace(case, employees=(ward().employees[0], ben, ward().employees[2]))
    model = RosterProblem(case).build()
    families = [one.name for one in model.component_objects(pyo.Constraint)]
    assert len(families) == 13
    for family in families:
        for index in model.find_component(family):
            assert len(wording(case, family, index).split()) > 3
    assert wording(case, "work", (0, 0, 0)) == ""
