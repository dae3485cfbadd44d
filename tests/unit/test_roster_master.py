"""The program over schedules: rows by hand, prices, bounds that hold, dives that end in rosters."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from optimize import engine
from optimize.contract import SolveOptions
from optimize.program import IntArray
from optimize.roster.bounding import raise_bound
from optimize.roster.case import OFF, Cover, Employee, Roster, RosterCase, Shift
from optimize.roster.check import breaches, score
from optimize.roster.diving import dive
from optimize.roster.generation import Clock, generate
from optimize.roster.master import Master
from optimize.roster.pricing import Pricer, total
from optimize.roster.problem import RosterProblem
from optimize.roster.search import Effort, Search, UnrosterableError
from optimize.roster.tables import Tables
from optimize.solver import solve
from tests.roster_cases import cases
from tests.small_roster import ward

pytestmark = pytest.mark.unit

ROSTER = np.array([[-1, 0, 0, -1, -1, 0, 0], [0, 0, 0, -1, -1, -1, -1], [0, 1, -1, -1, -1, -1, -1]], dtype=np.intp)
"""A roster of the ward that costs 4: one too many on days 0 and 2, and ann works on day 2 (2)."""


def forever() -> Clock:
    return Clock(0.0, 1.0, lambda: 0.0)


def started(case: RosterCase, roster: Roster, staff: list[int] | None = None) -> tuple[Master, dict[int, Pricer]]:
    """Begin a program with the schedules of a roster."""
    who = np.arange(len(roster)) if staff is None else np.array(staff, dtype=np.intp)
    master = Master(Tables.of(case), who, roster)
    for employee in who.tolist():
        master.add(employee, roster[employee])
    return master, {e: Pricer(case, one) for e, one in enumerate(case.employees)}


def any_roster(case: RosterCase) -> Roster | None:
    """Give everybody some days within their rules."""
    free = np.zeros((case.n_days, len(case.shifts) + 1))
    found = [Pricer(case, one).within_limits(free) for one in case.employees]
    days = [one.shifts for one in found if one is not None]
    return np.array(days, dtype=np.intp) if len(days) == len(found) else None


def halves() -> RosterCase:
    """Three or four days of work each, in runs of two or three; fractions of schedules miss parts of people."""
    needs = tuple(Cover(day, "D", required, 100, 1) for day, required in enumerate([2, 0, 3, 0, 3, 2, 1]))
    rules = ({}, 1440, 1920, 3, 2, 2, 1)
    staff = tuple(Employee(name, *rules, frozenset({off})) for name, off in (("a", 4), ("b", 3), ("c", 1)))
    return RosterCase(7, (Shift("D", 480),), staff, (), needs)


def test_the_roster_alone_costs_what_the_checker_counts() -> None:
    master, _ = started(ward(), ROSTER)
    objective, values, _ = master.lp.run()
    assert objective + master.fixed_cost == pytest.approx(4)
    assert score(ward(), ROSTER).total == 4
    assert master.choice(values).tolist() == [1, 1, 1]
    rostered = master.rostered(values)
    assert rostered is not None
    assert rostered.tolist() == ROSTER.tolist()


@pytest.mark.parametrize("staff", [[0], [1], [2], [0, 2], [1, 2]])
def test_those_who_are_not_chosen_for_keep_their_days(staff: list[int]) -> None:
    master, _ = started(ward(), ROSTER, staff)
    assert master.lp.run()[0] + master.fixed_cost == pytest.approx(score(ward(), ROSTER).total)


def test_a_schedule_is_added_once() -> None:
    master, _ = started(ward(), ROSTER)
    assert not master.add(0, ROSTER[0].copy())
    assert master.add(0, np.array([-1, 0, 0, 0, -1, -1, -1]))
    assert not master.add(0, np.array([-1, 0, 0, 0, -1, -1, -1]))


def test_a_limit_becomes_a_row_for_all_schedules_of_the_employee() -> None:
    """Ben may work two nights: three of them can stand for at most two thirds, with none for the rest."""
    case = replace(ward(), covers=tuple(Cover(day, "N", 1, 100, 1) for day in (0, 1, 2)), requests=())
    idle = np.array([0, 0, -1, -1, -1, -1, -1], dtype=np.intp)
    roster = np.array([[-1, 0, 0, -1, -1, -1, -1], idle, idle], dtype=np.intp)
    master, _ = started(case, roster, [1])
    before = master.lp.n_rows
    master.add(1, np.array([1, 1, 1, -1, -1, -1, -1], dtype=np.intp))
    assert master.lp.n_rows == before + 1
    objective, values, _ = master.lp.run()
    assert master.choice(values).tolist() == pytest.approx([1 / 3, 2 / 3])
    assert objective == pytest.approx(100)
    master.add(1, np.array([-1, -1, 1, 1, 1, -1, -1], dtype=np.intp))
    assert master.lp.n_rows == before + 1


def test_schedules_beyond_a_limit_are_no_roster() -> None:
    master, _ = started(ward(), ROSTER)
    master.add(1, np.array([1, 1, 1, -1, -1, -1, -1], dtype=np.intp))
    values = np.zeros(master.lp.n_columns)
    values[-1] = 1.0
    assert master.rostered(values) is None


def test_prices_pay_the_reduced_cost_of_every_schedule() -> None:
    """At the optimum of the program over known schedules, those chosen cost what their employee's row is worth."""
    master, _ = started(ward(), ROSTER)
    _, values, row_prices = master.lp.run()
    for chosen in np.flatnonzero(master.choice(values) > 0.5).tolist():
        employee, shifts = master.schedules[chosen]
        reduced = total(master.prices(employee, row_prices), shifts) - master.share_price(employee, row_prices)
        assert reduced == pytest.approx(0)


