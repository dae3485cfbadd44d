"""Plan theatres review after review: which days are open to change, and how hard to try."""

from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from optimize.checking import least_faults, refuse
from optimize.contract import Ending, Solved, SolveOptions
from optimize.program import FloatArray
from optimize.theatre.case import TheatreCase, TheatrePlan
from optimize.theatre.rule import by_rule

if TYPE_CHECKING:  # importing pyomo takes long, making a planner does not
    from optimize.template import Numbers, Template

PLANNING = SolveOptions(gap=1e-2, node_limit=200)
"""Reproducible on every machine: nodes are limited, not seconds."""

STRUCTURE = ("surgeon", "mean_min", "sd_min", "may_use", "hospital", "day", "minutes", "p_overrun", "stay")
"""What must stay the same from review to review, or the program is compiled anew."""

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
    _compiled: "tuple[TheatreCase, Template, FloatArray] | None" = field(
        default=None, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        refuse(least_faults(self, ("horizon_days", "freeze_days", "whole_up_to")))

    def plan(self, case: TheatreCase) -> Solved[TheatrePlan]:
        """Choose operations inside the window."""
        started = perf_counter()
        inside = (case.day >= self.freeze_days) & (case.day <= self.horizon_days)
        now = replace(case, may_use=case.may_use & inside)
        ruled = by_rule(now)
        n_pairs = int(now.may_use[now.n_cases > 0].sum())
        found = self._whole(now, ruled) if n_pairs <= self.whole_up_to else self._rounded(case, now)
        return replace(_cheaper(found, ruled), seconds=perf_counter() - started)

    def _whole(self, case: TheatreCase, ruled: Solved[TheatrePlan]) -> Solved[TheatrePlan]:
        """Solve around the plan of the rule."""
        from optimize.solver import solve
        from optimize.theatre.problem import TheatreProblem

        return solve(TheatreProblem.around(case, ruled.solution or NO_PLAN), self.options)

    def _rounded(self, case: TheatreCase, now: TheatreCase) -> Solved[TheatrePlan]:
        """Solve in fractions, round down, and let the rule fill the rest."""
        template, v = self._template(case)
        loose = template.solve(_numbers(now, v), replace(self.options, presolve=False), dict)
        if loose.solution is None:
            return Solved(Ending.NO_ANSWER, None, None, None, 0.0, fuse_blown=loose.fuse_blown)
        start = np.floor(loose.solution["operate"] + 1e-6).astype(np.intp)
        return by_rule(now, start, np.argsort(-now.postpone_cost, kind="stable"))

    def _template(self, case: TheatreCase) -> "tuple[Template, FloatArray]":
        """Return the compiled program of a city and its deviations, the same as long as the city is."""
        known = self._compiled
        if known is None or not all(np.array_equal(getattr(case, name), getattr(known[0], name)) for name in STRUCTURE):
            from optimize.template import Template
            from optimize.theatre.problem import TheatreProblem

            problem = TheatreProblem.around(_every_way(case), NO_PLAN)
            known = self._compiled = case, Template(problem, relaxed=True), problem.v
        return known[1], known[2]


def _cheaper(found: Solved[TheatrePlan], ruled: Solved[TheatrePlan]) -> Solved[TheatrePlan]:
    """Return the rule's answer if it is cheaper; where a limit left no answer there is none."""
    unanswered = found.ending is Ending.NO_ANSWER
    if unanswered or ruled.objective is None or (found.objective is not None and found.objective <= ruled.objective):
        return found
    return ruled


def _every_way(case: TheatreCase) -> TheatreCase:
    """Return a review in which every group waits and all that may be limited is."""
    return replace(
        case,
        n_cases=np.maximum(case.n_cases, 1),
        postpone_cost=np.zeros(len(case.cases)),
        surgeon_min=np.ones(case.surgeon_min.shape),
        bed_cost=np.ones(case.bed_cost.size),
    )


def _numbers(case: TheatreCase, v: FloatArray) -> "Numbers":
    """Fill in the review, as the problem states it."""
    from optimize.template import Numbers

    return Numbers(
        costs={
            "operate": np.where((case.n_cases > 0)[:, None], case.price(), np.inf),
            "later": case.postpone_cost,
            "beyond": np.broadcast_to(case.bed_cost[None, :, None], case.free_beds.shape),
        },
        row_lower={"everyone": case.n_cases},
        row_upper={
            "everyone": case.n_cases,
            "session": case.minutes - case.z * v / 2,
            "surgeon": case.surgeon_min,
            "beds": case.free_beds,
        },
    )
