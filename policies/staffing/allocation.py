"""An optimized member of the staffing seat: roles as shared resources, by supply, demand and their ratio."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from optimize.allocation_case import AllocationCase, Inequality
from optimize.allocation_planner import PLANNING, AllocationPlanner
from policies.settings import WrongSetting
from policies.solving import Solving
from policies.staffing.expecting import Expecting
from policies.staffing.loans import Loan, decision_of, ways
from policies.staffing.most_loaded import by_rule
from sim.contract import StaffingDecision, StaffingView


@dataclass(slots=True)
class Allocation(Expecting):
    """Share the staff of each role out over the hospitals, by what there is and what is expected to be needed.

    Of each role a hospital has the supply S, who is on duty in the next shift, and the demand D = a + safety * sqrt(a)
    of its expected load a (see `Expecting`); R = S / D. `optimize.allocation` chooses loans of the least cost of unmet
    demand, of moving, and of inequality: how far the lowest R of a role is below R of the whole city, as a share of
    it. Unlike `FloatPool` it tells apart who lacks two of four and two of twenty, and counts parts of people. Hospitals
    of which nothing is known, or without such staff, neither give nor ask; nobody gives more than may be lent. When
    the solver finds no answer, the rule `MostLoaded` decides.

    Prices in USD a shift are judgements: `short_cost` of a whole person missing (assumption A-STAFF-SHORT, range 100
    to 1000), `unequal_cost` of a hospital that has nobody of a role while the city has enough (assumption
    A-STAFF-UNEQUAL, range 0 to 2000).
    """

    short_cost: float = 300.0
    unequal_cost: float = 600.0
    solver: Solving = field(default_factory=Solving)

    def decide(self, view: StaffingView) -> StaffingDecision:
        """Return the loans of least cost; `objective` is that cost with what is missing and unequal, in USD."""
        if not view.may_lend.any():
            return decision_of((), "optimal", gap=0.0)
        solved = AllocationPlanner(options=self.solver.over(PLANNING)).plan(self.case(view))
        plan = solved.solution
        if plan is None or solved.bound is None:
            return by_rule(view, solved)
        loans = (Loan(move.origin, move.destination, move.type, move.n_units) for move in plan.moves)
        gap = max(plan.cost - solved.bound, 0.0) / max(plan.cost, 1e-9)
        return decision_of(loans, solved.told, plan.cost, gap, solved.seconds, solved.binding)

    def case(self, view: StaffingView) -> AllocationCase:
        """State the question of this review: types are roles, places are hospitals."""
        facts, load = view.facts, self.load(view)
        known = np.isfinite(load) & facts.offered & facts.agreed[:, None]
        load = np.where(known, load, 0.0)
        road_cost = 2.0 * facts.travel_cost_per_min * facts.travel_min
        return AllocationCase(
            types=facts.roles,
            places=facts.hospital_ids,
            supply=np.where(known, view.next_duty, 0).T.astype(float),
            demand=(load + self.safety * np.sqrt(load)).T,
            move_cost=np.where(ways(facts), facts.premium_cost + road_cost, np.inf),
            unmet_cost=np.full(len(facts.roles), self.short_cost),
            inequality_cost=self.unequal_cost,
            inequality=Inequality.MAX_MIN,
            movable=np.where(known, np.minimum(view.may_lend, view.next_duty), 0).T.astype(float),
        )

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield every impossible setting; `where` is the field of this policy."""
        yield from Expecting.faults(self, where)
        for name in ("short_cost", "unequal_cost"):
            if not 0 <= getattr(self, name) < np.inf:
                yield WrongSetting(f"{where}.{name}", getattr(self, name), "give a finite number, zero or more")
