"""Say how hospitals lend staff to each other: for which shifts, how far, at which price, and who must stay."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from sim.faults import Fault


@dataclass(frozen=True, slots=True)
class LoanRules:
    """Set how staff is lent: for a whole shift that begins `lead_min` after the review in which it is decided.

    The first review is `first_min` after midnight (of the day at time zero), and then every `review_every_min`. Who is
    lent goes straight to the other hospital when the shift begins, is on duty there after the road, and until the shift
    ends. The road there and back is paid and counts as duty nowhere; the shift is paid `premium_share` above the wage.
    A lender keeps at least `kept_share` of those on its roster in every hour of the shift, and at least `kept_least`;
    nobody goes farther than `max_travel_min`.
    """

    review_every_min: float = 480.0
    first_min: float = 360.0
    lead_min: float = 60.0
    shift_min: float = 480.0
    kept_share: float = 0.75
    kept_least: int = 1
    max_travel_min: float = 60.0
    premium_share: float = 0.25
    wage_per_hour: float = 37.24

    def faults(self) -> Iterator[Fault]:
        """Yield faults of times, of shares, and of a road that takes the whole shift."""
        for name in ("review_every_min", "shift_min"):
            if not 0 < getattr(self, name) < inf:
                yield Fault(f"loans.{name}", getattr(self, name), "give minutes above zero")
        for name in ("first_min", "lead_min", "max_travel_min", "premium_share", "wage_per_hour"):
            if not 0 <= getattr(self, name) < inf:
                yield Fault(f"loans.{name}", getattr(self, name), "give a number of zero or more")
        if not 0 <= self.kept_share <= 1:
            yield Fault("loans.kept_share", self.kept_share, "give a share between 0 and 1")
        if self.kept_least < 0:
            yield Fault("loans.kept_least", self.kept_least, "give zero or more")
        if self.max_travel_min >= self.shift_min:
            yield Fault("loans.max_travel_min", self.max_travel_min, f"give less than the shift ({self.shift_min})")
