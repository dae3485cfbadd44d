"""Find a smallest set of rows and bounds of a program that cannot hold together, and the least that must give.

An irreducible infeasible set: infeasible as a whole, feasible without any one member. See J. W. Chinneck,
Feasibility and Infeasibility in Optimization, 2008, doi:10.1007/978-0-387-74932-7, chapters 6 and 7.
"""

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np

from optimize import engine
from optimize.contract import Ending, SolveOptions
from optimize.program import FloatArray, IntArray, LinearProgram

STRETCHED_BY = 1e-7
Side = Literal["row", "lower", "upper"]


class Member(NamedTuple):
    """A row, or the lower or upper bound of a column, by its position."""

    side: Side
    position: int


@dataclass(frozen=True, slots=True)
class Clash:
    """Rows and bounds that cannot hold together.

    Args:
        members: rows first, then bounds of columns.
        whole: whether it takes the demand for whole numbers (and then any bounds of columns) to make them clash.
        irreducible: whether it was proven of each member that the rest can hold without it.
    """

    members: tuple[Member, ...]
    whole: bool
    irreducible: bool


def find_clash(program: LinearProgram, options: SolveOptions) -> Clash | Ending:
    """Find a clash of `program`, or say how it ended if it is not infeasible.

    Where fractions do not help either, HiGHS names suspects; if they are not infeasible by themselves, rows are
    let give instead, and those that must give become the suspects. Every member is then dropped in turn.
    """
    relaxed = program.relaxed().without_costs()
    if engine.run(relaxed, options).ending is Ending.INFEASIBLE:
        return _shrink(relaxed, _suspects(relaxed, options), options)
    ending = engine.run(program, options).ending
    if ending is not Ending.INFEASIBLE:
        return ending
    whole = program.without_costs()
    return _shrink(whole, [Member("row", row) for row in _stretched(whole, options)], options)


def _suspects(program: LinearProgram, options: SolveOptions) -> list[Member]:
    """Name members that clash in a linear program: those of HiGHS, else those that must give and all bounds."""
    found = engine.suspects(program, options)
    members = [
        *(Member("row", row) for row in found.rows),
        *(Member("lower", column) for column in found.lower_columns),
        *(Member("upper", column) for column in found.upper_columns),
    ]
    if members and _ending(program, members, options) is Ending.INFEASIBLE:
        return members
    rows = _stretched(program, options)
    columns = np.union1d(_columns_of(program, rows), np.flatnonzero(program.column_lower > program.column_upper))
    lower = [Member("lower", column) for column in columns.tolist() if program.column_lower[column] > -np.inf]
    upper = [Member("upper", column) for column in columns.tolist() if program.column_upper[column] < np.inf]
    return [*(Member("row", row) for row in rows), *lower, *upper]


def _stretched(program: LinearProgram, options: SolveOptions) -> list[int]:
    """List rows that clash, given all bounds of columns: let rows give, harden those that must, until none can."""
    every = np.arange(program.row_lower.size)
    hard = np.zeros(every.size, dtype=np.bool_)
    while True:
        soft = every[~hard]
        values = engine.run(program.elastic(soft, np.ones(soft.size)), options).values
        if values is None:
            break
        n = program.costs.size
        gave = values[n : n + soft.size] + values[n + soft.size :] > STRETCHED_BY
        if not gave.any():
            return every.tolist()
        hard[soft[gave]] = True
    rows: list[int] = np.flatnonzero(hard).tolist()
    by_themselves = _ending(program, [Member("row", row) for row in rows], options)
    return rows if by_themselves is Ending.INFEASIBLE else every.tolist()


def _shrink(program: LinearProgram, members: list[Member], options: SolveOptions) -> Clash:
    """Drop members while the rest stays infeasible; say whether every verdict was proven."""
    irreducible = True
    for member in tuple(members):
        rest = [one for one in members if one != member]
        ending = _ending(program, rest, options)
        if ending is Ending.INFEASIBLE:
            members = rest
        elif ending is Ending.NO_ANSWER:
            irreducible = False
    return Clash(tuple(members), bool(program.integer.any()), irreducible)


def _ending(program: LinearProgram, members: list[Member], options: SolveOptions) -> Ending:
    """Say how the program ends with these members alone; in whole numbers all bounds of columns count."""
    rows, lower, upper = (_positions(members, side) for side in ("row", "lower", "upper"))
    part = program.with_rows(rows)
    if not program.integer.any():
        part = part.with_column_bounds(lower, upper)
    crossed = np.flatnonzero(part.column_lower > part.column_upper)
    if crossed.size:
        return Ending.INFEASIBLE
    columns = _columns_of(program, rows.tolist())
    return engine.run(_held_at_zero_elsewhere(part, columns), options).ending


def _held_at_zero_elsewhere(program: LinearProgram, columns: IntArray) -> LinearProgram:
    """Leave out the other columns, which enter no row that counts."""
    return replace(program, maximize=False).restricted_to(columns)


def _columns_of(program: LinearProgram, rows: list[int]) -> IntArray:
    """List the columns that enter at least one of the rows, ascending."""
    entered = np.isin(program.row_indices, np.array(rows, dtype=np.intp))
    return np.unique(np.repeat(np.arange(program.costs.size), np.diff(program.starts))[entered])


def _positions(members: list[Member], side: str) -> IntArray:
    return np.array([member.position for member in members if member.side == side], dtype=np.intp)


@dataclass(frozen=True, slots=True)
class Relaxation:
    """How much rows must give, at least, so that all can hold.

    Args:
        rows: positions of the rows that give.
        short: how far each stays below its lower bound.
        over: how far each goes above its upper bound.
        proven: whether no cheaper relaxation exists.
    """

    rows: IntArray
    short: FloatArray
    over: FloatArray
    proven: bool


def least_relaxation(
    program: LinearProgram, rows: IntArray, prices: FloatArray, options: SolveOptions
) -> Relaxation | None:
    """Find the cheapest way for `rows` (with the price of one unit) to give; None if that cannot help."""
    answer = engine.run(program.elastic(rows, prices), options)
    if answer.values is None:
        return None
    n, k = program.costs.size, rows.size
    short, over = answer.values[n : n + k], answer.values[n + k :]
    gave = np.flatnonzero(np.maximum(short, over) > STRETCHED_BY)
    return Relaxation(rows[gave], short[gave], over[gave], answer.ending is Ending.OPTIMAL)
