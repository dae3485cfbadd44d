"""Plan transfers hour after hour: the model is compiled once for a city, each hour brings new numbers."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from optimize import engine
from optimize.binding import Binding, dearest
from optimize.contract import Ending, Solved, SolveOptions
from optimize.program import BoolArray, FloatArray, IntArray, LinearProgram
from optimize.transfer_case import TransferCase, TransferPlan, plan_of, useful_moves

PLANNING = SolveOptions(presolve=False)
"""Presolve costs more than it saves once the program is restricted to the arcs of the hour."""


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the members of a constraint stand: their index, one array per coordinate, and their rows."""

    index: tuple[IntArray, ...]
    rows: IntArray


class TransferPlanner:
    """Solve a city's `TransferProblem` hour after hour, more than ten times faster than with new models.

    Of the compiled program only the arcs that somebody waits for and that lead to a free bed go to HiGHS,
    which is much faster than changing bounds of the whole. `plan` is a pure function of its case.

    Args:
        arcs: moves that may ever be made, shape (H, K, A, H); others are not made whatever they gain.
        options: how hard to try.
        names: names of the hospitals and of the kinds of beds, used in words only; their positions if empty.
    """

    def __init__(
        self,
        arcs: BoolArray,
        options: SolveOptions = PLANNING,
        names: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
    ) -> None:
        from optimize.compiled import Compiled  # only now: importing pyomo takes long, making a policy does not
        from optimize.transfer import TransferProblem

        hospitals, kinds, acuities, _ = arcs.shape
        nobody = np.zeros((hospitals, kinds, acuities), dtype=np.intp)
        no_bed = np.zeros((hospitals, kinds), dtype=np.intp)
        gain = np.where(arcs, 1.0, 0.0)
        problem = TransferProblem(TransferCase(nobody, no_bed, gain, 0, no_bed[:, 0], no_bed[:, 0]))
        compiled = Compiled(problem)
        self._options = options
        self._names = names
        self._program: LinearProgram = compiled.program
        self._shape = arcs.shape
        self._arcs = np.argwhere(useful_moves(gain))
        self._arc_index = tuple(self._arcs.T)
        self._check_order(compiled.columns("move"))
        self._groups = _places(compiled.rows("of_group"), 3)
        self._beds = _places(compiled.rows("of_beds"), 2)
        self._hospitals = _places(compiled.rows("of_hospital"), 1)
        self._origins = _places(compiled.rows("of_origin"), 1)
        self._all = _places(compiled.rows("of_all"), 0)

    def plan(self, case: TransferCase) -> Solved[TransferPlan]:
        """Choose the moves of greatest total gain for this hour.

        Raises:
            ValueError: if the case is of another shape than the planner's arcs.
            ArithmeticError: if a number of moves is not whole within 1e-6.
        """
        started = perf_counter()
        if case.gain.shape != self._shape:
            raise ValueError(f"the case has shape {case.gain.shape}; the planner was made for {self._shape}")
        gain = case.gain[self._arc_index]
        columns = self._active(case, gain)
        if not columns.size:
            return Solved(Ending.OPTIMAL, TransferPlan((), 0.0), 0.0, 0.0, perf_counter() - started)
        hour = replace(self._program, costs=gain, row_upper=self._row_upper(case))
        answer = engine.run(hour.restricted_to(columns), self._options)
        plan = None if answer.values is None else plan_of(self._arcs[columns], answer.values, case)
        binding = () if answer.row_prices is None else self._binding(case, answer.row_prices, hour.rows_kept(columns))
        seconds = perf_counter() - started
        how = (answer.nodes, answer.fuse_blown, binding)
        return Solved(answer.ending, plan, answer.objective, answer.bound, seconds, *how)

    def _binding(self, case: TransferCase, row_prices: FloatArray, kept: BoolArray) -> Binding:
        """Name the beds, limits and crews that stand in the way; who boards does not, that is the question."""
        from optimize.transfer import TransferProblem

        prices = np.zeros(kept.size)
        prices[kept] = row_prices
        named = (("of_beds", self._beds), ("of_hospital", self._hospitals), ("of_origin", self._origins))
        families = (*named, ("of_all", self._all))
        members = [(name, places, k) for name, places in families for k in range(places.rows.size)]
        speak = TransferProblem(case, *self._names).words

        def name(member: int) -> str:
            family, places, k = members[member]
            return speak(family, tuple(int(axis[k]) for axis in places.index))

        return dearest(prices[np.concatenate([places.rows for _, places in families])], name)

    def _active(self, case: TransferCase, gain: FloatArray) -> IntArray:
        """List the arcs that gain, that somebody waits for and that lead to a free bed."""
        origin, kind, acuity, destination = self._arc_index
        waits = case.boarders[origin, kind, acuity] > 0
        return np.flatnonzero((gain > 0) & waits & (case.free[destination, kind] > 0))

    def _row_upper(self, case: TransferCase) -> FloatArray:
        """Fill the right-hand sides."""
        upper = np.full(self._program.row_upper.size, np.inf)
        upper[self._groups.rows] = case.boarders[self._groups.index]
        upper[self._beds.rows] = case.free[self._beds.index]
        upper[self._all.rows] = case.limit
        if case.receiving_limit is not None:
            upper[self._hospitals.rows] = case.receiving_limit[self._hospitals.index]
        if case.sending_limit is not None:
            upper[self._origins.rows] = case.sending_limit[self._origins.index]
        return upper

    def _check_order(self, columns: dict[Hashable, int]) -> None:
        """Make sure that column j of the program is arc j of the planner."""
        if list(columns) != [tuple(arc) for arc in self._arcs.tolist()] or list(columns.values()) != list(
            range(len(columns))
        ):
            raise AssertionError("the compiled program must keep the order of the arcs")


def _places(rows: dict[Hashable, int], n_coordinates: int) -> _Places:
    """Turn positions by index into arrays; one coordinate may stand without a tuple around it."""
    positions = np.fromiter(rows.values(), dtype=np.intp)
    if not n_coordinates:
        return _Places((), positions)
    index = np.array(list(rows), dtype=np.intp).reshape(-1, n_coordinates)
    return _Places(tuple(index.T), positions)