def test_closed_cells_close_schedules() -> None:
    master, pricers = started(ward(), ROSTER, [1])
    other = np.array([-1, -1, -1, 0, 0, -1, -1], dtype=np.intp)
    master.add(1, other)
    cells = np.ones((7, 3), dtype=np.bool_)
    cells[0, 0] = False
    master.leave_open(1, cells, [])
    values = master.lp.run()[1]
    assert master.choice(values).tolist() == [0, 1]
    prices = master.prices(1, np.zeros(master.lp.n_rows))
    assert np.isinf(prices[0, 0])
    assert np.isfinite(prices).sum() == prices.size - 1
    days = pricers[1].cheapest(prices)
    assert days is not None
    assert days.shifts[0] != 0


def test_a_start_names_the_schedules_of_the_roster() -> None:
    master, _ = started(ward(), ROSTER, [0, 2])
    master.add(0, np.array([-1, 0, 0, 0, -1, -1, -1], dtype=np.intp))
    columns, values = master.start()
    assert values.tolist() == [1, 1, 0]
    assert columns[0] == columns[-1] - 2


def test_whole_schedules_by_branch_and_bound() -> None:
    master, pricers = started(ward(), ROSTER)
    generate(master, pricers, forever())
    held = engine.Held(master.whole_program(), SolveOptions(gap=0.0))
    held.start_from(*master.start())
    values = held.run().values
    assert values is not None
    roster = master.rostered(values)
    assert roster is not None
    assert breaches(ward(), roster) == []
    assert score(ward(), roster).total == 2


@settings(max_examples=30, deadline=None)
@given(cases(n_staff=3, n_days=8))
def test_the_relaxation_is_never_above_the_best_roster(case: RosterCase) -> None:
    roster = any_roster(case)
    if roster is None:
        return
    exact = solve(RosterProblem(case), SolveOptions(gap=0.0)).objective
    master, pricers = started(case, roster)
    relaxation = generate(master, pricers, forever())
    assert exact is not None
    assert relaxation.bound - 1e-6 <= exact
    assert relaxation.bound <= relaxation.objective + 1e-6
    told: list[float] = []
    raise_bound(started(case, roster)[0], pricers, forever(), np.inf, told.append, branches=20)
    assert told == sorted(told)
    assert told[0] >= relaxation.bound - 1e-6
    assert told[-1] <= exact + 1e-6


@settings(max_examples=30, deadline=None)
@given(cases(n_staff=3, n_days=8))
def test_a_dive_ends_in_a_roster_or_in_nothing(case: RosterCase) -> None:
    roster = any_roster(case)
    if roster is None:
        return
    master, pricers = started(case, roster)
    found = dive(master, pricers, forever(), np.inf)
    if found is not None:
        assert breaches(case, found) == []
        exact = solve(RosterProblem(case), SolveOptions(gap=0.0)).objective
        assert exact is not None
        assert score(case, found).total >= exact - 1e-6


