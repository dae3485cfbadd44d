"""An optimized member of the rostering seat: who works which shift, person by person, so that the work is covered."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import numpy as np

from optimize.contract import Solved
from optimize.roster.case import OFF
from optimize.roster.quick import roster_teams
from optimize.shift_cover.case import ShiftCase, ShiftPlan, post_costs
from policies.rostering.cover import Cover, usual_costs
from policies.rostering.people import PeopleRules, contracts, past_days, teams
from policies.settings import WrongSetting
from sim.contract import RosteringDecision, RosteringView
from sim.units import BoolArray, IntArray


@dataclass(slots=True)
class WeeklyRoster(Cover):
    """Give everybody a roster of their own: first how many people each shift needs (`Cover`), then who they are.

    The paid hours of a post are so many people with `rosters.weekly_hours` each, and one with what is left. Nobody
    works more than `most_days_in_a_row` days in a row, begins a shift less than `least_rest_hours` after another, or
    works more than `most_weekends` of `weekend_cycle_weeks` weekends in a row; who is free takes turns. What was worked
    in the week before is remembered.
    `optimize.roster.quick` finds the rosters that come nearest to the shifts needed, and takes out and places anew at
    most `rounds` times as often as a post has people; those on duty are whom they name. A post that they staff no
    better keeps its usual roster.
    """

    most_days_in_a_row: int = 6
    least_rest_hours: int = 11
    weekend_cycle_weeks: int = 4
    most_weekends: int = 4
    rounds: int = 5
    seed: int = 0

    def _decision(
        self, view: RosteringView, posts: IntArray, case: ShiftCase, solved: Solved[ShiftPlan]
    ) -> RosteringDecision:
        """Find people for the shifts that are needed, where those are better staffed than usual."""
        plan = solved.solution
        assert plan is not None
        hours = [contracts(view, (int(h), int(r))) for h, r in posts.tolist()]
        pasts = past_days(view, [len(one) for one in hours])
        better = post_costs(case, plan.own, plan.agency) < usual_costs(case, view, posts)
        people, seconds = self._people(view, plan.own, hours, pasts, better & [mine.size > 0 for mine in hours])
        own = np.stack([_counted(days[:, -view.n_days :], len(view.facts.shift_names)) for days in people])
        staffed = replace(solved, solution=replace(plan, own=own), seconds=solved.seconds + seconds)
        return replace(Cover._decision(self, view, posts, case, staffed), people=np.concatenate(people))

    def _people(
        self, view: RosteringView, needed: IntArray, hours: list[IntArray], pasts: list[IntArray], change: BoolArray
    ) -> tuple[list[IntArray], float]:
        """Return past and new days of the people of each post, OFF where nothing changes, and the seconds it took."""
        rules = PeopleRules(**{one.name: getattr(self, one.name) for one in fields(PeopleRules)})
        days = [np.pad(past, ((0, 0), (0, view.n_days)), constant_values=OFF) for past in pasts]
        changed = np.flatnonzero(change).tolist()
        if not changed:
            return days, 0.0
        asked = teams(view, needed[changed], [hours[p] for p in changed], [pasts[p] for p in changed], rules)
        found = roster_teams(asked, self.rounds, self.seed)
        assert found.solution is not None
        for post, new in zip(changed, np.split(found.solution.shifts, asked.bounds[1:-1]), strict=True):
            days[post][:, -view.n_days :] = new
        return days, found.seconds

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
