"""Solve with a second look: the problem checks the answer, and tiny programs are solved again without presolve."""

from dataclasses import replace
from time import perf_counter
from typing import TypeVar

from pyomo.common.errors import InfeasibleConstraintException

from optimize import engine
from optimize.compiled import Compiled
from optimize.contract import Ending, Problem, Solved, SolveOptions
from optimize.score import AGREES_WITHIN, audit
from optimize.solver import DEFAULT

S = TypeVar("S")
TINY = 200
"""Columns up to which a second solve costs next to nothing."""
PROVEN = (Ending.OPTIMAL, Ending.INFEASIBLE, Ending.UNBOUNDED)


class WrongAnswerError(ArithmeticError):
    """The solver's answer does not stand up to a second look; nothing should be done with it."""


def solve_checked(problem: Problem[S], options: SolveOptions = DEFAULT) -> Solved[S]:
    """Solve `problem` and look twice, so that a fault of solver or model is seen and not believed.

    Raises:
        WrongAnswerError: says everything that does not hold.
        ValueError: as `optimize.solver.solve`.
    """
    started = perf_counter()
    try:
        compiled = Compiled(problem)
    except InfeasibleConstraintException:
        return Solved(Ending.INFEASIBLE, None, None, None, perf_counter() - started)
    solved = compiled.solve(options)
    found = [*audit(problem, solved), *_second_opinion(compiled, solved, options)]
    if found:
        raise WrongAnswerError("; ".join(found))
    return replace(solved, seconds=perf_counter() - started)


def _second_opinion(compiled: Compiled[S], solved: Solved[S], options: SolveOptions) -> list[str]:
    """Solve a tiny program the other way (with presolve, or without) and say where the two differ."""
    if compiled.program.costs.size > TINY or solved.ending not in PROVEN:
        return []
    other = engine.run(compiled.program, replace(options, presolve=not options.presolve))
    if other.ending not in PROVEN:
        return []
    if other.ending is not solved.ending:
        return [f"the program is {solved.ending}, and {other.ending} when presolve is switched over"]
    if solved.objective is None or other.objective is None:
        return []
    allowed = (options.gap + AGREES_WITHIN) * max(1.0, abs(solved.objective))
    if abs(solved.objective - other.objective) <= allowed:
        return []
    return [f"the objective is {solved.objective}, and {other.objective} when presolve is switched over"]
