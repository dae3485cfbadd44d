"""The graph of one employee's days: kinds of shift, counts, windows of minutes and arcs, by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimize.roster.case import NO_LIMIT, Employee, RosterCase, Shift
from optimize.roster.check import breaches
from optimize.roster.graph import ANY_DAY, graph_of, n_counts
from optimize.roster.pricing import MOST_COUNTS, Pricer, total
from tests.roster_cases import all_days, cases
from tests.small_roster import ward

pytestmark = pytest.mark.unit

ALIKE = (
    Shift("a1", 480),
    Shift("a2", 480),
    Shift("long", 720),
    Shift("n", 480, frozenset({"a1", "a2"})),
    Shift("m", 480, frozenset({"a1"})),
)


def alike(employee: Employee | None = None, n_days: int = 7) -> RosterCase:
    return RosterCase(n_days, ALIKE, (employee or Employee("ann"),))


def test_shifts_that_differ_in_nothing_but_price_are_one_kind() -> None:
    """a1 may not follow m, a2 may: with m they differ, without m they do not."""
    case = alike()
    assert graph_of(case, case.employees[0], []).kinds == [[0], [1], [2], [3], [4]]
    without = replace(case, shifts=ALIKE[:4])
    assert graph_of(without, case.employees[0], []).kinds == [[0, 1], [2], [3]]


def test_a_shift_that_is_counted_stands_alone() -> None:
    employee = Employee("ann", {"a1": 2})
    case = replace(alike(employee), shifts=ALIKE[:4])
    assert graph_of(case, employee, [0]).kinds == [[0], [1], [2], [3]]


def test_counts_are_digits_of_a_number() -> None:
    """At most two of a1 (0 to 2: base 3) and one of n (base 2): six counts, and n moves by three."""
    employee = Employee("ann", {"a1": 2, "n": 1})
    case = replace(alike(employee), shifts=ALIKE[:4])
    graph = graph_of(case, employee, [0, 3])
    assert n_counts(case, employee, [0, 3]) == 6
    assert n_counts(case, employee, []) == 1
    first, other, long, night, rest = graph.next_count.T.tolist()
    assert first == [1, 2, -1, 4, 5, -1]
    assert night == [3, 4, 5, -1, -1, -1]
    assert other == long == rest == list(range(6))


def test_minutes_are_counted_in_their_greatest_common_unit() -> None:
    employee = Employee("ann", min_minutes=1300, max_minutes=2500)
    graph = graph_of(replace(alike(employee), shifts=ALIKE[:4]), employee, [])
    assert graph.minutes.tolist() == [2, 3, 2, 0]  # of 240 minutes
    assert graph.least == 6
    assert graph.shape[3] == 11


def test_what_cannot_be_made_up_any_more_is_outside_the_window() -> None:
    """Of seven days, runs of two with two days of rest: at most four are worked, and all four are due."""
    employee = Employee("ann", min_minutes=1920, max_minutes=1920, max_run=2, min_rest=2)
    case = RosterCase(7, (Shift("D", 480),), (employee,))
    window = graph_of(case, employee, []).window
    assert window[:, 0].tolist() == [0, 0, 1, 2, 2, 2, 3, 4]
    assert (window[:, 1] - 1).tolist() == [0, 1, 2, 2, 2, 3, 4, 4]


def test_arcs_of_one_shift_by_hand() -> None:
    """Slots: rested a day, rested two or more, a run of one, of two; runs of one may end on day 1 only."""
    employee = Employee("ann", max_run=2, min_run=2, min_rest=2)
    graph = graph_of(RosterCase(7, (Shift("D", 480),), (employee,)), employee, [])
    assert (graph.shape[0], graph.rested) == (4, 1)
    assert sorted(map(tuple, graph.arcs.tolist())) == [
        (0, 1, 1, 0, ANY_DAY),
        (1, 1, 1, 0, ANY_DAY),
        (1, 2, 0, 1, ANY_DAY),
        (2, 0, 1, 0, 1),
        (2, 3, 0, 0, ANY_DAY),
        (3, 0, 1, 0, ANY_DAY),
    ]


def test_no_arc_leads_from_a_shift_to_one_that_may_not_follow() -> None:
    graph = graph_of(ward(), ward().employees[1], [])
    rest, run = ward().employees[1].min_rest, ward().employees[1].max_run
    night_slots = range(rest + run, rest + 2 * run)
    assert not any(source in night_slots and kind == 0 for source, _, kind, _, _ in graph.arcs.tolist())


def test_limits_without_a_number_do_not_blow_up_the_graph() -> None:
    employee = Employee("ann", max_run=NO_LIMIT, min_rest=1, max_minutes=NO_LIMIT, max_weekends=NO_LIMIT)
    graph = graph_of(RosterCase(7, (Shift("D", 480),), (employee,)), employee, [])
    assert graph.shape == (1 + 7, 2, 1, 8)


@settings(max_examples=30, deadline=None)
@given(cases(n_days=6), st.integers(0, 5), st.integers(0, 2))
def test_cells_that_are_closed_are_never_used(case: RosterCase, day: int, cell: int) -> None:
    """Close one cell of a day: the cheapest days avoid it, and cost what enumeration without it finds."""
    prices = np.zeros((6, 3))
    prices[:, 0], prices[:, 1] = -3.0, -2.0
    prices[day, cell] = np.inf
    allowed = [days for days in all_days(case) if not breaches(case, days[None, :])]
    open_days = [total(prices, days) for days in allowed]
    found = Pricer(case, case.employees[0]).cheapest(prices)
    assert (found is None) == (not [price for price in open_days if np.isfinite(price)])
    if found is not None:
        assert found.price == min(open_days)
        assert found.shifts[day] != (cell if cell < 2 else -1)


def test_a_limit_is_counted_only_once_it_is_broken() -> None:
    pricer = Pricer(ward(), ward().employees[1])
    prices = np.zeros((7, 3))
    pricer.cheapest(prices)
    assert pricer.counted == []
    prices[:, 1] = -1.0
    days = pricer.cheapest(prices)
    assert pricer.counted == [1]
    assert days is not None
    assert (days.shifts == 1).sum() == 2


def test_no_more_counts_are_told_apart_than_is_said() -> None:
    """Two limits of 7 make 64 counts: the second one that breaks is left to the master program."""
    employee = Employee("ann", {"a1": 7, "n": 7}, max_minutes=9600)
    case = alike(employee, n_days=20)
    prices = np.zeros((20, 6))
    prices[:, 0], prices[:, 3] = -2.0, -1.9
    pricer = Pricer(case, employee)
    days = pricer.cheapest(prices)
    assert days is not None
    assert n_counts(case, employee, pricer.counted) <= MOST_COUNTS
    assert len(pricer.counted) == 1
    assert breaches(case, days.shifts[None, :]) != []
