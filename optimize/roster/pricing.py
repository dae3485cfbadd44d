"""Find the cheapest days of one employee, given a price for each shift on each day: a shortest path.

The days run forward; a state holds all that the rules of one employee ask about the past: the last shift and how
long the run is (or for how many days the employee has rested), worked weekends, counted shifts and worked
minutes. It is the pricing problem of the decomposition by employees (P. Strandmark, Y. Qu, T. Curtois,
"First-order linear programming in a column generation-based heuristic approach to the nurse rostering problem",
2020, doi:10.1016/j.cor.2020.104945).
"""

from dataclasses import dataclass, field
from itertools import cycle

import numpy as np
from numba import njit

from optimize.program import BoolArray, FloatArray, IntArray
from optimize.roster.case import DAYS_PER_WEEK, OFF, Employee, RosterCase
from optimize.roster.graph import ANY_DAY, Graph, graph_of, n_counts

SATURDAY = 5
MOST_COUNTS = 16
"""Counts that the states of a path may tell apart; beyond that limits are kept by the master program."""
STEPS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 1e4, np.inf)
"""By how much prices of shifts worked too often are raised, one after the other."""


@dataclass(frozen=True, slots=True)
class Days:
    """The cheapest days of an employee: the shift or OFF of each, shape (n_days,), and their total price."""

    shifts: IntArray
    price: float


@dataclass(slots=True)
class Pricer:
    """Price the days of one employee again and again.

    Limits on the number of shifts of a kind are looked at only once a path has broken them: each one that is
    counted multiplies the states.

    Args:
        case: the question.
        employee: whose days they are.
        counted: kinds of shift (positions) that are counted so far.
    """

    case: RosterCase
    employee: Employee
    counted: list[int] = field(default_factory=list)
    _graph: Graph = field(init=False)
    _open: BoolArray = field(init=False)

    def __post_init__(self) -> None:
        may_rest = ~np.isin(np.arange(self.case.n_days), list(self.employee.fixed))
        self._open = np.column_stack([self.allowed(), may_rest])
        self._graph = graph_of(self.case, self.employee, self.counted)

    def cheapest(self, prices: FloatArray) -> Days | None:
        """Find the days of least total price; None if the employee's rules cannot be kept at all.

        They break no rule but limits on kinds of shift, and those only where counting them would tell more
        than MOST_COUNTS counts apart. So the price is never above that of days within the limits.

        Args:
            prices: of working each shift on each day, and of rest in the last column; inf for never; shape
                (n_days, shifts + 1).
        """
        prices = np.where(self._open, prices, np.inf)
        while True:
            days = self._shortest(prices)
            broken = None if days is None else self._broken_limit(days.shifts)
            if broken is None or n_counts(self.case, self.employee, [*self.counted, broken]) > MOST_COUNTS:
                return days
            self.counted.append(broken)
            self._graph = graph_of(self.case, self.employee, self.counted)

    def within_limits(self, prices: FloatArray) -> Days | None:
        """Find cheap days that break no rule at all, by raising the price of what is worked too often.

        They need not be the cheapest; their price is told in the prices given. None if nothing was found.
        """
        raised = prices.copy()
        steps = cycle(STEPS)  # each turn ends by forbidding a kind of shift, so this ends
        while (days := self.cheapest(raised)) is not None:
            broken = self._broken_limit(days.shifts)
            if broken is None:
                return Days(days.shifts, total(prices, days.shifts))
            raised[:, broken] += next(steps)
        return None

    def allowed(self) -> BoolArray:
        """Mark the shifts that the employee may work on each day; shape (n_days, shifts)."""
        allowed = np.empty((self.case.n_days, len(self.case.shifts)), dtype=np.bool_)
        allowed[:] = [self.employee.may_work(shift) for shift in self.case.shifts]
        allowed[list(self.employee.days_off)] = False
        for day, name in self.employee.fixed.items():
            allowed[day] &= [shift.name == name for shift in self.case.shifts]
        return allowed

    def _broken_limit(self, shifts: IntArray) -> int | None:
        """Return the first kind of shift that is worked too often."""
        for position, shift in enumerate(self.case.shifts):
            most = self.employee.max_shifts.get(shift.name)
            if most is not None and position not in self.counted and (shifts == position).sum() > most:
                return position
        return None

    def _shortest(self, prices: FloatArray) -> Days | None:
        """Find the cheapest days within all rules but the limits that are not counted."""
        graph = self._graph
        if graph.least >= graph.shape[3]:
            return None
        best = [(kind, prices[:, kind].argmin(axis=1)) for kind in graph.kinds]
        shifts = np.column_stack([np.array(kind)[chosen] for kind, chosen in best])
        cheapest = np.column_stack([np.take_along_axis(prices, shifts, axis=1), prices[:, -1]])
        states = np.full((len(prices) + 1, *graph.shape), np.inf)
        states[0, graph.rested, 0, 0, 0] = 0.0
        _spread(states, cheapest, graph.arcs, graph.minutes, graph.next_count, graph.window)
        end = states[-1, :, :, :, graph.least :]
        price = float(end.min())
        if not np.isfinite(price):
            return None
        slot, weekend, count, minute = map(int, np.unravel_index(int(end.argmin()), end.shape))
        place = (slot, weekend, count, minute + graph.least)
        kinds = _trace(states, cheapest, graph.arcs, graph.minutes, graph.next_count, place)
        with_rest = np.column_stack([shifts, np.full(len(prices), OFF)])
        return Days(np.take_along_axis(with_rest, kinds[:, None], axis=1)[:, 0], price)


