"""Find what an open request can have: earliest first, then what is lost soonest, then what was offered first."""

from collections.abc import Iterator
from typing import NamedTuple

from sim.platform.agreements import Subject
from sim.platform.capacity import free_of_offer
from sim.platform.kinds import Act, SharedKind
from sim.platform.records import LEAST_LIFE_MIN, Offer, Pact, Request, Resource, Standing, Status
from sim.platform.state import State


class Slot(NamedTuple):
    """Give units of an offer from a time until another, under an agreement; the smallest slot is the best."""

    starts_min: float
    offer_ends_min: float
    ends_min: float
    offer: Offer
    pact: Pact
    units: int


def best_slot(state: State, request: Request, now_min: float) -> Slot | str:
    """Return the best slot for the units that a request still misses, or the reason why there is none."""
    offers = [one for one in state.offers_by_type(request.type) if _is_open(state, one, request)]
    if not offers:
        return f"nobody else offers {request.type} that is available"
    allowed = [(offer, pact) for offer in offers for pact in _pacts(state, offer, request)]
    if not allowed:
        owners = sorted({state.resources[offer.resource].owner for offer in offers})
        return f"no agreement allows {request.hospital} to use {request.type} of {', '.join(owners)}"
    slots = [slot for pair in allowed for slot in _first_slot(state, *pair, request, now_min)]
    if not slots and not any(_holds_within(pact, request, now_min) for _, pact in allowed):
        return f"no agreement allows {request.hospital} to use {request.type} within the window"
    if not slots:
        return f"no {request.type} is free within the window"
    return min(slots, key=lambda slot: slot[:2])  # the first of those alike: what was offered, then agreed on, first


def _holds_within(pact: Pact, request: Request, now_min: float) -> bool:
    agreement = pact.agreement
    return agreement.starts_min < request.ends_min and agreement.ends_min > max(request.starts_min, now_min)


def _is_open(state: State, offer: Offer, request: Request) -> bool:
    resource = state.resources[offer.resource]
    is_open = offer.standing is Standing.OPEN and resource.status is Status.AVAILABLE
    return is_open and resource.owner != request.hospital


def _pacts(state: State, offer: Offer, request: Request) -> Iterator[Pact]:
    """Return the agreements under which the hospital may use the offer at some time, in the order they were made."""
    resource = state.resources[offer.resource]
    subject = Subject(resource.owner, resource.kind)
    between = (one for one in state.pacts.values() if one.agreement.names(resource.owner, request.hospital))
    return (one for one in between if not any(one.agreement.refusals(Act.USE, subject, request.purpose)))


def _first_slot(state: State, offer: Offer, pact: Pact, request: Request, now_min: float) -> Iterator[Slot]:
    """Yield the earliest slot in an offer under an agreement, if there is one."""
    opens = max(offer.starts_min, request.starts_min, pact.agreement.starts_min, now_min)
    closes = min(offer.ends_min, pact.agreement.ends_min)
    if state.resources[offer.resource].kind is SharedKind.MEDICINE:
        is_late = opens > _last_handover(state.resources[offer.resource], request)
        starts, duration_min = [] if is_late or opens >= closes else [opens], 0.0
    else:
        duration_min = request.duration_min
        starts = _starts(state, offer, opens, min(closes, request.ends_min) - duration_min)
    for start in starts:
        free = free_of_offer(state, offer, start, start + duration_min)
        if free > 0:
            units = min(free, state.units_missing(request))
            yield Slot(start, offer.ends_min, start + duration_min, offer, pact, units)
            return


def _starts(state: State, offer: Offer, first_min: float, last_min: float) -> list[float]:
    """Return the times at which a slot can start first: as soon as possible, and whenever a booking ends."""
    ends = {one.ends_min for one in state.bookings_of(offer.id)}
    return [start for start in sorted({first_min, *ends}) if first_min <= start <= last_min]


def _last_handover(resource: Resource, request: Request) -> float:
    """Return until when a lot can be handed over: it must come in time, and be good for long enough after."""
    return min(request.ends_min, resource.expires_min - LEAST_LIFE_MIN) - request.transit_min