def test_a_dive_that_cannot_be_good_enough_ends_at_once() -> None:
    master, pricers = started(ward(), ROSTER)
    assert dive(master, pricers, forever(), 2.0) is None
    master, pricers = started(ward(), ROSTER)
    found = dive(master, pricers, forever(), 3.0)
    assert found is not None
    assert score(ward(), found).total == 2


def test_parts_of_missing_people_are_branched_away() -> None:
    """The relaxation says 252; that three whole people are missing, and one is too many, says 301."""
    case = halves()
    exact = solve(RosterProblem(case), SolveOptions(gap=0.0)).objective
    roster = any_roster(case)
    assert roster is not None
    told: list[float] = []
    master, pricers = started(case, roster)
    raise_bound(master, pricers, forever(), np.inf, told.append)
    assert told[0] == 252
    assert told[-1] == exact == 301


def test_a_bound_that_is_enough_ends_the_branching() -> None:
    master, pricers = started(ward(), ROSTER)
    told: list[float] = []
    raise_bound(master, pricers, forever(), 1.0, told.append)
    assert told == [1.0]


def ticking() -> Iterator[float]:
    now = 0.0
    while True:
        yield now
        now += 1.0


def test_time_that_is_over_still_leaves_a_bound() -> None:
    master, pricers = started(ward(), ROSTER)
    clock = Clock(0.0, 0.0, ticking().__next__)
    relaxation = generate(master, pricers, clock)
    assert relaxation.bound <= 2 + 1e-6
    assert dive(master, pricers, clock, np.inf) is None


def test_a_clock_tells_what_is_left() -> None:
    ticks = ticking()
    clock = Clock(next(ticks), 10.0, ticks.__next__)
    assert clock.elapsed == 1.0
    assert clock.left == 8.0
    part = clock.part(0.5)  # made at 3, of what is left at 4
    assert (part.started, part.seconds) == (3.0, 3.0)
    assert part.left == 1.0
    assert [clock.left for _ in range(6)][-1] == 0.0


def test_fair_nights_become_rows() -> None:
    """Ben and cat may work nights: two rows each; the spread of two nights costs ten."""
    nights = (ward().shifts[0], replace(ward().shifts[1], night=True))
    case = replace(ward(), shifts=nights, night_spread_cost=5.0)
    roster = ROSTER.copy()
    roster[2] = [1, 1, -1, -1, -1, -1, -1]
    plain, _ = started(ward(), roster)
    master, _ = started(case, roster)
    assert master.lp.n_rows == plain.lp.n_rows + 4
    assert master.lp.run()[0] == pytest.approx(plain.lp.run()[0] + 10)
    alone, _ = started(case, roster, [1])
    assert alone.lp.run()[0] + alone.fixed_cost == pytest.approx(score(case, roster).total)


def search_of(case: RosterCase) -> Search:
    return Search(case, Effort(60.0, 0, 1), lambda _: None)


def test_a_first_roster_keeps_all_rules() -> None:
    search = search_of(ward())
    roster = search._constructed()
    assert breaches(ward(), roster) == []


def test_an_employee_without_any_days_is_named() -> None:
    ann = replace(ward().employees[0], days_off=frozenset(range(7)))
    case = replace(ward(), employees=(ann, *ward().employees[1:]))
    with pytest.raises(UnrosterableError, match="ann"):
        search_of(case).run()


def test_those_who_can_fill_a_gap_are_freed_first() -> None:
    """A night is missing: of ann, who may not work nights, ben and cat, the latter are freed."""
    search = search_of(ward())
    roster = np.full((3, 7), OFF, dtype=np.intp)
    roster[0, [1, 2, 5]] = 0
    roster[1, [0, 1]] = 0
    search.roster = roster
    generator = np.random.Generator(np.random.PCG64(3))
    chosen = [search._choose(generator, 2, turn=1).tolist() for _ in range(10)]
    assert chosen == [[1, 2]] * 10


def test_those_who_pay_for_wishes_are_freed_first() -> None:
    """Only ann's wish is refused; one of the two who are freed is always she."""
    search = search_of(ward())
    search.roster = ROSTER
    generator = np.random.Generator(np.random.PCG64(3))
    chosen: list[IntArray] = [search._choose(generator, 2, turn=2) for _ in range(10)]
    assert all(0 in staff for staff in chosen)
    assert len({tuple(staff) for staff in chosen}) == 2
