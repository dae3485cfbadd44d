"""Write the program of theatre sessions in arrays, without a model: a city is written in milliseconds."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array

from optimize.binding import Binding, dearest
from optimize.program import FloatArray, IntArray, LinearProgram
from optimize.theatre.case import TheatreCase

Words = Callable[[str, Hashable], str]
"""Puts a constraint and its index into words, for one more unit of what."""
NAMED = ("session", "beds")
"""Constraints that are named; everybody is operated or waits, and surgeons have their hours."""


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """Hold `TheatreProblem` in arrays.

    `pairs` (n, 2) are group and session of the first n columns; `rows` names the constraint and index of every row, as
    `TheatreProblem.words` reads them.
    """

    pairs: IntArray
    rows: list[tuple[str, Hashable]]
    program: LinearProgram

    def binding(self, row_prices: FloatArray | None, words: Words | None) -> Binding:
        """Name the sessions and beds of which one more would be worth most; nothing where nobody asks for words."""
        if row_prices is None or words is None:
            return ()
        return dearest(row_prices, lambda row: words(*self.rows[row]) if self.rows[row][0] in NAMED else "")

    def operated(self, case: TheatreCase, values: FloatArray) -> IntArray:
        """Count the cases of each group in each session, fractions rounded down; shape (C, S)."""
        counts = np.zeros(case.may_use.shape, dtype=np.intp)
        counts[tuple(self.pairs.T)] = np.floor(values[: len(self.pairs)] + 1e-6)
        return counts


def write(case: TheatreCase, v: FloatArray) -> Written:
    """Write the program, linearized around the deviations `v` of the sessions, minutes, shape (S,)."""
    price = case.price()
    pairs = np.argwhere(np.isfinite(price) & (case.n_cases > 0)[:, None])
    c, s = pairs.T
    later = np.flatnonzero(np.isfinite(case.postpone_cost))
    rows = [_everyone(case, c, later), _sessions(case, v, c, s), _surgeons(case, c, s)]
    beds, short = _beds(case, c, s, len(pairs) + len(later))
    rows.append(beds)
    costs = np.concatenate([price[c, s], case.postpone_cost[later], case.bed_cost[short]])
    return Written(pairs, [name for one in rows for name in one.names], _program(rows, costs, len(pairs) + len(later)))


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Hold the rows of one constraint: names, bounds (m,), and the entries by row, column and coefficient."""

    names: list[tuple[str, Hashable]]
    lower: FloatArray
    upper: FloatArray
    row: IntArray
    column: IntArray
    coefficient: FloatArray


def _everyone(case: TheatreCase, c: IntArray, later: IntArray) -> _Rows:
    wanted = case.n_cases.astype(np.float64)
    row, column = np.concatenate([c, later]), np.arange(c.size + later.size)
    names: list[tuple[str, Hashable]] = [("everyone", i) for i in range(wanted.size)]
    return _Rows(names, wanted, wanted, row, column, np.ones(row.size))


def _sessions(case: TheatreCase, v: FloatArray, c: IntArray, s: IntArray) -> _Rows:
    kept_min = case.mean_min[c] + case.z * case.sd_min[c] ** 2 / (2 * v[s])
    used, row = np.unique(s, return_inverse=True)
    names: list[tuple[str, Hashable]] = [("session", int(one)) for one in used]
    upper = (case.minutes - case.z * v / 2)[used]
    return _Rows(names, np.full(used.size, -np.inf), upper, row, np.arange(c.size), kept_min)


def _surgeons(case: TheatreCase, c: IntArray, s: IntArray) -> _Rows:
    """Limit the minutes of a surgeon on a day, where they are limited."""
    n_days = case.free_beds.shape[2]
    key = case.surgeon[c] * n_days + case.day[s]
    limit = case.surgeon_min.reshape(-1)
    column = np.flatnonzero(np.isfinite(limit[key]))
    used, row = np.unique(key[column], return_inverse=True)
    names: list[tuple[str, Hashable]] = [("surgeon", divmod(int(one), n_days)) for one in used]
    return _Rows(names, np.full(used.size, -np.inf), limit[used], row, column, case.mean_min[c[column]])


def _beds(case: TheatreCase, c: IntArray, s: IntArray, n_before: int) -> tuple[_Rows, IntArray]:
    """Limit the beds held; columns from `n_before` on are beds too few. Also return the kind of bed of each of them."""
    n_kinds, n_days = case.free_beds.shape[1:]
    pair, kind, lag = np.nonzero(case.stay[c] > 0)
    day = case.day[s[pair]] + lag
    inside = day < n_days
    pair, kind, lag, day = pair[inside], kind[inside], lag[inside], day[inside]
    key = (case.hospital[s[pair]] * n_kinds + kind) * n_days + day
    used, row = np.unique(key, return_inverse=True)
    kind_of = used // n_days % n_kinds
    short = np.flatnonzero(np.isfinite(case.bed_cost[kind_of]))
    names: list[tuple[str, Hashable]] = [
        ("beds", tuple(int(part) for part in np.unravel_index(one, case.free_beds.shape))) for one in used
    ]
    rows = _Rows(
        names,
        np.full(used.size, -np.inf),
        case.free_beds.reshape(-1)[used],
        np.concatenate([row, short]),
        np.concatenate([pair, n_before + np.arange(short.size)]),
        np.concatenate([case.stay[c[pair], kind, lag], np.full(short.size, -1.0)]),
    )
    return rows, kind_of[short]


def _program(parts: list[_Rows], costs: FloatArray, n_whole: int) -> LinearProgram:
    """Put the rows below each other; the first `n_whole` columns must be whole."""
    sizes = [len(one.names) for one in parts]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    row = np.concatenate([one.row + start for one, start in zip(parts, starts, strict=True)])
    column = np.concatenate([one.column for one in parts])
    entries = np.concatenate([one.coefficient for one in parts])
    matrix = csc_array((entries, (row, column)), shape=(sum(sizes), costs.size))
    return LinearProgram(
        maximize=False,
        offset=0.0,
        costs=costs,
        column_lower=np.zeros(costs.size),
        column_upper=np.full(costs.size, np.inf),
        row_lower=np.concatenate([one.lower for one in parts]),
        row_upper=np.concatenate([one.upper for one in parts]),
        starts=matrix.indptr.astype(np.intp),
        row_indices=matrix.indices.astype(np.intp),
        coefficients=matrix.data,
        integer=np.arange(costs.size) < n_whole,
    )
