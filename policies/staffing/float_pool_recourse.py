"""An optimized member of the staffing seat: loans that suit many shifts of the past, not only their mean."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from optimize.contract import Ending
from optimize.float_pool.case import FloatPoolCase
from optimize.float_pool.planner import PLANNING
from optimize.float_pool.sampled import SampledPlanner
from policies.settings import NOT_A_SETTING, WrongSetting
from policies.staffing.float_pool import FloatPool, loans_of
from policies.staffing.loans import decision_of
from policies.staffing.most_loaded import by_rule
from sim.contract import StaffingDecision, StaffingView
from sim.units import IntArray


@dataclass(slots=True)
class FloatPoolRecourse(FloatPool):
    """Choose the loans that cost least on average over the same shift of each week of a past.

    Each of the `history_weeks` is a scenario, equally probable: how many were at work in the hours of the shift, plus
    the work of those who wait now. Loans are decided before the scenario is known, who is then missing or unsafe is
    priced as in `FloatPool` (`optimize.float_pool.sampled`, the two-stage version of `optimize.float_pool`). Nobody
    is lent beyond what rules allow, and no lender is held to its safe level, because that is known only then: it is
    priced instead. `figures` keep VSS, what that is worth against planning for the mean, and EVPI, what knowing the
    scenario would be worth, in USD a shift, in cities of up to `tell_up_to` posts: it takes one more program for each
    scenario. With 0 weeks it is `FloatPool`.
    """

    tell_up_to: int = 60
    sampler: SampledPlanner = field(
        default_factory=SampledPlanner, init=False, repr=False, compare=False, metadata=NOT_A_SETTING
    )

    def decide(self, view: StaffingView) -> StaffingDecision:
        """Return the loans of least expected cost; `objective` is that cost, in USD."""
        if self.expected is None or not len(self.expected.by_week):
            return FloatPool.decide(self, view)
        posts = np.argwhere(view.facts.offered & view.facts.agreed[:, None])
        if not view.may_lend.any():
            return decision_of((), Ending.OPTIMAL, gap=0.0)
        self.sampler.options = self.solver.over(PLANNING)
        self.sampler.tell_value = tells = len(posts) <= self.tell_up_to
        solved = self.sampler.plan(
            self.scenarios(view, posts), self._free(self.case(view, posts, self.load(view)), view, posts)
        )
        if solved.solution is None:
            return by_rule(view, solved)
        found, gap = solved.solution, 0.0 if solved.ending is Ending.OPTIMAL else np.nan
        figures = (("VSS", found.vss), ("EVPI", found.evpi)) if tells else ()
        loans = loans_of(found.plan, posts)
        return decision_of(loans, solved.told, found.plan.cost, gap, solved.seconds, solved.binding, figures)

    def scenarios(self, view: StaffingView, posts: IntArray) -> list[FloatPoolCase]:
        """State the shift as it would be in each week of the past."""
        assert self.expected is not None
        weeks = self.expected.each_during(view.starts_min, view.starts_min + view.facts.shift_min)
        waiting = self.waiting_load(view, self.expected)
        return [self._free(self.case(view, posts, week + waiting), view, posts) for week in weeks]

    def _free(self, case: FloatPoolCase, view: StaffingView, posts: IntArray) -> FloatPoolCase:
        """Let posts lend what the rules allow, whatever they need."""
        lendable = np.minimum(view.may_lend, view.next_duty)[posts[:, 0], posts[:, 1]]
        return replace(case, lendable=lendable)

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield every impossible setting; `where` is the field of this policy."""
        yield from FloatPool.faults(self, where)
        if self.tell_up_to < 0:
            yield WrongSetting(f"{where}.tell_up_to", self.tell_up_to, "give a number of posts, 0 for never")
