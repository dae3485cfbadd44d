"""Describe the medicines a hospital keeps: how much at the start, how long they last, and how more comes."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from sim.faults import Fault


@dataclass(frozen=True, slots=True)
class Review:
    """Look at a shelf every so many minutes and order up to a level; what is ordered comes after `lead_min`."""

    every_min: float
    up_to: float
    lead_min: float = 0.0

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield faults of an interval or a level that is not above zero, and of a negative lead time."""
        for name, value in (("every_min", self.every_min), ("up_to", self.up_to)):
            if not 0 < value < inf:
                yield Fault(f"{field}.{name}", value, "give a finite number above zero")
        if not 0 <= self.lead_min < inf:
            yield Fault(f"{field}.lead_min", self.lead_min, "give minutes of zero or more")


@dataclass(frozen=True, slots=True)
class Shelf:
    """Describe the stock of one medicine at one hospital, in units; the oldest is used first, demand unmet is lost.

    Every unit lasts `life_min` from its delivery. More comes by chance, `units_per_delivery` at a time and so many
    deliveries a day (a Poisson process), or as a `review` orders it, or both.
    """

    medicine: str
    at_start: float = 0.0
    life_min: float = inf
    deliveries_per_day: float = 0.0
    units_per_delivery: float = 1.0
    review: Review | None = None

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield faults of negative amounts and of a life or a delivery of nothing."""
        for name in ("at_start", "deliveries_per_day"):
            if not 0 <= getattr(self, name) < inf:
                yield Fault(f"{field}.{name}", getattr(self, name), "give a finite number of zero or more")
        if not self.life_min > 0:
            yield Fault(f"{field}.life_min", self.life_min, "give minutes above zero, or leave it out for no expiry")
        if not 0 < self.units_per_delivery < inf:
            yield Fault(f"{field}.units_per_delivery", self.units_per_delivery, "give units above zero")
        if self.review:
            yield from self.review.faults(f"{field}.review")
