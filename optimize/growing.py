"""Solve a linear program that gains rows and columns, and go on from where the last solve ended."""

import highspy
import numpy as np

from optimize.program import BoolArray, FloatArray, IntArray, LinearProgram

_DUAL_SIMPLEX, _PRIMAL_SIMPLEX = 1, 4
"""HiGHS's strategies: after new columns the last vertex is still feasible, after new bounds its prices are."""


class NoVertexError(ArithmeticError):
    """The linear program is infeasible or unbounded."""


class Growing:
    """A minimizing linear program inside one HiGHS object that keeps its basis.

    Unlike `engine.Held` it remembers: of several optimal vertices it may end at another one than a new object
    would. The same calls in the same order give the same answers.
    """

    def __init__(self) -> None:
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in (("output_flag", False), ("threads", 1), ("solver", "simplex")):
            self._highs.setOptionValue(name, value)
        self._bounds_changed = False

    @property
    def n_columns(self) -> int:
        """Count the columns."""
        return int(self._highs.getNumCol())

    @property
    def n_rows(self) -> int:
        """Count the rows."""
        return int(self._highs.getNumRow())

    def add_row(self, lower: float, upper: float, columns: IntArray, coefficients: FloatArray) -> int:
        """Add lower ≤ coefficients · x[columns] ≤ upper and return its position; ±inf for no bound."""
        self._highs.addRow(lower, upper, columns.size, columns.astype(np.int32), coefficients)
        return self.n_rows - 1

    def add_column(self, cost: float, rows: IntArray, coefficients: FloatArray) -> int:
        """Add a column of at least 0 that stands in `rows`, and return its position."""
        self._highs.addCol(cost, 0.0, np.inf, rows.size, rows.astype(np.int32), coefficients)
        return self.n_columns - 1

    def bound_columns(self, columns: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Set bounds of `columns`; all of shape (k,), ±inf for none."""
        self._highs.changeColsBounds(columns.size, columns.astype(np.int32), lower, upper)
        self._bounds_changed = True

    def run(self) -> tuple[float, FloatArray, FloatArray]:
        """Solve; return the objective, the columns, shape (n,), and the prices of the rows, shape (m,).

        Raises:
            NoVertexError: if the program is infeasible or unbounded.
        """
        self._highs.setOptionValue("simplex_strategy", _DUAL_SIMPLEX if self._bounds_changed else _PRIMAL_SIMPLEX)
        self._bounds_changed = False
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self._highs.clearSolver()  # a numerically spoiled basis: begin anew
            self._highs.run()
        status = self._highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise NoVertexError(f"the linear program ended {self._highs.modelStatusToString(status)}")
        solution = self._highs.getSolution()
        objective = float(self._highs.getInfo().objective_function_value)
        return objective, np.array(solution.col_value), np.array(solution.row_dual)

    def program(self, integer: BoolArray) -> LinearProgram:
        """Return the present program as arrays, with `integer` (shape (n,)) columns whole."""
        lp = self._highs.getLp()
        return LinearProgram(
            maximize=False,
            offset=0.0,
            costs=np.array(lp.col_cost_, dtype=np.float64),
            column_lower=np.array(lp.col_lower_, dtype=np.float64),
            column_upper=np.array(lp.col_upper_, dtype=np.float64),
            row_lower=np.array(lp.row_lower_, dtype=np.float64),
            row_upper=np.array(lp.row_upper_, dtype=np.float64),
            starts=np.array(lp.a_matrix_.start_, dtype=np.intp),
            row_indices=np.array(lp.a_matrix_.index_, dtype=np.intp),
            coefficients=np.array(lp.a_matrix_.value_, dtype=np.float64),
            integer=integer,
        )
