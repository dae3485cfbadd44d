"""Hold a linear or mixed-integer program as arrays: what is left of a model when its names are gone."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
BoolArray = npt.NDArray[np.bool_]


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

    def without_row(self, row: int) -> Self:
        """Let one row be anything."""
        lower, upper = self.row_lower.copy(), self.row_upper.copy()
        lower[row], upper[row] = -np.inf, np.inf
        return replace(self, row_lower=lower, row_upper=upper)

    def restricted_to(self, columns: IntArray) -> Self:
        """Keep only `columns` (shape (k,), ascending); all others are held at zero, which must be allowed.

        Rows that cannot bind any more are left out: those without a bound, and those that no kept column
        enters unless zero violates them.
        """
        lengths = self.starts[columns + 1] - self.starts[columns]
        starts = np.concatenate(([0], np.cumsum(lengths)))
        entries = np.arange(starts[-1]) + np.repeat(self.starts[columns] - starts[:-1], lengths)
        touched = np.zeros(self.row_lower.size, dtype=np.bool_)
        touched[self.row_indices[entries]] = True
        bounded = np.isfinite(self.row_lower) | np.isfinite(self.row_upper)
        rows = (touched & bounded) | (self.row_lower > 0) | (self.row_upper < 0)
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


def _entries_in(
    rows: BoolArray, row_indices: IntArray, entries: IntArray, starts: IntArray
) -> tuple[IntArray, IntArray]:
    """Keep the entries that stand in `rows`, and the starts of the columns after that."""
    kept = rows[row_indices[entries]]
    return entries[kept], np.concatenate(([0], np.cumsum(kept)))[starts]
