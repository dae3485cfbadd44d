"""Plan which units move to which place, review after review: one small program for each type, written in arrays."""

from dataclasses import dataclass
from time import perf_counter

import numpy as np

from optimize import engine
from optimize.allocation_arrays import OfType
from optimize.allocation_case import (
    HOLDS_WITHIN,
    AllocationCase,
    AllocationPlan,
    Inequality,
    UnitMove,
    breaches,
    plan_of,
)
from optimize.allocation_rule import improved
from optimize.binding import Binding, joined
from optimize.contract import Ending, Solved, SolveOptions
from optimize.program import FloatArray

PLANNING = SolveOptions(gap=1e-3, node_limit=200, presolve=False)


@dataclass(frozen=True, slots=True)
class AllocationPlanner:
    """Decide the moves of one review; `plan` is a pure function of its case.

    Types share nothing but the ways, so `AllocationProblem` falls into one program for each type. A new Pyomo model
    takes longer than the solution, so the programs are written in arrays; tests hold them against the model. A type of
    many ways is solved in fractions and rounded down, and moves of one unit are added as long as one pays. The program
    in fractions bounds the cost from below, so the answer knows its gap, and is OPTIMAL if that is within
    `options.gap`. Where rounding leaves a place below its least share, there is NO_ANSWER.

    Args:
        whole_up_to: ways of a type up to which its program is solved whole.
        options: how hard to try, for each type.
    """

    whole_up_to: int = 60
    options: SolveOptions = PLANNING

    def plan(self, case: AllocationCase) -> Solved[AllocationPlan]:
        """Choose the moves of least cost.

        Raises:
            ValueError: if the case limits the moves of all types together, or counts inequality by GINI.
        """
        started = perf_counter()
        if case.most_moves is not None or case.inequality is Inequality.GINI:
            raise ValueError("the planner knows no most_moves and no GINI; solve AllocationProblem itself")
        moves, bound, binding, blown = [], 0.0, Binding(), False
        for k in range(len(case.types)):
            program = OfType(case, k)
            loose = engine.run(program.relaxed, self.options)
            answer = engine.run(program.whole(), self.options) if program.n_ways <= self.whole_up_to else loose
            if answer.values is None or answer.bound is None or loose.row_prices is None:
                seconds = perf_counter() - started
                return Solved(answer.ending, None, None, None, seconds, fuse_blown=answer.fuse_blown)
            moves += _moves(k, improved(case, k, np.floor(program.sent(answer.values) + 1e-6)))
            bound, blown = bound + answer.bound, blown or answer.fuse_blown
            binding = joined(binding, program.binding(loose.row_prices))
        plan = plan_of(case, tuple(moves))
        if breaches(case, plan):
            return Solved(Ending.NO_ANSWER, None, None, bound, perf_counter() - started)
        near = plan.cost - bound <= self.options.gap * abs(plan.cost) + HOLDS_WITHIN * max(1.0, abs(plan.cost))
        ending = Ending.OPTIMAL if near else Ending.FEASIBLE
        return Solved(ending, plan, plan.cost, bound, perf_counter() - started, fuse_blown=blown, binding=binding)


def _moves(k: int, sent: FloatArray) -> list[UnitMove]:
    """List the moves of a table of units, shape (H, H)."""
    return [UnitMove(k, i, j, int(sent[i, j])) for i, j in np.argwhere(sent > 0).tolist()]
