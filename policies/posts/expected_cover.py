"""The optimized member of the posts seat: most calls find a free crew near, by expected covering."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import nan

import numpy as np

from optimize.location.case import LocationCase
from optimize.location.planner import PLANNING, LocationPlanner
from policies.settings import NOT_A_SETTING, WrongSetting
from policies.solving import Solving
from sim.contract import PostsDecision, PostsView
from sim.units import FloatArray


@dataclass(slots=True)
class ExpectedCover:
    """Choose the stations from which most calls are expected to find a free crew within `threshold_min`.

    `optimize.location` (MEXCLP; with crews that are never busy MCLP) places the crews, whole, for the calls by zone of
    `history_weeks` of a past of the city's own; with 0 weeks all zones count alike. `threshold_min` is the response
    that counts as covered (assumption A-RESPONSE, range 6 to 15). When the solver has no answer, crews stay where they
    are.
    """

    threshold_min: float = 8.0
    history_weeks: int = 4
    solver: Solving = field(default_factory=Solving)
    expected_calls: FloatArray | None = field(default=None, repr=False, compare=False, metadata=NOT_A_SETTING)

    def decide(self, view: PostsView) -> PostsDecision:
        """Return where crews wait; `objective` is the calls an hour expected to be covered."""
        solved = LocationPlanner(freeze_min=0.0, options=self.solver.over(PLANNING)).plan(self.case(view))
        plan = solved.solution
        if plan is None:
            return PostsDecision(ending=f"rule after {solved.told}", seconds=solved.seconds)
        gap = nan if solved.bound is None else max(solved.bound - plan.value, 0.0) / max(plan.value, 1e-9)
        return PostsDecision(
            crews=np.array(plan.vehicles[0], dtype=np.int64),
            ending=solved.told,
            objective=plan.value,
            gap=gap,
            binding=solved.binding,
            seconds=solved.seconds,
        )

    def case(self, view: PostsView) -> LocationCase:
        """State the question: one hour that stands for all."""
        facts, n_zones = view.facts, len(view.facts.zone_ids)
        calls = np.ones(n_zones) if self.expected_calls is None else self.expected_calls
        return LocationCase(
            zones=facts.zone_ids,
            stations=facts.station_ids,
            demand=calls[:, None],
            travel_min=facts.travel_min,
            threshold_min=self.threshold_min,
            capacity=facts.room,
            fleet=np.array([facts.usual.sum()]),
            busy=np.array([facts.busy_share]),
        )

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield every impossible setting; `where` is the field of this policy."""
        if not 0 < self.threshold_min < np.inf:
            yield WrongSetting(f"{where}.threshold_min", self.threshold_min, "give minutes above zero")
        if self.history_weeks < 0:
            yield WrongSetting(
                f"{where}.history_weeks", self.history_weeks, "give weeks, or 0 for zones that count alike"
            )
