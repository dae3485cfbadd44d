"""Set how transfers work: who may send and receive, in which order beds are filled, and what a move takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import floor

from sim.distributions import Distribution
from sim.faults import Fault


class Tiers(StrEnum):
    """Say which beds transfers fill first: `all_alike`, or those of the sender's own region (`region_first`)."""

    ALL_ALIKE = "all_alike"
    REGION_FIRST = "region_first"


@dataclass(frozen=True, slots=True)
class TransferRules:
    """Set how transfers work: reviews, the time to arrange one (P80), and the ambulance crews of the city (P81).

    No transfer lifts the busy beds of a receiver above `receiving_cap_share` of those staffed (P65). A hospital sends
    patients only while its beds, of all kinds that patients can be transferred to, are taken to `trigger_share` or
    more of those staffed (P65: regular crises from .90); 0 lets every hospital send.
    """

    review_every_min: float
    placement: Distribution
    crew_busy: Distribution
    crews: int
    receiving_cap_share: float = 0.85
    trigger_share: float = 0.0
    tiers: Tiers = Tiers.ALL_ALIKE

    def open_beds(self, staffed: int, busy: int, waiting: int) -> int:
        """Count the transfers a hospital accepts: beds up to its cap, less those busy and those who wait there."""
        # No bed is lost to rounding, as in 0.29 * 100 = 28.999999999999996.
        return max(0, floor(self.receiving_cap_share * staffed + 1e-9) - busy - waiting)

    def may_send(self, staffed: int, busy: int) -> bool:
        """Say whether a hospital with so many of its staffed beds taken may send patients elsewhere."""
        return busy >= self.trigger_share * staffed - 1e-9

    def faults(self) -> Iterator[Fault]:
        """Yield faults of the review interval, the durations, the number of crews and the shares."""
        if not self.review_every_min > 0:
            yield Fault("transfers.review_every_min", self.review_every_min, "give minutes above zero")
        if self.crews < 1:
            yield Fault("transfers.crews", self.crews, "give at least one crew")
        if not 0 < self.receiving_cap_share <= 1:
            field = "transfers.receiving_cap_share"
            yield Fault(field, self.receiving_cap_share, "give a share above 0, at most 1")
        if not 0 <= self.trigger_share <= 1:
            mend = "give a share from 0 to 1; 0 lets every hospital send"
            yield Fault("transfers.trigger_share", self.trigger_share, mend)
        yield from self.placement.faults("transfers.placement")
        yield from self.crew_busy.faults("transfers.crew_busy")
