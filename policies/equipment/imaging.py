"""The optimized member of the equipment seat: which hours to open for those who wait and those who will ask."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil, nan

import numpy as np

from optimize.binding import Binding, joined
from optimize.contract import Ending, Solved
from optimize.imaging.case import ImagingPlan
from optimize.imaging.planner import PLANNING, ImagingPlanner
from policies.equipment.open_when_long import OpenWhenLong
from policies.equipment.partners import Partners, least
from policies.equipment.sessions import Prices, Sessions
from policies.settings import NOT_A_SETTING, WrongSetting
from policies.solving import Solving
from sim.contract import EquipmentDecision, EquipmentView
from sim.units import MINUTES_PER_HOUR

Hour = tuple[int, int, int]
"""Hospital, equipment, and hour since time zero."""


@dataclass(slots=True)
class Imaging(Partners):
    """Weigh the price of opened hours against the price of waiting, over all hours that the view shows.

    For each kind of equipment, `optimize.imaging` gives slots in sessions of `session_hours` to those who wait, and to
    those expected: as many as asked a week before, or else the day before. An hour of waiting costs
    `wait_cost_per_hour`, one on the road `travel_cost_per_hour`, an opened one what the rules say. Of the sessions that
    the plan opens, those are opened now that could not be opened at the next review any more; all others are thought
    over again. Where the solver has no answer, the rule `OpenWhenLong` decides.

    A waiting hour is priced as a bed's (P88: 345 GBP a day; assumption A-IMAGING-WAIT, range 5 to 60).
    """

    session_hours: int = 2
    wait_cost_per_hour: float = 18.0
    travel_cost_per_hour: float = 36.0
    solver: Solving = field(default_factory=lambda: Solving(gap=5e-3))
    planners: dict[str, ImagingPlanner] = field(default_factory=dict, init=False, repr=False, metadata=NOT_A_SETTING)

    def decide(self, view: EquipmentView) -> EquipmentDecision:
        """Return the openings of least expected cost; `objective` is that cost for all that was planned."""
        hours: list[Hour] = []
        endings, cost, bound, seconds = {str(Ending.OPTIMAL)}, 0.0, 0.0, 0.0
        binding = Binding()
        for e in self._open_questions(view):
            sessions = Sessions(view, e, self.session_hours)
            solved = self._solved(sessions)
            seconds += solved.seconds
            if solved.solution is None:
                return self._by_rule(view, solved.told, seconds)
            hours += [(h, e, view.hour + hour) for h, hour in self._now(sessions, solved.solution)]
            endings.add(solved.told)
            binding = joined(binding, solved.binding)
            cost, bound = cost + solved.solution.cost, bound + (solved.bound if solved.bound is not None else nan)
        h, kind, hour = np.array(hours, dtype=np.int64).reshape(-1, 3).T.copy()
        gap = abs(cost - bound) / max(abs(cost), 1e-9)
        ending = max(sorted(endings), key=lambda one: (one.endswith("blown"), one != str(Ending.OPTIMAL)))
        found = (h, kind, hour, np.ones(len(h), dtype=np.int64))
        return EquipmentDecision(*found, ending=ending, objective=cost, gap=gap, seconds=seconds, binding=binding)

    def _open_questions(self, view: EquipmentView) -> Iterator[int]:
        """Yield the equipment of which something could be opened now, and could not be at the next review."""
        can_open = view.can_open[..., self._due(view)]
        for e, minutes in enumerate(view.facts.mean_min.tolist()):
            if minutes > 0 and can_open[:, e].any() and (view.waiting[:, e].any() or (view.asked[:, e] > 0).any()):
                yield e

    def _due(self, view: EquipmentView) -> slice:
        """Return the hours shown that a session due now may begin in, or go on."""
        first = max(view.first_hour, 0)
        return slice(first, first + self._lead(view) + self.session_hours - 1)

    def _lead(self, view: EquipmentView) -> int:
        """Count the hours after the first in which a session must begin to be due now."""
        return max(self.session_hours, ceil(view.facts.review_every_min / MINUTES_PER_HOUR))

    def _now(self, sessions: Sessions, plan: ImagingPlan) -> Iterator[tuple[int, int]]:
        """Yield hospital and hour of every opening that is due now."""
        first = max(sessions.view.first_hour, 0)
        for session in plan.opened:
            hospital, hours = sessions.hours_of(session)
            if hours[0] < first + self._lead(sessions.view):
                yield from ((hospital, hour) for hour in hours)

    def _solved(self, sessions: Sessions) -> Solved[ImagingPlan]:
        """Plan one kind of equipment; its program is compiled once and kept."""
        facts = sessions.view.facts
        code = facts.equipment_codes[sessions.equipment]
        if code not in self.planners:
            self.planners[code] = ImagingPlanner(horizon_min=np.inf, freeze_min=0.0, opening_notice_min=0.0)
        self.planners[code].options = self.solver.over(PLANNING)
        prices = Prices(self.wait_cost_per_hour, self.travel_cost_per_hour)
        welcome = self.welcome(facts)[..., sessions.equipment]
        return self.planners[code].plan(sessions.case(welcome, prices, self.max_travel_min))

    def _by_rule(self, view: EquipmentView, ending: str, seconds: float) -> EquipmentDecision:
        """Decide by the rule, and say why."""
        ruled = OpenWhenLong(self.max_travel_min).decide(view)
        hours = (ruled.hospital, ruled.equipment, ruled.hour, ruled.units)
        return EquipmentDecision(*hours, ending=f"rule after {ending}", seconds=seconds)

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield every impossible setting; `where` is the field of this policy."""
        yield from Partners.faults(self, where)
        yield from least(where, "session_hours", self.session_hours, 1)
        for name in ("wait_cost_per_hour", "travel_cost_per_hour"):
            yield from least(where, name, getattr(self, name), 0)
