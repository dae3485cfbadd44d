"""Explain in words why a problem has no solution: a set of constraints that cannot hold together."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyomo.common.errors import InfeasibleConstraintException

from optimize import engine
from optimize.compiled import Compiled
from optimize.contract import Ending, Problem, SolveOptions
from optimize.program import LinearProgram
from optimize.solver import DEFAULT

LONGEST = 160
"""Characters of a constraint's formula that are worth reading."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Constraints that cannot hold together.

    Args:
        ending: INFEASIBLE if there is a conflict; else how the problem ended, with nothing to explain.
        lines: one line for each constraint or bound that takes part: its name, its doc, its formula.
        minimal: whether the conflict disappears when any one of the lines is dropped.
    """

    ending: Ending
    lines: tuple[str, ...] = ()
    minimal: bool = False


def explain(problem: Problem[Any], options: SolveOptions = DEFAULT) -> Conflict:
    """Find a smallest set of constraints of `problem` that cannot hold together, and name them.

    Where fractions do not help either, HiGHS finds the set (with the bounds of variables). Where only whole
    numbers clash, constraints are dropped one by one as long as the rest stays infeasible: one solve each.
    """
    try:
        compiled = Compiled(problem)
    except InfeasibleConstraintException as error:
        return Conflict(Ending.INFEASIBLE, (str(error),), minimal=True)
    found = engine.clash(compiled.program, options)
    if found is not None:
        return Conflict(Ending.INFEASIBLE, tuple(_lines(compiled, found)), found.irreducible)
    return _whole_conflict(compiled, options)


def _whole_conflict(compiled: Compiled[Any], options: SolveOptions) -> Conflict:
    """Explain a problem whose linear relaxation is feasible."""
    ending = engine.run(compiled.program, options).ending
    if ending is not Ending.INFEASIBLE:
        return Conflict(ending)
    rows, minimal = _shrink(compiled.program.without_costs(), options)
    lines = [_formula(compiled.row_owners[row]) for row in rows]
    return Conflict(ending, (*lines, "integer variables are whole, within their bounds"), minimal)


def _shrink(program: LinearProgram, options: SolveOptions) -> tuple[list[int], bool]:
    """Drop rows while the rest stays infeasible; say what is left and whether every verdict was proven."""
    needed, minimal = [], True
    for row in range(program.row_lower.size):
        fewer = program.without_row(row)
        ending = engine.run(fewer, options).ending
        if ending is Ending.INFEASIBLE:
            program = fewer
        else:
            needed.append(row)
            minimal = minimal and ending is not Ending.NO_ANSWER
    return needed, minimal


def _lines(compiled: Compiled[Any], found: engine.Clash) -> Iterator[str]:
    """Put a clash of a linear program in words."""
    for row in found.rows:
        yield _formula(compiled.row_owners[row])
    for column in found.lower_columns:
        yield f"{compiled.column_owners[column].name} >= {compiled.program.column_lower[column]:g}"
    for column in found.upper_columns:
        yield f"{compiled.column_owners[column].name} <= {compiled.program.column_upper[column]:g}"


def _formula(constraint: Any) -> str:
    """Write a constraint as name (doc): formula."""
    doc = constraint.parent_component().doc
    formula = str(constraint.expr)
    shown = formula if len(formula) <= LONGEST else f"{formula[:LONGEST]} ..."
    return f"{constraint.name} ({doc}): {shown}" if doc else f"{constraint.name}: {shown}"
