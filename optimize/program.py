"""Hold a linear or mixed-integer program as arrays: what is left of a model when its names are gone."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
BoolArray = npt.NDArray[np.bool_]


HOLDS_WITHIN = 1e-5
"""Solvers keep rows and whole columns within 1e-6; a row is off by that for each of its entries."""


@dataclass(frozen=True, slots=True)
class LinearProgram:
    """Optimize costs·x + offset over row_lower ≤ A x ≤ row_upper, column_lower ≤ x ≤ column_upper.

    A has m rows and n columns and is kept by columns: column j holds `coefficients[starts[j]:starts[j + 1]]`
    in the rows `row_indices[starts[j]:starts[j + 1]]`. The arrays are never changed in place.

    Args:
        maximize: the sense.
        offset: constant of the objective.
        costs: shape (n,).
        column_lower: shape (n,), -inf for none.
        column_upper: shape (n,), inf for none.
        row_lower: shape (m,), -inf for none.
        row_upper: shape (m,), inf for none.
        starts: shape (n + 1,).
        row_indices: shape (number of nonzeros,).
        coefficients: shape (number of nonzeros,).
        integer: shape (n,), which columns must be whole.
    """

    maximize: bool
    offset: float
    costs: FloatArray
    column_lower: FloatArray
    column_upper: FloatArray
    row_lower: FloatArray
    row_upper: FloatArray
    starts: IntArray
    row_indices: IntArray
    coefficients: FloatArray
    integer: BoolArray

    def relaxed(self) -> Self:
        """Drop the demand for whole numbers."""
        return replace(self, integer=np.zeros_like(self.integer))

    def without_costs(self) -> Self:
        """Ask for feasibility only."""
        return replace(self, offset=0.0, costs=np.zeros_like(self.costs))

    def with_rows(self, rows: IntArray) -> Self:
        """Let all rows but these be anything; columns that enter none of them stay, and can be restricted away."""
        kept = np.zeros(self.row_lower.size, dtype=np.bool_)
        kept[rows] = True
        lower, upper = np.where(kept, self.row_lower, -np.inf), np.where(kept, self.row_upper, np.inf)
        return replace(self, row_lower=lower, row_upper=upper)

    def with_column_bounds(self, lower: IntArray, upper: IntArray) -> Self:
        """Drop all lower and upper bounds of columns but these."""
        low, high = np.full_like(self.column_lower, -np.inf), np.full_like(self.column_upper, np.inf)
        low[lower], high[upper] = self.column_lower[lower], self.column_upper[upper]
        return replace(self, column_lower=low, column_upper=high)

    def elastic(self, rows: IntArray, prices: FloatArray) -> Self:
        """Let `rows` (shape (k,)) be missed, ask only for the least price of that (`prices` of one unit, shape (k,)).

        2 k columns are added: k for what a row is short of its lower bound, then k for what it is over its upper one.
        """
        k, n_entries = rows.size, int(self.starts[-1])
        return replace(
            self,
            maximize=False,
            offset=0.0,
            costs=np.concatenate((np.zeros_like(self.costs), prices, prices)),
            column_lower=np.concatenate((self.column_lower, np.zeros(2 * k))),
            column_upper=np.concatenate((self.column_upper, np.full(2 * k, np.inf))),
            starts=np.concatenate((self.starts, n_entries + 1 + np.arange(2 * k))),
            row_indices=np.concatenate((self.row_indices, rows, rows)),
            coefficients=np.concatenate((self.coefficients, np.ones(k), -np.ones(k))),
            integer=np.concatenate((self.integer, np.zeros(2 * k, dtype=np.bool_))),
        )

    def is_solved_by(self, values: FloatArray, objective: float) -> bool:
        """Say whether `values` (shape (n,)) keep all bounds and cost `objective`, by plain sums."""
        terms = self.coefficients * np.repeat(values, np.diff(self.starts))
        size = np.bincount(self.row_indices, np.abs(terms) + np.abs(self.coefficients), self.row_lower.size)
        cost = self.costs * values
        cost_size = abs(self.offset) + np.abs(cost).sum() + np.abs(self.costs).max(initial=0.0)
        found = (
            (values, np.abs(values), self.column_lower, self.column_upper),
            (np.bincount(self.row_indices, terms, size.size), size, self.row_lower, self.row_upper),
            (cost.sum() + self.offset, cost_size, objective, objective),
        )
        return all(bool(np.all(_inside(*one))) for one in found)

    def restricted_to(self, columns: IntArray) -> Self:
        """Keep only `columns` (shape (k,), ascending); all others are held at zero, which must be allowed.

        Rows that cannot bind any more are left out: those without a bound, and those that no kept column
        enters unless zero violates them.
        """
        entries, starts = self._entries_of(columns)
        rows = self.rows_kept(columns)
        entries, starts = _entries_in(rows, self.row_indices, entries, starts)
        return replace(
            self,
            costs=self.costs[columns],
            column_lower=self.column_lower[columns],
            column_upper=self.column_upper[columns],
            row_lower=self.row_lower[rows],
            row_upper=self.row_upper[rows],
            starts=starts,
            row_indices=(np.cumsum(rows) - 1)[self.row_indices[entries]],
            coefficients=self.coefficients[entries],
            integer=self.integer[columns],
        )

    def rows_kept(self, columns: IntArray) -> BoolArray:
        """Mark the rows that `restricted_to` keeps; shape (m,)."""
        entries, _ = self._entries_of(columns)
        touched = np.zeros(self.row_lower.size, dtype=np.bool_)
        touched[self.row_indices[entries]] = True
        bounded = np.isfinite(self.row_lower) | np.isfinite(self.row_upper)
        return np.asarray((touched & bounded) | (self.row_lower > 0) | (self.row_upper < 0), dtype=np.bool_)

    def _entries_of(self, columns: IntArray) -> tuple[IntArray, IntArray]:
        """Return the entries that stand in `columns`, and where each column starts among them."""
        lengths = self.starts[columns + 1] - self.starts[columns]
        starts = np.concatenate(([0], np.cumsum(lengths)))
        return np.arange(starts[-1]) + np.repeat(self.starts[columns] - starts[:-1], lengths), starts


def _inside(amount: FloatArray, size: FloatArray, low: FloatArray | float, high: FloatArray | float) -> BoolArray:
    """Mark amounts between low and high, but for rounding of sums whose terms are of some size."""
    within = HOLDS_WITHIN * (1.0 + size)
    return np.asarray((amount >= low - within) & (amount <= high + within), dtype=np.bool_)


def _entries_in(
    rows: BoolArray, row_indices: IntArray, entries: IntArray, starts: IntArray
) -> tuple[IntArray, IntArray]:
    """Keep the entries that stand in `rows`, and the starts of the columns after that."""
    kept = rows[row_indices[entries]]
    return entries[kept], np.concatenate(([0], np.cumsum(kept)))[starts]
