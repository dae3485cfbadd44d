"""Plan where ambulances bring their patients, review after review, on one program with other numbers."""

from collections.abc import Hashable
from dataclasses import replace
from time import perf_counter

import numpy as np

from optimize import engine
from optimize.contract import Solved, SolveOptions
from optimize.dispatch.case import DispatchCase, DispatchPlan
from optimize.program import BoolArray, FloatArray, IntArray, LinearProgram

PLANNING = SolveOptions(presolve=False)
"""Presolve costs more than it saves on programs of this size."""


class DispatchPlanner:
    """Solve `DispatchProblem` again and again for one city; `plan` is a pure function of its case.

    The program is compiled once, for the ways and the number of stretches of a first case; prices, calls and places
    may change.

    Args:
        case: the first case.
        options: how hard to try.
    """

    def __init__(self, case: DispatchCase, options: SolveOptions = PLANNING) -> None:
        from optimize.compiled import Compiled  # only now: importing pyomo takes long, making a policy does not
        from optimize.dispatch.problem import DispatchProblem

        compiled = Compiled(DispatchProblem(replace(case, most_diverted=1.0)))
        self.ways = case.ways
        self._n_stretches = case.places.shape[1]
        self._options = options
        self._program: LinearProgram = compiled.program
        self._keep, self._keep_at = _where(compiled.columns("keep"))
        self._send, self._send_at = _where(compiled.columns("send"))
        self._line, self._line_at = _where(compiled.columns("line"))
        self._call, (self._call_at,) = _where(compiled.rows("call"), 1)
        self._brought, (self._brought_at,) = _where(compiled.rows("brought"), 1)
        limits = compiled.rows("diverted") if case.ways.any() else {}
        self._diverted = np.array(list(limits.values()), dtype=np.intp)

    def fits(self, ways: BoolArray) -> bool:
        """Say whether the program was compiled for these ways, shape (G, H)."""
        return np.array_equal(self.ways, ways)

    def plan(self, case: DispatchCase) -> tuple[Solved[DispatchPlan], FloatArray, float]:
        """Return the answer, the minutes one patient more costs at each hospital, (H,), and one diversion more spares.

        Prices are NaN without a solution.

        Raises:
            ValueError: if the case has other ways or stretches than the planner was made for.
        """
        started = perf_counter()
        if not self.fits(case.ways) or case.places.shape[1] != self._n_stretches:
            raise ValueError("the case has other ways or stretches; make a planner for it")
        answer = engine.run(self._filled(case), self._options)
        values, prices, spared = answer.values, np.full(len(case.hospitals), np.nan), np.nan
        plan = None if values is None else self._read(case, values)
        if answer.row_prices is not None:
            prices[self._brought_at] = 0.0 - answer.row_prices[self._brought]
            spared = 0.0 - float(answer.row_prices[self._diverted].sum())
        seconds = perf_counter() - started
        how = (seconds, answer.nodes, answer.fuse_blown)
        return Solved(answer.ending, plan, answer.objective, answer.bound, *how), prices, spared

    def _filled(self, case: DispatchCase) -> LinearProgram:
        """Return the program with the numbers of a case."""
        program = self._program
        costs, upper = program.costs.copy(), program.column_upper.copy()
        low, high = program.row_lower.copy(), program.row_upper.copy()
        costs[self._keep] = case.road_min[self._keep_at]
        costs[self._send] = case.road_min[self._send_at] + case.divert_min
        costs[self._line] = case.wait_min[self._line_at]
        upper[self._keep], upper[self._line] = case.own[self._keep_at], case.places[self._line_at]
        low[self._call] = high[self._call] = case.calls[self._call_at]
        high[self._diverted] = case.most_diverted
        return replace(program, costs=costs, column_upper=upper, row_lower=low, row_upper=high)

    def _read(self, case: DispatchCase, values: FloatArray) -> DispatchPlan:
        kept, sent, line = np.zeros(case.own.shape), np.zeros(case.own.shape), np.zeros(case.places.shape)
        kept[self._keep_at], sent[self._send_at] = values[self._keep], values[self._send]
        line[self._line_at] = values[self._line]
        return DispatchPlan.of(case, *(np.maximum(table, 0.0) for table in (kept, sent, line)))


def _where(positions: dict[Hashable, int], n_axes: int = 2) -> tuple[IntArray, tuple[IntArray, ...]]:
    """Return the positions, shape (k,), and the coordinates that they belong to, one array for each axis."""
    at = np.array(list(positions), dtype=np.intp)
    return np.array(list(positions.values()), dtype=np.intp), tuple(at.reshape(-1, n_axes).T)
