"""Solve problems, price their constraints and print their models: the only door to HiGHS."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from time import perf_counter
from typing import Any, TypeVar

from pyomo.common.errors import InfeasibleConstraintException
from pyomo.repn.plugins.lp_writer import LPWriter

from optimize import engine
from optimize.compiled import Compiled
from optimize.contract import Ending, Problem, Solved, SolveOptions

__all__ = [
    "Compiled",
    "Ending",
    "Problem",
    "ShadowPrices",
    "SolveOptions",
    "Solved",
    "prices",
    "solve",
    "text",
]

S = TypeVar("S")
DEFAULT = SolveOptions()


def solve(problem: Problem[S], options: SolveOptions = DEFAULT) -> Solved[S]:
    """Build, compile and solve `problem`; never raises because it is infeasible or unbounded.

    Raises:
        ValueError: if the model is not a linear or mixed-integer program with at most one objective, or holds
            numbers that are not finite.
    """
    started = perf_counter()
    try:
        solved = Compiled(problem).solve(options)
    except InfeasibleConstraintException:
        solved = Solved(Ending.INFEASIBLE, None, None, None, 0.0)
    return replace(solved, seconds=perf_counter() - started)


@dataclass(frozen=True, slots=True)
class ShadowPrices:
    """Prices of constraints: the change of the optimal objective per unit more of the right-hand side.

    Where the optimum is degenerate the price differs between more and less, and this is one value between.

    Args:
        relaxed: whether integers were dropped, so that these are prices of another, easier problem.
        by_constraint: for each constraint asked for, the price of each of its indices (None for a scalar);
            0 for members that bind nothing.
    """

    relaxed: bool
    by_constraint: Mapping[str, Mapping[Hashable, float]]

    @property
    def label(self) -> str:
        """Say of which program these are the prices; print it beside them."""
        return "LP relaxation" if self.relaxed else "LP"


def prices(problem: Problem[Any], constraints: Sequence[str], options: SolveOptions = DEFAULT) -> Solved[ShadowPrices]:
    """Price the named constraints in the LP relaxation; a program with integers has no prices of its own.

    The objective and bound of the answer are those of the relaxation.

    Raises:
        KeyError: if the model has no constraint of that name.
    """
    started = perf_counter()
    try:
        compiled = Compiled(problem)
    except InfeasibleConstraintException:
        return Solved(Ending.INFEASIBLE, None, None, None, perf_counter() - started)
    found = {name: compiled.rows(name) for name in constraints}
    answer = engine.run(compiled.program.relaxed(), options)
    priced = None
    if answer.row_prices is not None:
        row_prices = [*answer.row_prices.tolist(), 0.0]
        by_constraint = {
            name: {index: row_prices[rows.get(index, -1)] for index in compiled.model.find_component(name)}
            for name, rows in found.items()
        }
        priced = ShadowPrices(bool(compiled.program.integer.any()), by_constraint)
    seconds = perf_counter() - started
    return Solved(answer.ending, priced, answer.objective, answer.bound, seconds, fuse_blown=answer.fuse_blown)


def text(problem: Problem[Any]) -> str:
    """Write the model in the LP file format, with the names of its variables and constraints."""
    lines = StringIO()
    LPWriter().write(problem.build(), lines, symbolic_solver_labels=True)
    return lines.getvalue()
