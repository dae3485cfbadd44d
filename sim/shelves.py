"""Describe the medicines a hospital keeps: how much at the start, how long they last, and how more comes."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from sim.faults import Fault
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR, FloatArray


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
    deliveries a day (a Poisson process), or as a `review` orders it, or both. `price` is that of a unit; what is `cold`
    must not travel for long, what is `controlled` by law not at all.
    """

    medicine: str
    at_start: float = 0.0
    life_min: float = inf
    deliveries_per_day: float = 0.0
    units_per_delivery: float = 1.0
    review: Review | None = None
    price: float = 0.0
    cold: bool = False
    controlled: bool = False

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield faults of negative amounts and of a life or a delivery of nothing."""
        for name in ("at_start", "deliveries_per_day", "price"):
            if not 0 <= getattr(self, name) < inf:
                yield Fault(f"{field}.{name}", getattr(self, name), "give a finite number of zero or more")
        if not self.life_min > 0:
            yield Fault(f"{field}.life_min", self.life_min, "give minutes above zero, or leave it out for no expiry")
        if not 0 < self.units_per_delivery < inf:
            yield Fault(f"{field}.units_per_delivery", self.units_per_delivery, "give units above zero")
        if self.review:
            yield from self.review.faults(f"{field}.review")


@dataclass(frozen=True, slots=True)
class ExchangeRules:
    """Set how hospitals exchange medicines: reviews, and what moving some takes.

    A lot is on its way for `handling_min` and the road; a trip costs the vehicle's hours for both, and for the way
    back, whatever it carries. What needs the cold is on its way for `cold_max_min` at most.
    """

    review_every_min: float = MINUTES_PER_DAY
    handling_min: float = 0.0
    cost_per_hour: float = 0.0
    cold_max_min: float = inf

    def transit_min(self, travel_min: FloatArray) -> FloatArray:
        """Return minutes from one hospital to another, of the shape of `travel_min`."""
        return self.handling_min + travel_min

    def trip_cost(self, travel_min: FloatArray) -> FloatArray:
        """Return what a trip costs, of the shape of `travel_min`."""
        return (self.handling_min + 2.0 * travel_min) / MINUTES_PER_HOUR * self.cost_per_hour

    def faults(self) -> Iterator[Fault]:
        """Yield faults of an interval that is not above zero, and of negative times and costs."""
        if not 0 < self.review_every_min < inf:
            yield Fault("exchange.review_every_min", self.review_every_min, "give minutes above zero")
        for name in ("handling_min", "cost_per_hour"):
            if not 0 <= getattr(self, name) < inf:
                yield Fault(f"exchange.{name}", getattr(self, name), "give a finite number of zero or more")
        if not self.cold_max_min > 0:
            yield Fault("exchange.cold_max_min", self.cold_max_min, "give minutes above zero")
