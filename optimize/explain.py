"""Explain in words why a problem has no solution: constraints that cannot hold together, and what must give."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.common.errors import InfeasibleConstraintException
from pyomo.core.expr.numvalue import is_fixed

from optimize.clash import Member, Relaxation, Side, find_clash, least_relaxation
from optimize.compiled import Compiled
from optimize.contract import Ending, Problem, SolveOptions
from optimize.decisions import words_of
from optimize.solver import DEFAULT

LONGEST = 160
"""Characters of a constraint's formula that are worth reading."""
WHOLE = "integer variables are whole, within their bounds"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a conflict.

    Args:
        name: the constraint family, or the variable whose bound takes part.
        index: the index there, None for a scalar.
        side: "row" for a constraint, "lower" or "upper" for a bound of a variable.
        words: what it says, in the words of the problem if it has any.
        is_sign: whether it only says that a variable is not negative.
    """

    name: str
    index: Hashable
    side: Side
    words: str
    is_sign: bool = False


@dataclass(frozen=True, slots=True)
class Giving:
    """How much one constraint must give: `amount` units below its lower limit ("lower") or above its upper one."""

    name: str
    index: Hashable
    side: Side
    amount: float
    words: str

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.words}: {self.amount:g} {'less' if self.side == 'lower' else 'more'} would do"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Constraints that cannot hold together.

    Args:
        ending: INFEASIBLE if there is a conflict; else how the problem ended, with nothing to explain.
        parts: constraints and bounds that take part, by name and index.
        whole: whether they clash only because variables must be whole.
        minimal: whether the conflict disappears when any one of the parts is dropped.
        relaxation: the least that constraints must give so that the whole problem has a solution.
    """

    ending: Ending
    parts: tuple[Part, ...] = ()
    whole: bool = False
    minimal: bool = False
    relaxation: tuple[Giving, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """Return one line for each part."""
        return (*(part.words for part in self.parts), *([WHOLE] if self.whole else []))

    @property
    def spoken(self) -> tuple[str, ...]:
        """Return the lines, with all bounds that only say "not negative" as one."""
        plain = [part.words for part in self.parts if not part.is_sign]
        signs = ["nothing can be less than 0"] if len(plain) < len(self.parts) else []
        return (*plain, *signs, *([WHOLE] if self.whole else []))

    @property
    def text(self) -> str:
        """Say all in words."""
        if self.ending is not Ending.INFEASIBLE:
            return f"Nothing to explain: the problem is {self.ending}."
        heading = "The reason:" if len(self.spoken) == 1 else "These cannot hold together:"
        least = ["The least that would have to give:", *map(str, self.relaxation)] if self.relaxation else []
        return "\n  ".join([heading, *self.spoken]) + ("\n" + "\n  ".join(least) if least else "")


def explain(
    problem: Problem[Any], options: SolveOptions = DEFAULT, giving: Mapping[str, float] | None = None
) -> Conflict:
    """Find a smallest set of constraints of `problem` that cannot hold together, name them, and say what must give.

    A problem may speak its own language by a method `words(constraint, index) -> str`, which answers "" where it has
    nothing to say. `giving` tells which constraint families may give, and the price of one unit of each; without it
    all may, at the same price.

    Raises:
        KeyError: if the model has no constraint of a name in `giving`.
    """
    try:
        compiled = Compiled(problem)
    except InfeasibleConstraintException:
        alone = tuple(_impossible(problem))
        return Conflict(Ending.INFEASIBLE, alone, minimal=len(alone) == 1)
    clash = find_clash(compiled.program, options)
    if isinstance(clash, Ending):
        return Conflict(clash)
    parts = tuple(_part(problem, compiled, member) for member in clash.members)
    return Conflict(
        Ending.INFEASIBLE,
        parts,
        clash.whole,
        clash.irreducible,
        tuple(_givings(problem, compiled, _relaxation(compiled, giving, options))),
    )


def _impossible(problem: Problem[Any]) -> Iterator[Part]:
    """Name the constraints without a free variable that do not hold."""
    for row in problem.build().component_data_objects(pyo.Constraint, active=True):
        if is_fixed(row.body) and min(row.lslack(), row.uslack()) < 0:
            part = _of_row(problem, row)
            spoken = words_of(problem, part.name, part.index)
            yield part if spoken else replace(part, words=f"{part.words} (it comes to {pyo.value(row.body):g})")


def _part(problem: Problem[Any], compiled: Compiled[Any], member: Member) -> Part:
    if member.side == "row":
        return _of_row(problem, compiled.row_owners[member.position])
    variable, lower = compiled.column_owners[member.position], member.side == "lower"
    bounds = compiled.program.column_lower if lower else compiled.program.column_upper
    words = f"{variable.name} {'>=' if lower else '<='} {bounds[member.position]:g}"
    is_sign = lower and bounds[member.position] == 0
    return Part(variable.parent_component().name, variable.index(), member.side, words, is_sign)


def _of_row(problem: Problem[Any], row: Any) -> Part:
    name, index = row.parent_component().name, row.index()
    return Part(name, index, "row", words_of(problem, name, index) or _formula(row))


def _relaxation(
    compiled: Compiled[Any], giving: Mapping[str, float] | None, options: SolveOptions
) -> Relaxation | None:
    n_rows = compiled.program.row_lower.size
    if giving is None:
        return least_relaxation(compiled.program, np.arange(n_rows), np.ones(n_rows), options)
    priced = {row: price for name, price in giving.items() for row in compiled.rows(name).values()}
    rows, prices = np.array(list(priced), dtype=np.intp), np.array(list(priced.values()), dtype=np.float64)
    return least_relaxation(compiled.program, rows, prices, options)


def _givings(problem: Problem[Any], compiled: Compiled[Any], relaxation: Relaxation | None) -> Iterator[Giving]:
    """Put a relaxation in words."""
    if relaxation is None:
        return
    for row, short, over in zip(
        *(a.tolist() for a in (relaxation.rows, relaxation.short, relaxation.over)), strict=True
    ):
        part = _of_row(problem, compiled.row_owners[row])
        side: Side = "lower" if short > over else "upper"
        yield Giving(part.name, part.index, side, max(short, over), part.words)


def _formula(constraint: Any) -> str:
    """Write a constraint as name (doc): formula."""
    doc = constraint.parent_component().doc
    formula = str(constraint.expr)
    shown = formula if len(formula) <= LONGEST else f"{formula[:LONGEST]} ..."
    return f"{constraint.name} ({doc}): {shown}" if doc else f"{constraint.name}: {shown}"
