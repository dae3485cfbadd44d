"""The search for rosters: cheapest days against enumeration, bounds that hold, and the same answer twice."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimize.growing import Growing, NoVertexError
from optimize.roster import planner
from optimize.roster.case import OFF, Cover, Employee, RosterCase
from optimize.roster.check import breaches, score
from optimize.roster.diving import dive
from optimize.roster.generation import Clock
from optimize.roster.master import Master
from optimize.roster.planner import solve_roster
from optimize.roster.pricing import Pricer, total
from optimize.roster.problem import RosterProblem
from optimize.roster.search import Effort, Progress, Search, Widening
from optimize.roster.tables import Tables
from optimize.solver import Ending, SolveOptions, solve
from tests.roster_cases import all_days, cases
from tests.small_roster import ward

pytestmark = pytest.mark.unit

SHORT = Effort(seconds=60, rounds=3, seed=1)


@settings(max_examples=60, deadline=None)
@given(cases(), st.lists(st.integers(-9, 9), min_size=21, max_size=21))
def test_the_cheapest_days_are_those_of_enumeration(case: RosterCase, drawn: list[int]) -> None:
    prices = np.array(drawn, dtype=np.float64).reshape(7, 3)
    allowed = [days for days in all_days(case) if not breaches(case, days[None, :])]
    found = Pricer(case, case.employees[0]).cheapest(prices)
    if not allowed:
        assert found is None
        return
    assert found is not None
    assert breaches(case, found.shifts[None, :]) == []
    assert found.price == min(total(prices, days) for days in allowed) == total(prices, found.shifts)


def test_days_that_must_be_worked_are_worked() -> None:
    prices = np.zeros((7, 3))
    prices[3, :] = [np.inf, 5.0, np.inf]
    days = Pricer(ward(), ward().employees[1]).cheapest(prices)
    assert days is not None
    assert (days.shifts[3], days.price) == (1, 5.0)


def test_limits_that_are_not_counted_are_kept_by_raised_prices() -> None:
    """Twenty kinds of shift at most once each tell 2^20 counts apart: too many to count."""
    many = tuple(replace(ward().shifts[0], name=f"s{i}") for i in range(20))
    one = Employee("ann", {shift.name: 1 for shift in many}, max_run=5)
    case = RosterCase(14, many, (one,))
    prices = np.column_stack([-np.arange(1.0, 21.0) * np.ones((14, 1)), np.zeros(14)])
    pricer = Pricer(case, one)
    loose, kept = pricer.cheapest(prices), pricer.within_limits(prices)
    assert loose is not None
    assert kept is not None
    assert breaches(case, loose.shifts[None, :]) != []
    assert breaches(case, kept.shifts[None, :]) == []
    assert loose.price < kept.price == total(prices, kept.shifts)


@settings(max_examples=25, deadline=None)
@given(cases(n_staff=3, n_days=8), st.sampled_from([0.0, 3.0]))
def test_the_search_holds_and_its_bound_too(case: RosterCase, spread_cost: float) -> None:
    case = replace(case, night_spread_cost=spread_cost)
    exact = solve(RosterProblem(case), SolveOptions(gap=0.0))
    found = solve_roster(case, SHORT)
    if exact.ending is Ending.INFEASIBLE:
        assert found.ending is Ending.INFEASIBLE
        return
    assert exact.objective is not None
    assert found.solution is not None
    assert found.objective is not None
    assert found.bound is not None
    assert breaches(case, found.solution) == []
    assert found.objective == pytest.approx(score(case, found.solution).total)
    assert found.bound - 1e-6 <= exact.objective <= found.objective + 1e-6
    assert (found.ending is Ending.OPTIMAL) == (found.objective <= found.bound + 1e-6)


def test_a_search_limited_by_rounds_is_repeatable() -> None:
    case = replace(ward(), employees=tuple(replace(ward().employees[1], name=f"e{i}") for i in range(8)), requests=())
    answers = [solve_roster(case, SHORT).solution for _ in range(2)]
    assert answers[0] is not None
    assert answers[1] is not None
    assert answers[0].tolist() == answers[1].tolist()


def test_progress_only_gets_better() -> None:
    told: list[Progress] = []
    solve_roster(ward(), SHORT, told.append)
    costs = [one.objective for one in told]
    assert costs == sorted(costs, reverse=True)
    assert told[-1].bound == 2


def test_a_bound_of_zero_has_no_sign() -> None:
    nobody_needed = replace(ward(), covers=(), requests=())
    told: list[Progress] = []
    found = solve_roster(nobody_needed, Effort(rounds=1), told.append)
    assert [f"{one.bound:g}" for one in told if one.bound is not None] == ["0"]
    assert f"{found.bound:g}" == "0"


@pytest.mark.parametrize("window", [range(2), range(1, 4), range(7)])
def test_a_dive_into_some_days_leaves_all_others_as_they_are(window: range) -> None:
    """Nobody works at first, which breaks no rule of these three; whoever is added works inside the window."""
    staff = tuple(replace(ward().employees[1], name=f"e{i}", min_minutes=0, min_run=1) for i in range(3))
    case = replace(ward(), employees=staff, requests=(), covers=tuple(Cover(day, "D", 2, 100, 1) for day in range(7)))
    pricers = {e: Pricer(case, one) for e, one in enumerate(case.employees)}
    nobody = np.full((3, 7), OFF)
    master = Master(Tables.of(case), np.arange(3), nobody)
    for e in range(3):
        master.add(e, nobody[e])
    found = dive(master, pricers, Clock(0.0, 1.0, lambda: 0.0), np.inf, window)
    assert found is not None
    assert breaches(case, found) == []
    outside = [day for day in range(7) if day not in window]
    assert (found[:, outside] == OFF).all()
    assert (found[:, list(window)] != OFF).sum() >= min(2 * len(window), 9)


def test_what_is_freed_widens_after_rounds_without_success_and_begins_anew() -> None:
    free, sizes = Widening(8, 2, 11), []
    for helped in [False] * 4 + [True] + [False] * 15:
        free.widen(helped)
        sizes.append(free.size)
    assert sizes == [8] * 9 + [10] * 5 + [12] * 5 + [8]


def test_days_in_a_row_are_improved_too() -> None:
    """Seven people, each limited to two weekends of three: the search ends at what is best, whichever it frees."""
    told: list[Progress] = []
    staff = tuple(Employee(f"e{i}", max_minutes=480 * 12, max_run=4, min_rest=2, max_weekends=2) for i in range(7))
    covers = tuple(Cover(day, "D", 3, 10, 1) for day in range(21))
    case = RosterCase(21, ward().shifts, staff, covers=covers)
    search = Search(case, Effort(rounds=4), told.append)
    search.roster = np.full((7, 21), OFF)
    search.cost = Tables.of(case).cost(search.roster)
    search._improve_days(np.random.default_rng(1), 7, 2)
    assert [one.step for one in told] == ["7 days"]
    worked = np.flatnonzero((search.roster != OFF).any(axis=0))
    assert worked.max() - worked.min() < 7
    assert breaches(case, search.roster) == []


def test_an_interrupt_keeps_the_best_so_far() -> None:
    def stop(progress: Progress) -> None:
        if progress.step == "first roster":
            raise KeyboardInterrupt

    found = solve_roster(ward(), SHORT, stop)
    assert found.ending is Ending.FEASIBLE
    assert found.solution is not None
    assert breaches(ward(), found.solution) == []
    assert found.bound is None


def test_hard_cover_that_cannot_be_met_has_no_answer() -> None:
    cover = tuple(need._replace(required=4) for need in ward().covers)
    case = replace(ward(), covers=cover, cover_is_hard=True)
    found = solve_roster(case, SHORT)
    assert (found.ending, found.solution, found.objective) == (Ending.NO_ANSWER, None, None)


def test_an_employee_whose_rules_clash_is_infeasible() -> None:
    ann = replace(ward().employees[0], days_off=frozenset(range(7)))
    assert solve_roster(replace(ward(), employees=(ann,), requests=()), SHORT).ending is Ending.INFEASIBLE


def test_a_fault_of_the_search_is_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Search) -> None:
        self.roster, self.cost = np.full((3, 7), OFF), 0.0

    monkeypatch.setattr(planner.Search, "run", broken)
    with pytest.raises(ArithmeticError, match="the checker 603"):
        solve_roster(ward(), SHORT)


@given(st.lists(st.lists(st.integers(-1, 1), min_size=7, max_size=7), min_size=3, max_size=3))
def test_tables_count_what_the_checker_counts(rows: list[list[int]]) -> None:
    nights = (ward().shifts[0], replace(ward().shifts[1], night=True))
    case = replace(ward(), shifts=nights, night_spread_cost=2.0)
    roster = np.array(rows, dtype=np.intp)
    assert Tables.of(case).cost(roster) == score(case, roster).total


def test_bounds_are_rounded_up_only_where_costs_are_whole() -> None:
    assert Tables.of(ward()).round_up(2.1) == 3
    assert Tables.of(ward()).round_up(2.0000001) == 2
    odd = replace(ward(), requests=(ward().requests[0]._replace(cost=0.5),))
    assert Tables.of(odd).round_up(2.1) == 2.1


def test_a_growing_program_goes_on_from_its_vertex() -> None:
    """min 3 a with a ≥ 2; then b at price 1 stands in for a; then b ≤ 1; then both at 0."""
    lp, nothing = Growing(), np.empty(0, dtype=np.intp)
    row = lp.add_row(2.0, np.inf, nothing, np.empty(0))
    first = lp.add_column(3.0, np.array([row]), np.ones(1))
    objective, values, prices = lp.run()
    assert (objective, values.tolist(), prices.tolist()) == (6, [2], [3])
    second = lp.add_column(1.0, np.array([row]), np.ones(1))
    assert lp.run()[1].tolist() == [0, 2]
    lp.bound_columns(np.array([second]), np.zeros(1), np.ones(1))
    assert lp.run()[0] == 4
    program = lp.program(np.array([False, True]))
    assert (program.costs.tolist(), program.column_upper.tolist()) == ([3, 1], [np.inf, 1])
    lp.bound_columns(np.array([first, second]), np.zeros(2), np.zeros(2))
    with pytest.raises(NoVertexError, match="Infeasible"):
        lp.run()
