"""Choose one schedule for each of some employees: the linear program over the schedules found so far."""

from dataclasses import dataclass, field

import numpy as np

from optimize.growing import Growing
from optimize.program import BoolArray, FloatArray, IntArray, LinearProgram
from optimize.roster.case import OFF, Roster
from optimize.roster.tables import HARD_COST, Tables

TINY = 1e-7
DEAR = 10 * HARD_COST
Key = tuple[int, bytes]
"""An employee and the bytes of the days: which schedule a column stands for."""


@dataclass(slots=True)
class Master:
    """Choose schedules of `staff` while all others keep theirs.

    Sets: employees e of `staff`; schedules p of e found so far; covers c; kinds of shift s.

        min  Σ cost[p] · x[p] + Σ_c under[c] · missing[c] + over[c] · extra[c] + spread_cost · (high - low)
        s.t. Σ_p works[p,c] · x[p] + missing[c] - extra[c] = required[c] - others[c]
             Σ_{p of e} x[p]               = 1
             Σ_{p of e} n[p,s] · x[p]      ≤ limit[e,s]       (once a schedule breaks the limit)
             Σ_{p of e} nights[p] · x[p]   ≤ high, ≥ low      (where nights are to be fair)
             x, missing, extra, high, low  ≥ 0

    Args:
        tables: numbers of the case.
        staff: employees to choose for, ascending; shape (k,).
        roster: where the days of all others stand.
    """

    tables: Tables
    staff: IntArray
    roster: Roster
    lp: Growing = field(default_factory=Growing)
    columns: dict[Key, int] = field(default_factory=dict)
    schedules: list[tuple[int, IntArray]] = field(default_factory=list)
    rhs: list[float] = field(default_factory=list)
    open: dict[int, BoolArray] = field(default_factory=dict)
    fixed_cost: float = 0.0
    uncovered: FloatArray = field(init=False)
    _limit_rows: dict[tuple[int, int], int] = field(default_factory=dict)
    _night_rows: dict[int, tuple[int, int]] = field(default_factory=dict)
    _first: int = 0

    def __post_init__(self) -> None:
        tables, nothing = self.tables, np.empty(0, dtype=np.intp)
        none = np.zeros(2 * tables.required.size)
        self.uncovered = np.stack([none, none + np.inf])
        others = np.delete(self.roster, self.staff, axis=0)
        rest = np.setdiff1d(np.arange(len(self.roster)), self.staff).tolist()
        self.fixed_cost = tables.wish_offset + sum(tables.wish_cost(e, self.roster[e]) for e in rest)
        for needed in tables.required - tables.present(others):
            self._add_row(float(needed), float(needed), nothing, np.empty(0))
        for _ in self.staff:
            self._add_row(1.0, 1.0, nothing, np.empty(0))
        dear = np.full(tables.required.size, DEAR)
        for costs, sign in ((tables.under, 1.0), (tables.over, -1.0), (dear, 1.0), (dear, -1.0)):
            for row, cost in enumerate(costs.tolist()):
                self.lp.add_column(cost, np.array([row]), np.array([sign]))
        if tables.night_spread_cost:
            self._add_nights(tables.nights(others)[np.delete(tables.night_staff, self.staff)])
        self._first = self.lp.n_columns

    def _add_row(self, lower: float, upper: float, columns: IntArray, coefficients: FloatArray) -> int:
        self.rhs.append(lower if np.isfinite(lower) else upper)
        return self.lp.add_row(lower, upper, columns, coefficients)

    def _add_nights(self, others: IntArray) -> None:
        """Add the most and the fewest nights of anyone, `others` included."""
        nothing, cost = np.empty(0, dtype=np.intp), self.tables.night_spread_cost
        high = self.lp.add_column(cost, nothing, np.empty(0))
        low = self.lp.add_column(-cost, nothing, np.empty(0))
        most, fewest = (float(others.max()), float(others.min())) if others.size else (0.0, np.inf)
        self.lp.bound_columns(np.array([high, low]), np.array([most, 0.0]), np.array([np.inf, fewest]))
        for e in self.staff[self.tables.night_staff[self.staff]].tolist():
            rows = [
                self._add_row(-np.inf, 0.0, np.array([high]), np.array([-1.0])),
                self._add_row(0.0, np.inf, np.array([low]), np.array([-1.0])),
            ]
            self._night_rows[e] = (rows[0], rows[1])

    def add(self, employee: int, shifts: IntArray) -> bool:
        """Add a schedule; False if it is there already."""
        key = (employee, shifts.tobytes())
        if key in self.columns:
            return False
        counts = self.tables.counts(shifts)
        for shift in np.flatnonzero(counts > self.tables.limit[employee]).tolist():
            self._limit(employee, shift)
        rows, coefficients = self._entries(employee, shifts, counts)
        self.columns[key] = self.lp.add_column(self.tables.wish_cost(employee, shifts), rows, coefficients)
        self.schedules.append((employee, shifts))
        return True

    def _limit(self, employee: int, shift: int) -> None:
        """Keep the limit of a kind of shift, for one employee, from now on."""
        if (employee, shift) in self._limit_rows:
            return
        own = [(i, days) for i, (e, days) in enumerate(self.schedules) if e == employee]
        worked = np.array([np.count_nonzero(days == shift) for _, days in own], dtype=np.float64)
        columns = np.array([self._first + i for i, _ in own], dtype=np.intp)[worked > 0]
        most = float(self.tables.limit[employee, shift])
        self._limit_rows[employee, shift] = self._add_row(-np.inf, most, columns, worked[worked > 0])

    def _entries(self, employee: int, shifts: IntArray, counts: IntArray) -> tuple[IntArray, FloatArray]:
        days = np.flatnonzero(shifts != OFF)
        covers = self.tables.cover[days, shifts[days]]
        own = int(np.searchsorted(self.staff, employee))
        rows = [*covers[covers >= 0].tolist(), self.tables.required.size + own]
        coefficients = [1.0] * len(rows)
        for shift in np.flatnonzero(counts).tolist():
            if (employee, shift) in self._limit_rows:
                rows.append(self._limit_rows[employee, shift])
                coefficients.append(float(counts[shift]))
        nights = float(counts[self.tables.night].sum())
        for row in self._night_rows.get(employee, ()) if nights else ():
            rows.append(row)
            coefficients.append(nights)
        return np.array(rows, dtype=np.intp), np.array(coefficients)

    def prices(self, employee: int, row_prices: FloatArray) -> FloatArray:
        """Price each shift on each day for an employee, and rest (free, or inf where work is fixed).

        Shape (days, shifts + 1).
        """
        tables = self.tables
        covers = np.append(row_prices[: tables.required.size], 0.0)  # -1, no cover, has no price
        price = tables.wish[employee] - covers[tables.cover]
        for shift in range(tables.night.size):
            row = self._limit_rows.get((employee, shift))
            price[:, shift] -= 0.0 if row is None else row_prices[row]
        high, low = self._night_rows.get(employee, (None, None))
        if high is not None and low is not None:
            price[:, tables.night] -= row_prices[high] + row_prices[low]
        with_rest = np.column_stack([price, np.zeros(len(price))])
        return np.where(self.open[employee], with_rest, np.inf) if employee in self.open else with_rest

    def share_price(self, employee: int, row_prices: FloatArray) -> float:
        """Return the price of the row that gives an employee exactly one schedule."""
        return float(row_prices[self.tables.required.size + int(np.searchsorted(self.staff, employee))])

    def worth_of_rows(self, row_prices: FloatArray) -> float:
        """Return prices times right-hand sides of all rows but those of one schedule for each employee.

        Bounds on missing and extra people count too: what a bound is worth is its part of the dual objective.
        """
        worth = row_prices * np.array(self.rhs[: row_prices.size])
        n, tables = self.tables.required.size, self.tables
        reduced = np.concatenate([tables.under - row_prices[:n], tables.over + row_prices[:n]])
        least = np.where(reduced < 0, self.uncovered[1], self.uncovered[0])
        counts = np.abs(reduced) > TINY  # where nothing bounds from above, a negative one is rounding
        held = reduced[counts] @ least[counts]
        return float(worth.sum() - worth[n : n + self.staff.size].sum() + held)

    def bound_uncovered(self, low: FloatArray, high: FloatArray) -> None:
        """Allow so many missing people, then so many extra ones, for each cover; both of shape (2 C,).

        What goes beyond is DEAR, so that the program never lacks a solution for want of schedules.
        """
        self.uncovered = np.stack([low, high])
        self.lp.bound_columns(self._uncovered_columns(), low, high)

    def uncovered_of(self, values: FloatArray) -> FloatArray:
        """Take the missing and then the extra people of each cover out of the values of all columns."""
        return values[self._uncovered_columns()]

    def _uncovered_columns(self) -> IntArray:
        return np.arange(2 * self.tables.required.size)

    def leave_open(self, employee: int, cells: BoolArray, counted: list[int]) -> None:
        """Allow only some cells to an employee from now on; shape (days, shifts + 1), rest comes last.

        Schedules that break the limit of a kind of shift among `counted` are closed too.
        """
        self.open[employee] = cells
        own = [(i, shifts) for i, (owner, shifts) in enumerate(self.schedules) if owner == employee]
        most = self.tables.limit[employee, counted]
        fits = [
            cells[np.arange(shifts.size), shifts].all() and (self.tables.counts(shifts)[counted] <= most).all()
            for _, shifts in own
        ]
        columns = self._first + np.array([i for i, _ in own], dtype=np.intp)
        self.lp.bound_columns(columns, np.zeros(columns.size), np.where(fits, np.inf, 0.0))

    def choice(self, values: FloatArray) -> FloatArray:
        """Take the values of the schedules, in their order; zero for those added after `values` were found."""
        return np.pad(values[self._first :], (0, self.lp.n_columns - values.size))

    def whole_program(self) -> LinearProgram:
        """Return the program with whole schedules."""
        integer = np.arange(self.lp.n_columns) >= self._first
        return self.lp.program(integer)

    def start(self) -> tuple[IntArray, FloatArray]:
        """Return columns and values that stand for the roster as it is; its schedules must be there."""
        chosen = [self.columns[e, self.roster[e].tobytes()] for e in self.staff.tolist()]
        columns = np.arange(self._first, self.lp.n_columns)
        return columns, np.isin(columns, chosen).astype(np.float64)

    def rostered(self, values: FloatArray) -> Roster | None:
        """Read whole schedules; None if one of them breaks a limit on a kind of shift."""
        roster = self.roster.copy()
        for chosen in np.flatnonzero(self.choice(values) > 0.5).tolist():
            employee, shifts = self.schedules[chosen]
            roster[employee] = shifts
            if (self.tables.counts(shifts) > self.tables.limit[employee]).any():
                return None
        return roster
