"""Plan theatres review after review: which days are open to change, and how hard to try."""

from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from optimize import engine
from optimize.checking import least_faults, refuse
from optimize.contract import Ending, Solved, SolveOptions
from optimize.theatre.arrays import Words, write
from optimize.theatre.case import TheatreCase, TheatrePlan, deviations, plan_of
from optimize.theatre.rule import by_rule

PLANNING = SolveOptions(gap=1e-2, node_limit=200)
"""Reproducible on every machine: nodes are limited, not seconds."""

NO_PLAN = TheatrePlan((), 0.0)


@dataclass(slots=True)
class TheatrePlanner:
    """Decide what is operated in the sessions of the next days.

    A review of few pairs of cases and sessions, such as one hospital's, is solved whole, linearized around the
    plan of the rule. A larger one, such as a city's, is solved in fractions, which are rounded down; the rule
    fills what that leaves, dearest to postpone first, and checks the risk of overrun exactly. That answer is
    FEASIBLE and has no bound. Either way the rule's own plan is the answer where it is cheaper.

    Args:
        horizon_days: sessions of later days are not planned yet; at least 0.
        freeze_days: sessions of earlier days are not changed any more; at least 0.
        whole_up_to: pairs of cases and sessions up to which a review is solved whole; at least 0.
        options: how hard to try.

    Raises:
        ValueError: if a number is below 0.
    """

    horizon_days: int = 7
    freeze_days: int = 1
    whole_up_to: int = 300
    options: SolveOptions = PLANNING

    def __post_init__(self) -> None:
        refuse(least_faults(self, ("horizon_days", "freeze_days", "whole_up_to")))

    def plan(self, case: TheatreCase, words: Words | None = None) -> Solved[TheatrePlan]:
        """Choose operations inside the window, and name in `words` what binds in the linear program."""
        started = perf_counter()
        inside = (case.day >= self.freeze_days) & (case.day <= self.horizon_days)
        now = replace(case, may_use=case.may_use & inside)
        ruled = by_rule(now)
        n_pairs = int(now.may_use[now.n_cases > 0].sum())
        found = self._whole(now, ruled, words) if n_pairs <= self.whole_up_to else self._rounded(now, words)
        best = replace(_cheaper(found, ruled), binding=found.binding)
        return replace(best, seconds=perf_counter() - started)

    def _whole(self, case: TheatreCase, ruled: Solved[TheatrePlan], words: Words | None) -> Solved[TheatrePlan]:
        """Solve around the plan of the rule."""
        written = write(case, deviations(case, ruled.solution or NO_PLAN))
        answer = engine.run(written.program, self.options)
        how = (0.0, answer.nodes, answer.fuse_blown)
        if answer.values is None:
            return Solved(answer.ending, None, None, answer.bound, *how)
        plan = plan_of(case, written.operated(case, answer.values))
        relaxed = engine.run(written.program.relaxed(), self.options) if words else answer
        return Solved(answer.ending, plan, plan.cost, answer.bound, *how, written.binding(relaxed.row_prices, words))

    def _rounded(self, case: TheatreCase, words: Words | None) -> Solved[TheatrePlan]:
        """Solve in fractions, round down, and let the rule fill the rest."""
        written = write(case, deviations(case, NO_PLAN))
        loose = engine.run(written.program.relaxed(), replace(self.options, presolve=False))
        if loose.values is None:
            return Solved(Ending.NO_ANSWER, None, None, None, 0.0, fuse_blown=loose.fuse_blown)
        start = written.operated(case, loose.values)
        filled = by_rule(case, start, np.argsort(-case.postpone_cost, kind="stable"))
        return replace(filled, binding=written.binding(loose.row_prices, words))


def _cheaper(found: Solved[TheatrePlan], ruled: Solved[TheatrePlan]) -> Solved[TheatrePlan]:
    """Return the rule's answer if it is cheaper; where a limit left no answer there is none."""
    unanswered = found.ending is Ending.NO_ANSWER
    if unanswered or ruled.objective is None or (found.objective is not None and found.objective <= ruled.objective):
        return found
    return ruled
