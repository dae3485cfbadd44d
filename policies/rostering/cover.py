"""An optimized member of the rostering seat: buy the shifts that cover the work expected in each hour."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from optimize.contract import Ending, Solved
from optimize.roster.case import WEEKDAYS
from optimize.shift_cover.case import HOURS_PER_DAY, ShiftCase, ShiftPlan, post_costs, short_costs
from optimize.shift_cover.planner import PLANNING, ShiftCoverPlanner
from policies.rostering.rows import decision_of
from policies.settings import NOT_A_SETTING, WrongSetting
from policies.staffing.expected_work import ExpectedWork
from sim.contract import RosteringDecision, RosteringView
from sim.units import HOURS_PER_WEEK, MINUTES_PER_HOUR, FloatArray, IntArray


@dataclass(slots=True)
class Cover:
    """Choose how many people work each shift, so that as few as possible are missing within the paid hours.

    The load of each hour is how many were at work on average in the same hour of `history_weeks` of a past, which no
    replication ever meets. With load a, ceil(a + safety * sqrt(a)) people are needed (square-root staffing, S. Halfin,
    W. Whitt, 10.1287/opre.29.3.567). An hour of a missing person costs `short_cost_per_hour`, below the load itself
    `unsafe_cost_per_hour`; `optimize.shift_cover` buys the shifts that leave least to pay. Posts whose usual roster is
    no dearer keep it, and all do when the solver has no answer or nothing is known of the past.

    Settings are judgements (A-STAFF-SAFETY; A-STAFF-SHORT and A-STAFF-UNSAFE over the eight hours of a shift). `gap` is
    the share of the cost at which a plan counts as best, `fuse_seconds` ends a solve on a clock.
    """

    safety: float = 1.0
    short_cost_per_hour: float = 37.5
    unsafe_cost_per_hour: float = 112.5
    history_weeks: int = 8
    gap: float = 5e-3
    fuse_seconds: float = 300.0
    expected: ExpectedWork | None = field(default=None, repr=False, compare=False, metadata=NOT_A_SETTING)
    planner: ShiftCoverPlanner = field(
        default_factory=ShiftCoverPlanner, init=False, repr=False, compare=False, metadata=NOT_A_SETTING
    )

    def decide(self, view: RosteringView) -> RosteringDecision:
        """Return the roster of least cost; `objective` is the price of all who are missing, and of agency staff."""
        posts = np.argwhere(view.facts.offered)
        if self.expected is None or not len(posts):
            return usual(view, "rule: nothing is known of the past" if len(posts) else "rule: no staff to roster")
        case = self.case(view, posts)
        solved = self._planned(case)
        if solved.solution is None:
            return usual(view, f"rule after {solved.told}", solved.seconds)
        return self._decision(view, posts, case, solved)

    def case(self, view: RosteringView, posts: IntArray) -> ShiftCase:
        """State the covering program of this review; post i is role `posts[i, 1]` of hospital `posts[i, 0]`."""
        assert self.expected is not None
        facts, (hospital, role) = view.facts, posts.T
        paid = view.usual[hospital, role].sum(axis=1).astype(np.float64)
        first = round(view.starts_min / MINUTES_PER_HOUR)
        hours = np.arange(first, first + HOURS_PER_DAY * view.n_days) % HOURS_PER_WEEK
        load = self.expected.load[hospital, role][:, hours]
        return ShiftCase(
            posts=tuple(f"{facts.roles[r]} at {facts.hospital_ids[h]}" for h, r in posts.tolist()),
            shifts=facts.shift_names,
            begins_hour=facts.begins_hour,
            shift_hours=facts.shift_hours,
            load=load.reshape(len(posts), view.n_days, HOURS_PER_DAY),
            paid_hours=paid,
            safety=self.safety,
            short_cost=self.short_cost_per_hour,
            unsafe_cost=self.unsafe_cost_per_hour,
            agency_hours=np.floor(facts.agency_share * paid + 1e-9),
            agency_cost=facts.agency_cost_per_hour,
            days=tuple(WEEKDAYS[(view.weekday + day) % len(WEEKDAYS)] + week(day) for day in range(view.n_days)),
            first_hour=facts.day_starts_hour,
        )

    def _planned(self, case: ShiftCase) -> Solved[ShiftPlan]:
        self.planner.options = replace(PLANNING, gap=self.gap, fuse_seconds=self.fuse_seconds)
        return self.planner.plan(case)

    def _decision(
        self, view: RosteringView, posts: IntArray, case: ShiftCase, solved: Solved[ShiftPlan]
    ) -> RosteringDecision:
        """Put in force what is cheaper than the usual roster."""
        plan = solved.solution
        assert plan is not None
        assert solved.bound is not None
        new, old = post_costs(case, plan.own, plan.agency), usual_costs(case, view, posts)
        own, agency = (spread(view, posts, people) for people in (plan.own, plan.agency))
        changed = np.zeros(view.facts.offered.shape, dtype=np.bool_)
        changed[tuple(posts[new < old].T)] = True
        cost = float(np.minimum(new, old).sum())
        return decision_of(
            own,
            agency,
            changed,
            ending=str(Ending.OPTIMAL if cost - solved.bound <= self.gap * cost + 1e-6 else Ending.FEASIBLE),
            objective=cost,
            gap=max(0.0, cost - solved.bound) / max(cost, 1e-9),
            binding=solved.binding,
            seconds=solved.seconds,
        )

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield every impossible setting; `where` is the field of this policy."""
        for name in ("safety", "short_cost_per_hour", "gap"):
            if not 0 <= getattr(self, name) < np.inf:
                yield WrongSetting(f"{where}.{name}", getattr(self, name), "give a finite number, zero or more")
        if not self.short_cost_per_hour <= self.unsafe_cost_per_hour < np.inf:
            mend = f"give a finite price of at least short_cost_per_hour ({self.short_cost_per_hour})"
            yield WrongSetting(f"{where}.unsafe_cost_per_hour", self.unsafe_cost_per_hour, mend)
        if self.history_weeks < 1:
            yield WrongSetting(f"{where}.history_weeks", self.history_weeks, "give at least one week of the past")
        if not self.fuse_seconds > 0:
            yield WrongSetting(f"{where}.fuse_seconds", self.fuse_seconds, "give seconds above zero")


def week(day: int) -> str:
    """Name the week of a day where it is not the first."""
    return f" of week {day // len(WEEKDAYS) + 1}" if day >= len(WEEKDAYS) else ""


def usual(view: RosteringView, ending: str, seconds: float = 0.0) -> RosteringDecision:
    """Return the decision of the rule: every roster as usual."""
    nobody = np.zeros((*view.facts.offered.shape, view.n_days, len(view.facts.shift_names)), dtype=np.int64)
    return decision_of(nobody, nobody, np.zeros(nobody.shape[:2], dtype=np.bool_), ending=ending, seconds=seconds)


def usual_costs(case: ShiftCase, view: RosteringView, posts: IntArray) -> FloatArray:
    """Price who is missing in the usual roster, by the mean of each span; shape (P,)."""
    hourly = view.usual[tuple(posts.T)].reshape(case.load.shape)
    return short_costs(case, np.add.reduceat(hourly, case.edges[:-1], axis=2) / case.span_hours)


def spread(view: RosteringView, posts: IntArray, people: IntArray) -> IntArray:
    """Put the people of posts, (P, days, shifts), where their hospitals and roles are; (h, r, days, shifts)."""
    table = np.zeros((*view.facts.offered.shape, *people.shape[1:]), dtype=np.int64)
    table[tuple(posts.T)] = people
    return table
