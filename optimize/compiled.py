"""Compile a Pyomo model once and solve it again and again with other numbers."""

import gc
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from time import perf_counter
from typing import Any, Generic, TypeVar

import numpy as np
import pyomo.environ as pyo
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from optimize import engine
from optimize.contract import Problem, Solved, SolveOptions
from optimize.program import FloatArray, IntArray, LinearProgram

S = TypeVar("S")


class Compiled(Generic[S]):
    """A problem whose model is built and compiled; numbers may change, the structure may not.

    Every solve hands the arrays of `program` to a new HiGHS object, so an answer cannot depend on earlier
    ones. On transfer programs of 400 to 25 200 columns that was measured to cost up to 9 % of a solve and 40
    microseconds more than changing a living object; for hundreds of solves of one model see `optimize.live`.

    Args:
        problem: what to build; its `read` reads every answer.

    Attributes:
        model: the Pyomo model; its variables hold the values of the latest solution.
        program: the arrays, with all changes.
        row_owners: the Pyomo constraint of each row.
        column_owners: the Pyomo variable of each column.

    Raises:
        ValueError: if the model has several objectives.
        pyomo.common.errors.InfeasibleConstraintException: if a constraint without variables cannot hold.
        pyomo.common.errors.InvalidConstraintError: if a constraint is not linear (same for the objective).
    """

    def __init__(self, problem: Problem[S]) -> None:
        self._problem = problem
        with collector_paused():
            self.model = problem.build()
            form = LinearStandardFormCompiler().write(self.model, mixed_form=True, set_sense=None)
        self.column_owners = form.columns
        self._unused = _unused_variables(self.model, form.columns)
        self.row_owners, self.program = _program(form)

    def columns(self, name: str) -> dict[Hashable, int]:
        """Say which column stands for each index of the variable `name` (None: the index of a scalar).

        Raises:
            KeyError: if the model has no such variable. Members that no constraint uses are missing.
        """
        return _positions(self.model, name, self.column_owners)

    def rows(self, name: str) -> dict[Hashable, int]:
        """Say which row stands for each index of the constraint `name` (None: the index of a scalar).

        Raises:
            KeyError: if the model has no such constraint. Members without a variable are missing.
        """
        return _positions(self.model, name, self.row_owners)

    def change_costs(self, columns: IntArray, costs: FloatArray) -> None:
        """Set the objective's coefficients of `columns`; both of shape (k,)."""
        self.program = replace(self.program, costs=_changed(self.program.costs, columns, costs))

    def change_row_bounds(self, rows: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Set lower ≤ (linear part of the constraint) ≤ upper of `rows`; all of shape (k,), ±inf for none."""
        self.program = replace(
            self.program,
            row_lower=_changed(self.program.row_lower, rows, lower),
            row_upper=_changed(self.program.row_upper, rows, upper),
        )

    def change_column_bounds(self, columns: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Set lower ≤ variable ≤ upper of `columns`; all of shape (k,), ±inf for none."""
        self.program = replace(
            self.program,
            column_lower=_changed(self.program.column_lower, columns, lower),
            column_upper=_changed(self.program.column_upper, columns, upper),
        )

    def solve(self, options: SolveOptions) -> Solved[S]:
        """Solve the present numbers; never raises for an infeasible or unbounded problem."""
        started = perf_counter()
        return self._solved(engine.run(self.program, options), started)

    def _solved(self, answer: engine.Answer, started: float) -> Solved[S]:
        solution = None if answer.values is None else self._read(answer.values)
        return Solved(
            answer.ending,
            solution,
            answer.objective,
            answer.bound,
            perf_counter() - started,
            answer.nodes,
            answer.fuse_blown,
        )

    def _read(self, values: FloatArray) -> S:
        for variable, value in zip(self.column_owners, values.tolist(), strict=True):
            variable.set_value(value, skip_validation=True)
        for variable in self._unused:
            variable.set_value(_nearest_to_zero(variable), skip_validation=True)
        return self._problem.read(self.model)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Make no search for cycles meanwhile: a model is a million objects that all stay, searched again and again.

    A program of 20 000 rows with 10 entries each is built and compiled four times faster.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _program(form: Any) -> tuple[list[Any], LinearProgram]:
    """Take the compiled form apart: the constraint that owns each row, and the arrays.

    A constraint with two different bounds arrives as two equal rows (upper, then lower); they become one.
    """
    if len(form.objectives) > 1:
        raise ValueError(f"the model has {len(form.objectives)} objectives; leave at most one active")
    rhs = np.asarray(form.rhs, dtype=np.float64)
    kind = np.array([entry.bound_type for entry in form.rows], dtype=np.intp)
    owners = [entry.constraint for entry in form.rows]
    first = np.array([i == 0 or owners[i] is not owners[i - 1] for i in range(len(owners))], dtype=np.bool_)
    row = np.cumsum(first) - 1
    row_lower, row_upper = np.full(int(first.sum()), -np.inf), np.full(int(first.sum()), np.inf)
    row_lower[row[kind <= 0]] = rhs[kind <= 0]
    row_upper[row[kind >= 0]] = rhs[kind >= 0]
    matrix = form.A.tocsr()[first].tocsc()
    column_lower, column_upper = _column_bounds(form.columns)
    program = LinearProgram(
        maximize=bool(form.objectives) and form.objectives[0].sense == pyo.maximize,
        offset=float(form.c_offset[0]) if form.objectives else 0.0,
        costs=form.c.toarray()[0] if form.objectives else np.zeros(len(form.columns)),
        column_lower=column_lower,
        column_upper=column_upper,
        row_lower=row_lower,
        row_upper=row_upper,
        starts=matrix.indptr.astype(np.intp),
        row_indices=matrix.indices.astype(np.intp),
        coefficients=matrix.data,
        integer=np.array([not variable.is_continuous() for variable in form.columns], dtype=np.bool_),
    )
    return [owner for owner, is_first in zip(owners, first, strict=True) if is_first], program


def _column_bounds(variables: list[Any]) -> tuple[FloatArray, FloatArray]:
    """Read the bounds of the variables, ±inf for none."""
    bounds = [variable.bounds for variable in variables]
    lower = np.array([-np.inf if low is None else low for low, _ in bounds], dtype=np.float64)
    upper = np.array([np.inf if high is None else high for _, high in bounds], dtype=np.float64)
    return lower, upper


def _unused_variables(model: Any, used: list[Any]) -> list[Any]:
    """List the free variables that no constraint and no objective mentions; they get no column."""
    seen = {id(variable) for variable in used}
    return [
        variable
        for variable in model.component_data_objects(pyo.Var, active=True)
        if id(variable) not in seen and not variable.fixed
    ]


def _nearest_to_zero(variable: Any) -> float:
    """Choose a value for a variable that nothing depends on."""
    low, high = variable.bounds
    below_high = 0.0 if high is None else min(0.0, high)
    return below_high if low is None else max(low, below_high)


def _positions(model: Any, name: str, members: list[Any]) -> dict[Hashable, int]:
    """Say where each member of the component `name` stands in `members`."""
    component = model.find_component(name)
    if component is None:
        raise KeyError(f"the model has no component {name!r}")
    place = {id(member): position for position, member in enumerate(members)}
    return {index: place[id(member)] for index, member in component.items() if id(member) in place}


def _changed(old: FloatArray, positions: IntArray, values: FloatArray) -> FloatArray:
    """Copy `old` with other values at `positions`."""
    new = old.copy()
    new[positions] = values
    return new
