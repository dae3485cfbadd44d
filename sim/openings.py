"""State the rules by which hours of equipment may be opened beyond the roster."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from sim.faults import Fault


@dataclass(frozen=True, slots=True)
class OpeningRules:
    """Set how hours of equipment are opened: when that is decided, with which notice, how far ahead, at what cost.

    An hour begins no sooner than `opening_notice_min` after the decision and within `horizon_hours`. It costs
    `cost_per_opened_hour` for each unit, with the staff who come for it. No more than `most_extra_units` of one pool
    are opened in the same hour, and never more than there are.
    """

    review_every_min: float = 60.0
    opening_notice_min: float = 120.0
    horizon_hours: int = 24
    cost_per_opened_hour: float = 0.0
    most_extra_units: int = 1

    def faults(self) -> Iterator[Fault]:
        """Yield faults of the review interval, the notice, the horizon, the cost and the number of units."""
        if not 0 < self.review_every_min < inf:
            yield Fault("openings.review_every_min", self.review_every_min, "give minutes above zero")
        if not 0 <= self.opening_notice_min < inf:
            yield Fault("openings.opening_notice_min", self.opening_notice_min, "give minutes of zero or more")
        if self.horizon_hours * 60.0 <= self.opening_notice_min:
            mend = f"give hours that reach beyond the notice ({self.opening_notice_min:g} min)"
            yield Fault("openings.horizon_hours", self.horizon_hours, mend)
        if not 0 <= self.cost_per_opened_hour < inf:
            yield Fault("openings.cost_per_opened_hour", self.cost_per_opened_hour, "give a finite cost, zero or more")
        if self.most_extra_units < 0:
            yield Fault("openings.most_extra_units", self.most_extra_units, "give units of zero or more")
