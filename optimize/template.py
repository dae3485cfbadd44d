"""Compile the program of every decision that may ever be taken, and fill in the numbers of one moment."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyomo.environ as pyo

from optimize import engine
from optimize.binding import Binding, Voice, dearest
from optimize.compiled import Compiled
from optimize.contract import Problem, Solved, SolveOptions
from optimize.extensive import Extensive
from optimize.program import FloatArray, IntArray, LinearProgram

S = TypeVar("S")
Values = Mapping[str, FloatArray]
Arrays = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of one moment: arrays by name, each read at the indices of the variable or constraint.

    What is not mentioned stays as it was compiled.

    Args:
        costs: coefficients of the objective by variable; inf where the decision must not be taken now.
        upper: upper bounds by variable.
        row_lower: lower bounds by constraint.
        row_upper: upper bounds by constraint.
    """

    costs: Arrays
    upper: Arrays = field(default_factory=dict)
    row_lower: Arrays = field(default_factory=dict)
    row_upper: Arrays = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Places:
    """Members of a variable or constraint: one array per coordinate of the index (none for a scalar), and positions."""

    index: tuple[IntArray, ...]
    positions: IntArray

    @classmethod
    def of(cls, found: Mapping[Hashable, int]) -> "_Places":
        if None in found:
            return cls((), np.array(found[None]))
        index = np.array(list(found), dtype=np.intp)
        return cls(tuple(index.T) if index.ndim > 1 else (index,), np.fromiter(found.values(), dtype=np.intp))


class Template:
    """Solve one problem moment after moment, without writing a Pyomo model each time.

    Only decisions that may be taken at the moment go to HiGHS, in an object of its own, so an answer depends
    on nothing but its numbers. Indices of variables and constraints must be positions; coefficients and lower
    bounds of variables stay as compiled, lower bounds must be 0.

    Args:
        problem: a case in which every decision is possible that ever may be.
        relaxed: whether to drop the demand for whole numbers.
    """

    def __init__(self, problem: Problem[Any], relaxed: bool = False) -> None:
        compiled = Compiled(problem)
        model = compiled.model
        variables = [found.name for found in model.component_objects(pyo.Var)]
        constraints = [found.name for found in model.component_objects(pyo.Constraint)]
        self._program: LinearProgram = compiled.program.relaxed() if relaxed else compiled.program
        self._columns = {name: _Places.of(compiled.columns(name)) for name in variables}
        self._rows = {name: _Places.of(compiled.rows(name)) for name in constraints}

    def solve(
        self, numbers: Numbers, options: SolveOptions, read: Callable[[Values], S], voice: Voice | None = None
    ) -> Solved[S]:
        """Solve with the numbers of one moment.

        Args:
            numbers: what to fill in; `costs` must name every variable.
            options: how hard to try.
            read: makes the solution of the values of all variables, each in the shape of its costs.
            voice: which constraints to name that stand in the way; nobody is named without it.
        """
        started = perf_counter()
        program = self.filled(numbers)
        kept = (np.isfinite(program.costs)) & (program.column_upper > 0)
        columns = np.flatnonzero(kept)
        answer = engine.run(replace(program, costs=np.where(kept, program.costs, 0.0)).restricted_to(columns), options)
        solution = None
        if answer.values is not None:
            values = np.zeros(kept.size)
            values[columns] = answer.values
            solution = read({name: self._values(name, values, costs.shape) for name, costs in numbers.costs.items()})
        binding: Binding = ()
        if voice is not None and answer.row_prices is not None:
            prices = np.zeros(program.row_lower.size)
            prices[program.rows_kept(columns)] = answer.row_prices
            binding = self._binding(prices, voice)
        seconds = perf_counter() - started
        how = (answer.nodes, answer.fuse_blown, binding)
        return Solved(answer.ending, solution, answer.objective, answer.bound, seconds, *how)

    def _binding(self, prices: FloatArray, voice: Voice) -> Binding:
        """Name the dearest members of the families that have a voice."""
        families = [(name, self._rows[name]) for name in voice.families if name in self._rows]
        members = [(name, places, k) for name, places in families for k in range(places.positions.size)]
        positions = [places.positions.ravel() for _, places in families]

        def name(member: int) -> str:
            family, places, k = members[member]
            coordinates = tuple(int(axis[k]) for axis in places.index)
            return voice.words(family, coordinates if len(coordinates) > 1 else next(iter(coordinates), None))

        return dearest(prices[np.concatenate([np.empty(0, dtype=np.intp), *positions])], name)

    def solve_sampled(
        self,
        scenarios: Sequence[Numbers],
        first_stage: tuple[str, ...],
        options: SolveOptions,
        read: Callable[[Values], S],
        voice: Voice | None = None,
    ) -> Solved[S]:
        """Solve the two-stage program of scenarios that are equally probable (`optimize.recourse`).

        Costs of the first stage are those of the first scenario, and the same in all.

        Args:
            scenarios: the numbers of each scenario.
            first_stage: names of the variables that are decided before the scenario is known.
            options: how hard to try.
            read: makes the solution of the values of the first stage, each in the shape of its costs.
            voice: which constraints to name, priced as if each gave by one unit in every scenario.
        """
        started = perf_counter()
        filled = [self.filled(numbers) for numbers in scenarios]
        kept = np.isfinite(filled[0].costs) & (np.max([one.column_upper for one in filled], axis=0) > 0)
        columns, first = np.flatnonzero(kept), np.zeros(kept.size, dtype=np.bool_)
        for name in first_stage:
            first[self._columns[name].positions] = True
        finite = [replace(one, costs=np.where(kept, one.costs, 0.0)).restricted_to(columns) for one in filled]
        weights = np.full(len(finite), 1.0 / len(finite))
        extensive = Extensive.of(finite, first[columns], weights)
        answer = engine.run(extensive.program, options)
        solution, binding = None, Binding()
        if answer.values is not None:
            values = np.zeros(kept.size)
            values[columns[extensive.first]] = answer.values[: extensive.first.size]
            solution = read({name: self._values(name, values, scenarios[0].costs[name].shape) for name in first_stage})
        if voice is not None and answer.row_prices is not None:
            prices = np.zeros(filled[0].row_lower.size)
            prices[filled[0].rows_kept(columns)] = extensive.row_prices(answer.row_prices)
            binding = self._binding(prices, voice)
        how = (perf_counter() - started, answer.nodes, answer.fuse_blown, binding)
        return Solved(answer.ending, solution, answer.objective, answer.bound, *how)

    def filled(self, numbers: Numbers) -> LinearProgram:
        """Return the whole program with the numbers filled in; costs may be inf."""
        program = self._program
        return replace(
            program,
            costs=_filled(program.costs, self._columns, numbers.costs),
            column_upper=_filled(program.column_upper, self._columns, numbers.upper),
            row_lower=_filled(program.row_lower, self._rows, numbers.row_lower),
            row_upper=_filled(program.row_upper, self._rows, numbers.row_upper),
        )

    def _values(self, name: str, values: FloatArray, shape: tuple[int, ...]) -> FloatArray:
        """Spread the values of one variable over the shape of its costs."""
        spread, places = np.zeros(shape), self._columns[name]
        if places.positions.size:
            spread[places.index] = values[places.positions]
        return spread


def _filled(old: FloatArray, places: Mapping[str, _Places], numbers: Arrays) -> FloatArray:
    """Copy an array with the numbers of some variables or constraints filled in."""
    new = old.copy()
    for name, array in numbers.items():
        if places[name].positions.size:
            new[places[name].positions] = array[places[name].index]
    return new
