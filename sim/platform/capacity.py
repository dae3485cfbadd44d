"""Count what is still free, so that nothing is promised twice.

What is used and given back (beds, staff, equipment) is taken for a window; what is used up (medicines) for good.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sim.platform.kinds import SharedKind
from sim.platform.records import Booking, Offer, Resource, Standing
from sim.platform.state import State


class Claim(NamedTuple):
    """Take units from a time up to, and not including, another."""

    starts_min: float
    ends_min: float
    units: int


def peak(claims: Iterable[Claim], starts_min: float, ends_min: float) -> int:
    """Return the most units that are taken at one time within a window."""
    changes = []
    for claim in claims:
        starts, ends = max(claim.starts_min, starts_min), min(claim.ends_min, ends_min)
        if starts < ends:
            changes += [(starts, claim.units), (ends, -claim.units)]
    level = most = 0
    for _, change in sorted(changes):  # at one time, what ends comes before what starts: its change is negative
        level += change
        most = max(most, level)
    return most


def free_of_offer(state: State, offer: Offer, starts_min: float, ends_min: float) -> int:
    """Return how many units of an offer can be booked for the whole of a window."""
    return offer.units - _taken(
        state.resources[offer.resource], claims_of(state.bookings_of(offer.id)), starts_min, ends_min
    )


def free_of_resource(state: State, resource: Resource, starts_min: float, ends_min: float) -> int:
    """Return how many units of a resource can be offered for the whole of a window."""
    return resource.units - _taken(resource, promised(state, resource), starts_min, ends_min)


def promised(state: State, resource: Resource) -> Iterator[Claim]:
    """Yield what is promised of a resource: open offers, and what was booked of those that are closed."""
    for offer in state.offers_of(resource.id):
        if offer.standing is Standing.OPEN:
            yield Claim(offer.starts_min, offer.ends_min, offer.units)
        else:
            yield from claims_of(state.bookings_of(offer.id))


def claims_of(bookings: Iterable[Booking]) -> Iterator[Claim]:
    """Yield what bookings take."""
    return (Claim(one.starts_min, one.ends_min, one.units) for one in bookings)


def _taken(resource: Resource, claims: Iterable[Claim], starts_min: float, ends_min: float) -> int:
    if resource.kind is SharedKind.MEDICINE:
        return sum(claim.units for claim in claims)
    return peak(claims, starts_min, ends_min)
