"""The optimized member of the staffing seat: all loans of the next shift at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from optimize.contract import Ending
from optimize.float_pool.case import FloatPoolCase, FloatPoolPlan
from optimize.float_pool.planner import PLANNING, FloatPoolPlanner
from policies.forecast.staffing import staff_required
from policies.settings import NOT_A_SETTING, WrongSetting
from policies.solving import Solving
from policies.staffing.expecting import Expecting
from policies.staffing.loans import Loan, decision_of, ways
from policies.staffing.most_loaded import by_rule
from sim.contract import StaffingDecision, StaffingView
from sim.units import BoolArray, FloatArray, IntArray


@dataclass(slots=True)
class FloatPool(Expecting):
    """Choose the loans that cost least, with a price on everybody missing, as an integral network program.

    A post is one role of one hospital; `Expecting` says how many it needs in the next shift, and below how many it is
    unsafe. Nobody is lent by a post below that, or by one that is unknown. `short_cost` is the price of each person
    missing for a shift, `unsafe_cost` of each below the safe level; a loan costs its premium and the paid minutes on
    the road, there and back. `optimize.float_pool.problem` chooses loans of least total cost. When the solver finds no
    answer, the rule `MostLoaded` decides.

    Prices are judgements (assumptions A-STAFF-SHORT, range 100 to 1000, and A-STAFF-UNSAFE, range 300 to 3000, USD a
    shift).
    """

    short_cost: float = 300.0
    unsafe_cost: float = 900.0
    solver: Solving = field(default_factory=Solving)
    planner: FloatPoolPlanner = field(
        default_factory=lambda: FloatPoolPlanner(horizon_min=np.inf, freeze_min=0.0),
        init=False,
        repr=False,
        compare=False,
        metadata=NOT_A_SETTING,
    )

    def decide(self, view: StaffingView) -> StaffingDecision:
        """Return the loans of least cost; `objective` is that cost with what is missing, in USD."""
        posts = np.argwhere(view.facts.offered & view.facts.agreed[:, None])
        if not view.may_lend.any():
            return decision_of((), Ending.OPTIMAL, gap=0.0)
        self.planner.options = self.solver.over(PLANNING)
        solved = self.planner.plan(
            self.case(view, posts, self.load(view)), np.full(len(posts), view.starts_min - view.now_min)
        )
        if solved.solution is None:
            return by_rule(view, solved)
        gap = 0.0 if solved.ending is Ending.OPTIMAL else np.nan
        plan = solved.solution
        return decision_of(loans_of(plan, posts), solved.told, plan.cost, gap, solved.seconds, solved.binding)

    def case(self, view: StaffingView, posts: IntArray, load: FloatArray) -> FloatPoolCase:
        """State the program of this review; post and group i are role `posts[i, 1]` of hospital `posts[i, 0]`.

        `load` (h, r) is expected at work; posts of which it is not known lend nobody and need nobody.
        """
        facts, (hospital, role) = view.facts, posts.T
        n, duty = len(posts), view.next_duty[hospital, role]
        load = load[hospital, role]
        known = np.isfinite(load)
        load = np.nan_to_num(load)
        must_stay = duty - view.may_lend[hospital, role]
        safe = np.where(known, np.maximum(staff_required(load, 1.0), must_stay), duty)
        needed = np.where(known, self.needed(load), duty)
        names = tuple(f"{facts.roles[r]} at {facts.hospital_ids[h]}" for h, r in posts.tolist())
        return FloatPoolCase(
            posts=names,
            groups=names,
            hospital=hospital,
            on_duty=duty,
            needed=np.maximum(needed, safe),
            safe=safe,
            short_cost=np.full(n, self.short_cost),
            unsafe_cost=np.full(n, self.unsafe_cost),
            over_cost=np.zeros(n),
            home=np.arange(n),
            n_people=view.may_lend[hospital, role],
            may_fill=may_fill(view, posts),
            minutes_left=np.full(n, np.inf),
            premium_cost=np.full(n, facts.premium_cost),
            travel_min=facts.travel_min,
            shift_min=facts.shift_min,
            max_travel_min=facts.max_travel_min,
            travel_cost_per_min=facts.travel_cost_per_min,
        )

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield every impossible setting; `where` is the field of this policy."""
        yield from Expecting.faults(self, where)
        if not 0 <= self.short_cost < np.inf:
            yield WrongSetting(f"{where}.short_cost", self.short_cost, "give a finite number, zero or more")
        if not self.short_cost <= self.unsafe_cost < np.inf:
            mend = f"give a finite price of at least short_cost ({self.short_cost})"
            yield WrongSetting(f"{where}.unsafe_cost", self.unsafe_cost, mend)


def may_fill(view: StaffingView, posts: IntArray) -> BoolArray:
    """Mark which posts each group may fill: those of its role, over roads that may be taken; (n, n)."""
    hospital, role = posts.T
    allowed: BoolArray = (role[:, None] == role) & ways(view.facts)[hospital[:, None], hospital]
    return allowed


def loans_of(plan: FloatPoolPlan, posts: IntArray) -> Iterator[Loan]:
    """Yield the loans of a plan between posts, rows of (hospital, role)."""
    for group, post, n_people in plan.sendings:
        yield Loan(int(posts[group, 0]), int(posts[post, 0]), int(posts[post, 1]), n_people)
