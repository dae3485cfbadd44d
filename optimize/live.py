"""Solve one model hundreds of times with other numbers, on one HiGHS object that forgets after each solve."""

from collections.abc import Mapping
from time import perf_counter
from typing import TypeVar

import numpy as np

from optimize import engine
from optimize.compiled import Compiled
from optimize.contract import Problem, Solved, SolveOptions
from optimize.decisions import Decision, Forced, members
from optimize.program import FloatArray, IntArray
from optimize.solver import DEFAULT

S = TypeVar("S")


class Live(Compiled[S]):
    """A compiled problem that stays inside HiGHS: bounds and costs change in place, the structure may not.

    Every answer is the one that a new object would give: the solver forgets basis, solution and clock before each
    run, so that objectives and decisions do not depend on what was solved before.

    Args:
        problem: what to build; its `read` reads every answer.
        options: how hard to try, in every solve.

    Raises:
        ValueError, pyomo.common.errors.InfeasibleConstraintException, InvalidConstraintError: as `Compiled`.
    """

    def __init__(self, problem: Problem[S], options: SolveOptions = DEFAULT) -> None:
        super().__init__(problem)
        self._held = engine.Held(self.program, options)
        self._column = {id(variable): column for column, variable in enumerate(self.column_owners)}
        self._unpinned: dict[int, tuple[float, float]] = {}

    def change_costs(self, columns: IntArray, costs: FloatArray) -> None:
        """Set the objective's coefficients of `columns`; both of shape (k,)."""
        self._held.change_costs(columns, costs)
        super().change_costs(columns, costs)
        self._held.program = self.program

    def change_row_bounds(self, rows: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Set lower ≤ (linear part of the constraint) ≤ upper of `rows`; all of shape (k,), ±inf for none."""
        self._held.change_row_bounds(rows, lower, upper)
        super().change_row_bounds(rows, lower, upper)
        self._held.program = self.program

    def change_column_bounds(self, columns: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Set lower ≤ variable ≤ upper of `columns`; all of shape (k,), ±inf for none."""
        self._held.change_column_bounds(columns, lower, upper)
        super().change_column_bounds(columns, lower, upper)
        self._held.program = self.program

    def pin(self, decisions: Forced) -> None:
        """Fix decisions at values, until `unpin`; decisions that no constraint uses are passed over.

        Raises:
            KeyError: if the model does not have a decision.
        """
        pinned = {column: value for one, value in decisions.items() for column in self._columns_of(one)}
        columns = np.array(list(pinned), dtype=np.intp)
        bounds = zip(self.program.column_lower[columns], self.program.column_upper[columns], strict=True)
        for column, both in zip(pinned, bounds, strict=True):
            self._unpinned.setdefault(column, both)
        values = np.array(list(pinned.values()), dtype=np.float64)
        self.change_column_bounds(columns, values, values)

    def unpin(self) -> None:
        """Give all fixed decisions their bounds back."""
        columns = np.array(list(self._unpinned), dtype=np.intp)
        bounds = np.array(list(self._unpinned.values()), dtype=np.float64).reshape(-1, 2)
        self.change_column_bounds(columns, bounds[:, 0], bounds[:, 1])
        self._unpinned = {}

    def start_from(self, decisions: Mapping[Decision, float]) -> None:
        """Offer some decisions as the beginning of a solution of the next mixed-integer solve.

        Raises:
            KeyError: if the model does not have a decision.
        """
        begun = {column: value for one, value in decisions.items() for column in self._columns_of(one)}
        values = np.array(list(begun.values()), dtype=np.float64)
        self._held.start_from(np.array(list(begun), dtype=np.intp), values)

    def solve(self, options: SolveOptions | None = None) -> Solved[S]:
        """Solve the present numbers; never raises for an infeasible or unbounded problem.

        With `options` of its own a solve takes a new HiGHS object.
        """
        if options is not None:
            return super().solve(options)
        started = perf_counter()
        return self._solved(self._held.run(), started)

    def _columns_of(self, decision: Decision) -> list[int]:
        found = (self._column.get(id(variable)) for variable in members(self.model, decision))
        return [column for column in found if column is not None]
