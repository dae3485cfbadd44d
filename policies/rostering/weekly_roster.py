"""An optimized member of the rostering seat: who works which shift, person by person, so that the work is covered."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import numpy as np

from optimize.contract import Solved
from optimize.roster.case import OFF, Roster, RosterCase
from optimize.roster.planner import solve_roster
from optimize.roster.search import Effort
from optimize.shift_cover.case import ShiftCase, ShiftPlan, post_costs
from policies.rostering.cover import Cover, usual_costs
from policies.rostering.people import PeopleRules, contracts, past_days, question
from policies.settings import WrongSetting
from sim.contract import RosteringDecision, RosteringView
from sim.units import IntArray


@dataclass(slots=True)
class WeeklyRoster(Cover):
    """Give everybody a roster of their own: first how many people each shift needs (`Cover`), then who they are.

    The paid hours of a post are so many people with `rosters.weekly_hours` each, and one with what is left. Nobody
    works more than `most_days_in_a_row` days in a row, begins a shift less than `least_rest_hours` after another, or
    works more than `most_weekends` of `weekend_cycle_weeks` weekends in a row; who is free takes turns. What was worked
    in the week before is remembered.
    `optimize.roster` finds the roster that comes nearest to the shifts needed, within `rounds` rounds of improvement;
    those on duty are whom it names. A post whose roster has no answer keeps the usual one, and the ending says so.
    """

    most_days_in_a_row: int = 6
    least_rest_hours: int = 11
    weekend_cycle_weeks: int = 4
    most_weekends: int = 4
    rounds: int = 20
    seed: int = 0

    def _decision(
        self, view: RosteringView, posts: IntArray, case: ShiftCase, solved: Solved[ShiftPlan]
    ) -> RosteringDecision:
        """Find people for the shifts that are needed, where those are better staffed than usual."""
        plan = solved.solution
        assert plan is not None
        rules = PeopleRules(**{one.name: getattr(self, one.name) for one in fields(PeopleRules)})
        hours = [contracts(view, (int(h), int(r))) for h, r in posts.tolist()]
        pasts = past_days(view, [len(one) for one in hours])
        better = post_costs(case, plan.own, plan.agency) < usual_costs(case, view, posts)
        found = [
            self._roster(question(view, needed, mine, before, rules)) if change and mine.size else None
            for needed, mine, before, change in zip(plan.own, hours, pasts, better, strict=True)
        ]
        people = [_days(one, before, view.n_days) for one, before in zip(found, pasts, strict=True)]
        own = np.stack([_counted(days[:, -view.n_days :], len(view.facts.shift_names)) for days in people])
        tried = [one for one in found if one is not None]
        seconds = solved.seconds + sum(one.seconds for one in tried)
        staffed = replace(solved, solution=replace(plan, own=own), seconds=seconds)
        decision = Cover._decision(self, view, posts, case, staffed)
        n_failed = sum(one.solution is None for one in tried)
        ending = f"rule after no roster for {n_failed} of {len(tried)} posts" if n_failed else decision.ending
        return replace(decision, people=np.concatenate(people), ending=ending)

    def _roster(self, case: RosterCase) -> Solved[Roster]:
        """Roster the people of one post."""
        return solve_roster(case, Effort(self.fuse_seconds, self.rounds, self.seed, self.gap))

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield every impossible setting; `where` is the field of this policy."""
        yield from Cover.faults(self, where)
        for name, least in (
            ("most_days_in_a_row", 1),
            ("rounds", 0),
            ("seed", 0),
            ("most_weekends", 0),
            ("weekend_cycle_weeks", 1),
        ):
            if getattr(self, name) < least:
                yield WrongSetting(f"{where}.{name}", getattr(self, name), f"give a whole number of at least {least}")
        if not 0 <= self.least_rest_hours <= 24:
            yield WrongSetting(f"{where}.least_rest_hours", self.least_rest_hours, "give hours from 0 to 24")


def _counted(days: IntArray, n_shifts: int) -> IntArray:
    """Count who works each shift on each day; shape (days, shifts)."""
    return np.stack([(days == shift).sum(axis=0) for shift in range(n_shifts)], axis=1)


def _days(found: Solved[Roster] | None, past: IntArray, n_days: int) -> IntArray:
    """Return the past and the new days of the people of a post; OFF where they keep the usual roster."""
    if found is None or found.solution is None:
        return np.pad(past, ((0, 0), (0, n_days)), constant_values=OFF)
    return found.solution.astype(np.int64)