def total(prices: FloatArray, shifts: IntArray) -> float:
    """Sum the prices of some days; OFF is the last column."""
    return float(prices[np.arange(shifts.size), shifts].sum())


@njit(cache=True)
def _spread(
    states: FloatArray,
    prices: FloatArray,
    arcs: IntArray,
    minutes: IntArray,
    next_count: IntArray,
    window: IntArray,
) -> None:
    """Fill in the price of the cheapest way to each state; shape (days + 1, slots, weekends, counts, minutes)."""
    for day in range(prices.shape[0]):
        low, high = window[day]
        for source, target, shift, begins, only_day in arcs:
            price = prices[day, shift]
            if np.isfinite(price) and (only_day in (ANY_DAY, day)):
                weekend = _weekend(day, shift == prices.shape[1] - 1, begins)
                _lower(
                    states[day + 1, target],
                    states[day, source],
                    price,
                    weekend,
                    minutes[shift],
                    next_count[:, shift],
                    (low, min(high, states.shape[4] - minutes[shift])),
                )


@njit(cache=True)
def _weekend(day: int, rests: bool, begins: bool) -> int:
    """Return 1 if the day is the first one worked in a weekend."""
    weekday = day % DAYS_PER_WEEK
    return 1 if not rests and (weekday == SATURDAY or (weekday > SATURDAY and begins)) else 0


@njit(cache=True)
def _lower(
    target: FloatArray,
    source: FloatArray,
    price: float,
    weekend: int,
    minutes: int,
    next_count: IntArray,
    span: tuple[int, int],
) -> None:
    """Improve the states of one slot from those of another on the day before, within a span of minutes."""
    low, high = span
    for before in range(source.shape[0] - weekend):
        for count in range(source.shape[1]):
            if next_count[count] >= 0:
                to = target[before + weekend, next_count[count], low + minutes : high + minutes]
                come = source[before, count, low:high]
                for minute in range(come.size):
                    value = come[minute] + price
                    to[minute] = value if value < to[minute] else to[minute]


@njit(cache=True)
def _trace(
    states: FloatArray,
    prices: FloatArray,
    arcs: IntArray,
    minutes: IntArray,
    next_count: IntArray,
    place: tuple[int, int, int, int],
) -> IntArray:
    """Walk back from a state of the last day along a cheapest path; the sums are those of the way forward."""
    shifts = np.empty(prices.shape[0], dtype=np.intp)
    slot, weekend, count, minute = place
    for day in range(prices.shape[0] - 1, -1, -1):
        value = states[day + 1, slot, weekend, count, minute]
        for source, target, shift, begins, only_day in arcs:
            if target != slot or minute < minutes[shift] or only_day not in (ANY_DAY, day):
                continue
            fewer = weekend - _weekend(day, shift == prices.shape[1] - 1, begins)
            earlier = minute - minutes[shift]
            found = -1
            for before in range(next_count.shape[0]):
                leads = fewer >= 0 and next_count[before, shift] == count
                if leads and states[day, source, fewer, before, earlier] + prices[day, shift] == value:
                    found = before
            if found >= 0:
                shifts[day] = shift
                slot, weekend, count, minute = source, fewer, found, earlier
                break
    return shifts
