"""The optimized member of the dispatch seat: road and wait together as short as can be."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import nan

import numpy as np

from optimize.binding import dearest
from optimize.contract import Ending, Solved
from optimize.dispatch.case import DispatchCase, DispatchPlan
from optimize.dispatch.planner import PLANNING, DispatchPlanner
from policies.dispatch.driving import Driving, choices, directed, known
from policies.dispatch.nearest_open import NearestOpen, nearest
from policies.settings import NOT_A_SETTING, WrongSetting
from policies.solving import Solving
from sim.contract import DispatchDecision, DispatchView
from sim.units import ACUITIES, BoolArray, FloatArray

N_STRETCHES = 12
"""How finely the line of a hospital is cut: free spaces, then one patient each, the last without end."""


@dataclass(slots=True)
class LeastWait(Driving):
    """Bring the calls expected in the next hours where weighted road and expected wait are shortest.

    Expected are as many calls of each zone and acuity as in the last day. The n-th patient in the line of a hospital
    waits n times `stay_min` / spaces, the time from one space that comes free to the next; who is on the way stands
    in line already, and those who walk in are not foreseen. The most urgent are sent to the nearest only. Groups
    without calls in the last day, hospitals of which nothing is known and those without agreement keep their patients.
    When the solver has no answer the rule `nearest_open` decides.

    Settings: `stay_min`, the mean stay in an emergency space (assumption A-ED-STAY, range 120 to 300);
    `divert_min`, the minutes that bringing somebody elsewhere than chosen must save (assumption A-DIVERT-COST, range 0
    to 30); `road_weight` by acuity, how much worse a minute on the road is than one in line (assumption A-ROAD-WEIGHT,
    range 1 to 3 for the least urgent); `most_diverted_share`, of all calls.
    """

    horizon_hours: float = 1.0
    stay_min: float = 200.0
    divert_min: float = 5.0
    most_diverted_share: float = 0.5
    road_weight: list[float] = field(default_factory=lambda: [10.0, 5.0, 3.0, 2.0, 1.0])
    solver: Solving = field(default_factory=Solving)
    planned: DispatchPlanner | None = field(default=None, init=False, repr=False, compare=False, metadata=NOT_A_SETTING)

    def decide(self, view: DispatchView) -> DispatchDecision:
        """Return the table of the plan; `objective` is its weighted minutes, road and wait together."""
        if not (directed(view) > 0).any() or not view.calls_per_hour.any():
            return DispatchDecision()
        case = self._case(view)
        solved, prices, spared = self._planner(case).plan(case)
        if solved.solution is None:
            return self._by_rule(view, solved)
        words = [
            f"{name} has {free:g} spaces free" for name, free in zip(case.hospitals, case.places[:, 0], strict=True)
        ]
        words.append(f"{case.most_diverted:.3g} patients may be brought elsewhere")
        return DispatchDecision(
            share=self._share(view, solved.solution),
            ending=solved.told,
            objective=solved.solution.minutes,
            gap=0.0 if solved.ending is Ending.OPTIMAL else nan,
            binding=dearest(np.append(np.maximum(prices, 0.0), max(spared, 0.0)), words.__getitem__),
            seconds=solved.seconds,
        )

    def _case(self, view: DispatchView) -> DispatchCase:
        """State the program of this review; groups are zones times acuities."""
        zones, hospitals = view.facts.choice_share.shape
        calls = view.calls_per_hour.reshape(-1) * self.horizon_hours
        own = np.repeat(np.where(known(view), view.facts.choice_share, 0.0), ACUITIES, axis=0) * calls[:, None]
        weight = np.tile(np.array(self.road_weight), zones)
        places, wait_min = self._lines(view)
        return DispatchCase(
            groups=tuple(f"{zone} {acuity}" for zone in view.facts.zone_ids for acuity in range(1, ACUITIES + 1)),
            hospitals=view.facts.hospital_ids,
            calls=own.sum(axis=1),
            own=own,
            ways=self._group_ways(view).reshape(-1, hospitals),
            road_min=np.repeat(view.facts.travel_min, ACUITIES, axis=0) * weight[:, None],
            places=places,
            wait_min=wait_min,
            divert_min=self.divert_min,
            most_diverted=self.most_diverted_share * float(own.sum()),
        )

    def _group_ways(self, view: DispatchView) -> BoolArray:
        """Mark where patients may be sent, (n_zones, 5, n_hospitals): the most urgent only to the nearest hospital."""
        ways = self.ways(view)
        to, found = nearest(view, ways)
        marked = np.repeat(ways[:, None, :], ACUITIES, axis=1)
        only = np.zeros_like(ways)
        only[found, to[found]] = True
        marked[:, : self.nearest_acuity] = only[:, None, :]
        return marked

    def _lines(self, view: DispatchView) -> tuple[FloatArray, FloatArray]:
        """Return places and waits on the stretches of every line, both (n_hospitals, N_STRETCHES)."""
        spaces, busy, waiting = (np.nan_to_num(column, nan=1.0) for column in (view.spaces, view.busy, view.waiting))
        free = spaces - busy - waiting - view.on_way
        places = np.ones((len(free), N_STRETCHES))
        places[:, 0], places[:, -1] = np.maximum(free, 0.0), np.inf
        ahead = np.maximum(-free, 0.0)[:, None] + np.arange(N_STRETCHES) - 0.5
        ahead[:, 0] = 0.0
        return places, ahead * (self.stay_min / np.maximum(spaces, 1.0))[:, None]

    def _planner(self, case: DispatchCase) -> DispatchPlanner:
        """Return the compiled program of these ways, the same as long as they are."""
        if self.planned is None or not self.planned.fits(case.ways):
            self.planned = DispatchPlanner(case, self.solver.over(PLANNING))
        return self.planned

    def _share(self, view: DispatchView, plan: DispatchPlan) -> FloatArray:
        """Turn a plan into shares, (n_zones, 5, n_hospitals); groups without calls keep their choice."""
        share = choices(view)
        brought = plan.brought.reshape(share.shape)
        total = brought.sum(axis=2, keepdims=True)
        planned = np.divide(brought, total, out=np.zeros_like(brought), where=total > 0)
        told = planned * directed(view)[:, None, None] + np.where(known(view), 0.0, share)
        return np.where(total > 0, told, share)

    def _by_rule(self, view: DispatchView, solved: Solved[DispatchPlan]) -> DispatchDecision:
        """Decide by the rule on the same terms, and say why."""
        rule = NearestOpen(self.max_detour_min, self.nearest_acuity)
        share = rule.decide(view).share
        return DispatchDecision(share=share, ending=f"rule after {solved.told}", seconds=solved.seconds)

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield every impossible setting; `where` is the field of this policy."""
        yield from Driving.faults(self, where)
        for name in ("horizon_hours", "stay_min"):
            if not 0 < getattr(self, name) < np.inf:
                yield WrongSetting(f"{where}.{name}", getattr(self, name), "give a finite number above zero")
        if not 0 <= self.divert_min < np.inf:
            yield WrongSetting(f"{where}.divert_min", self.divert_min, "give a finite number, zero or more")
        if not 0 <= self.most_diverted_share <= 1:
            yield WrongSetting(f"{where}.most_diverted_share", self.most_diverted_share, "give a share from 0 to 1")
        weights = self.road_weight
        if len(weights) != ACUITIES or not all(0 <= weight < np.inf for weight in weights):
            mend = f"give {ACUITIES} finite weights of zero or more, for acuity 1 to {ACUITIES}"
            yield WrongSetting(f"{where}.road_weight", weights, mend)
