"""Plan the float pool before the need of the shift is known: the two-stage program over needs of the past."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import nan
from time import perf_counter

import numpy as np

from optimize.binding import Voice
from optimize.checking import whole
from optimize.contract import Solved, SolveOptions
from optimize.float_pool.case import FloatPoolCase, FloatPoolPlan, level_cost, plan_of
from optimize.float_pool.planner import PLANNING, FloatPoolPlanner, numbers_of

FIRST_STAGE = ("send",)


@dataclass(frozen=True, slots=True)
class SampledPlan:
    """Whom to send where before the need is known.

    Args:
        plan: the sendings; its cost is the expected cost over all scenarios (RP).
        of_mean: expected cost of the plan for the mean need (EEV).
        wait_and_see: expected cost if the need were known beforehand (WS).
    """

    plan: FloatPoolPlan
    of_mean: float = nan
    wait_and_see: float = nan

    @property
    def vss(self) -> float:
        """Return what it is worth to think of all scenarios instead of their mean; NaN if nobody asked."""
        return self.of_mean - self.plan.cost

    @property
    def evpi(self) -> float:
        """Return what it would be worth to know the need beforehand; NaN if nobody asked."""
        return self.plan.cost - self.wait_and_see


@dataclass(slots=True)
class SampledPlanner:
    """Solve `Recourse` of `FloatPoolProblem` shift after shift, in arrays that are compiled once.

    First stage: who is sent. Second stage: who is then missing, unsafe or too many at each post. Scenarios are equally
    probable cases that differ in `needed` and `safe` only, and name whom posts may lend (`lendable`).

    What a post costs is convex and piecewise linear in who is there, with whole breakpoints. So if a vertex sent parts
    of people, these could be shifted along a path or cycle of the network, either way, with the second stage following
    linearly: it would be no vertex. The simplex method ends at whole people.

    Args:
        tell_value: whether to work out EEV and WS, which takes one more program for each scenario.
        options: how hard to try.
    """

    tell_value: bool = True
    options: SolveOptions = PLANNING
    _alone: FloatPoolPlanner = field(
        default_factory=lambda: FloatPoolPlanner(np.inf, 0.0), init=False, repr=False, compare=False
    )

    def plan(self, scenarios: Sequence[FloatPoolCase], mean: FloatPoolCase) -> Solved[SampledPlan]:
        """Choose whom to send; `mean` is the case of the mean need, which speaks for all in words."""
        from optimize.float_pool.problem import FloatPoolProblem

        started = perf_counter()
        template, price = self._alone.template(mean), mean.price()
        numbers = [numbers_of(case, price, case.n_people) for case in scenarios]
        voice = Voice(("level", "lender", "people"), FloatPoolProblem(mean).words)
        solved = template.solve_sampled(
            numbers, FIRST_STAGE, self.options, lambda values: plan_of(mean, whole("send", values["send"])), voice
        )
        sampled = None if solved.solution is None else self._valued(scenarios, mean, solved.solution)
        cost, seconds = None if sampled is None else sampled.plan.cost, perf_counter() - started
        how = (solved.bound, seconds, solved.nodes, solved.fuse_blown, solved.binding)
        return Solved(solved.ending, sampled, cost, *how)

    def _valued(self, scenarios: Sequence[FloatPoolCase], mean: FloatPoolCase, plan: FloatPoolPlan) -> SampledPlan:
        """Price a plan over all scenarios, and work out EEV and WS where asked."""
        expected = FloatPoolPlan(plan.sendings, expected_cost(scenarios, plan))
        if not self.tell_value:
            return SampledPlan(expected)
        now = np.zeros(len(mean.posts))
        of_mean = self._alone.plan(mean, now).solution
        alone = [self._alone.plan(case, now).solution for case in scenarios]
        known = [one.cost if one is not None else nan for one in alone]
        eev = nan if of_mean is None else expected_cost(scenarios, of_mean)
        return SampledPlan(expected, eev, float(np.mean(known)))


def expected_cost(scenarios: Sequence[FloatPoolCase], plan: FloatPoolPlan) -> float:
    """Return the mean cost of a plan over scenarios, by plain sums."""
    case, on_duty = scenarios[0], plan.on_duty(scenarios[0])
    price = case.price()
    moving = sum(n * float(price[group, post]) for group, post, n in plan.sendings)
    return moving + float(np.mean([level_cost(one, on_duty).sum() for one in scenarios]))
