"""Take what hospitals want, refuse what cannot be, and write down every change."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from sim.faults import Fault
from sim.platform.agreements import Agreement
from sim.platform.capacity import free_of_resource
from sim.platform.endings import called_off, withdrawn
from sim.platform.kinds import SharedKind
from sim.platform.ledger import Entry, Ledger, Row
from sim.platform.matching import Slot, best_slot
from sim.platform.records import Booking, Offer, Pact, Record, Request, Resource, Standing, Status, to_text
from sim.platform.refusals import refusal, stop_at, unknown, window_faults
from sim.platform.state import fold

OPERATOR = "operator"
"""Who may act for every hospital."""

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Call:
    """Say who wants something, at which minute from time zero, and why."""

    actor: str
    time_min: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Scheduled:
    """Hold the bookings that were made, and of every request that misses units how many, and why."""

    bookings: tuple[Booking, ...]
    missing: tuple[tuple[Request, int, str], ...]


class Desk:
    """Keep a state and its ledger together: every method that changes something refuses, or writes rows.

    Refusals are a `ScenarioError` that names field, value and mend; then nothing was changed.
    """

    __slots__ = ("ledger", "state")

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        """Go on from the rows of a ledger."""
        self.ledger = Ledger(rows)
        self.state = fold(row.entry for row in self.ledger.rows)

    def register(self, call: Call, resource: Resource) -> Resource:
        """Add a resource of the caller's; what was withdrawn can come back, but not a lot of a medicine."""
        stop_at(self.register_faults(call, resource))
        return self._write(call, "register", resource)

    def register_faults(self, call: Call, resource: Resource) -> list[Fault]:
        """Return why a resource cannot be registered; nothing when it can."""
        known = self.state.resources.get(resource.id)
        faults = list(resource.faults(resource.id or "resource"))
        if known is not None and not _comes_back(known, resource):
            mend = f"take another id; {known.owner} has registered {known.name} under it"
            faults.append(Fault(f"{resource.id}.id", resource.id, mend))
        if call.actor not in (OPERATOR, resource.owner):
            faults.append(Fault(f"{resource.id}.owner", resource.owner, f"{call.actor} can register only its own"))
        return faults

    def change_status(self, call: Call, resource_id: str, status: Status) -> Resource:
        """Say that a resource is down, when nothing new is booked but bookings stand, or available again."""
        resource = self.resource(resource_id)
        if status is Status.WITHDRAWN:
            raise refusal("status", status.value, "withdraw the resource")
        _check_actor(call, resource.owner)
        return self._write(call, "status", replace(resource, status=status))

    def offer(self, call: Call, wanted: Offer) -> Offer:
        """Offer units of a resource for a window; what is promised already cannot be offered again."""
        resource = self.resource(wanted.resource)
        _check_actor(call, resource.owner)
        stop_at(window_faults("offer", wanted.starts_min, wanted.ends_min, wanted.units))
        if wanted.ends_min > resource.expires_min:
            raise refusal("offer.ends", "after the lot expires", "end the offer when the lot expires, or before")
        free = free_of_resource(self.state, resource, wanted.starts_min, wanted.ends_min)
        if wanted.units > free:
            mend = f"at most {free} of {resource.units} are not promised yet in this window"
            raise refusal("offer.units", wanted.units, mend)
        return self._write(call, "offer", replace(wanted, id=f"offer-{len(self.state.offers) + 1}"))

    def request(self, call: Call, wanted: Request) -> Request:
        """Ask for units of a type within a window."""
        _check_actor(call, wanted.hospital)
        stop_at(window_faults("request", wanted.starts_min, wanted.ends_min, wanted.units))
        longest = wanted.ends_min - wanted.starts_min
        if wanted.kind is not SharedKind.MEDICINE and not 0 < wanted.duration_min <= longest:
            raise refusal("request.duration", wanted.duration_min, f"give more than 0 and at most {longest:g} minutes")
        if not wanted.transit_min >= 0:
            raise refusal("request.transit", wanted.transit_min, "give 0 minutes or more")
        return self._write(call, "request", replace(wanted, id=f"request-{len(self.state.requests) + 1}"))

    def agree(self, call: Call, agreement: Agreement) -> Pact:
        """Let another hospital see and use what is the caller's."""
        stop_at(agreement.faults("agreement"))
        _check_actor(call, agreement.owner)
        return self._write(call, "agree", Pact(f"agreement-{len(self.state.pacts) + 1}", agreement))

    def schedule(self, call: Call, request_id: str = "") -> Scheduled:
        """Book what is free and allowed for one request, or for all in the order in which they came.

        Nothing is booked into the past. A request may get its units from several offers, and fewer than it wants.
        """
        requests = self.state.requests
        if request_id and request_id not in requests:
            raise unknown("request", request_id, requests)
        bookings: list[Booking] = []
        missing = []
        for request in [requests[request_id]] if request_id else list(requests.values()):
            while units := self.state.units_missing(request):
                slot = best_slot(self.state, request, call.time_min)
                if isinstance(slot, str):
                    missing.append((request, units, slot))
                    break
                bookings.append(self._write(call, "schedule", self._booking(request, slot)))
        return Scheduled(tuple(bookings), tuple(missing))

    def unschedule(self, call: Call, booking_id: str) -> Booking:
        """Call off a booking that has not begun, or end one that goes on."""
        booking = self.state.bookings.get(booking_id)
        if booking is None:
            raise unknown("booking", booking_id, self.state.bookings)
        _check_actor(call, booking.owner, booking.user)
        after = called_off(booking, call.time_min)
        if after is None:
            raise refusal("booking", booking_id, "leave it; it is over or was called off before")
        return self._write(call, "unschedule", after)

    def withdraw(self, call: Call, subject: str) -> list[Record]:
        """Take back a resource, an offer, a request or an agreement, with everything that rests on it.

        Returns:
            All records that changed; the last is what was named.
        """
        record = self.state.find(subject)
        if record is None:
            raise unknown("id", subject, [*self.state.resources, *self.state.offers, *self.state.requests])
        if isinstance(record, Booking):
            raise refusal("id", subject, "unschedule a booking")
        _check_actor(call, *self._parties(record))
        after = withdrawn(record, call.time_min)
        if after == record:
            raise refusal("id", subject, "leave it; it has ended or was withdrawn before")
        return [*self._withdraw_dependents(call, record), self._write(call, "withdraw", after)]

    def resource(self, resource_id: str) -> Resource:
        """Return a resource that is shared.

        Raises:
            ScenarioError: when there is none with this id, or it was withdrawn.
        """
        found = self.state.resources.get(resource_id)
        if found is None or found.status is Status.WITHDRAWN:
            known = [one.id for one in self.state.resources.values() if one.status is not Status.WITHDRAWN]
            raise unknown("resource", resource_id, known)
        return found

    def note(self, call: Call, action: str, subject: str) -> Row:
        """Write a row about something that changes nothing, such as an alert."""
        return self.ledger.append(Entry(call.time_min, call.actor, action, subject, call.reason))

    def _booking(self, request: Request, slot: Slot) -> Booking:
        owner = self.state.resources[slot.offer.resource].owner
        number = f"booking-{len(self.state.bookings) + 1}"
        parts = (slot.offer.id, request.id, slot.pact.id, owner, request.hospital)
        return Booking(number, *parts, slot.units, slot.starts_min, slot.ends_min)

    def _parties(self, record: Resource | Offer | Request | Pact) -> tuple[str, ...]:
        """Return who may withdraw a record: its owner, and of an agreement both."""
        if isinstance(record, Pact):
            return record.agreement.owner, record.agreement.user
        if isinstance(record, Offer):
            return (self.state.resources[record.resource].owner,)
        return (record.hospital,) if isinstance(record, Request) else (record.owner,)

    def _withdraw_dependents(self, call: Call, record: Record) -> list[Record]:
        changed: list[Record] = []
        if isinstance(record, Resource):
            for offer in [one for one in self.state.offers_of(record.id) if one.standing is Standing.OPEN]:
                changed += [
                    *self._withdraw_dependents(call, offer),
                    self._write(call, "withdraw", withdrawn(offer, call.time_min)),
                ]
        for booking in list(self.state.bookings_of(record.id)):
            after = called_off(booking, call.time_min)
            if after is not None:
                changed.append(self._write(call, "unschedule", after))
        return changed

    def _write(self, call: Call, action: str, record: R) -> R:
        known = self.state.find(record.id)
        before = to_text(known) if known is not None else ""
        self.ledger.append(Entry(call.time_min, call.actor, action, record.id, call.reason, before, to_text(record)))
        self.state.put(record)
        return record


def _comes_back(known: Resource, resource: Resource) -> bool:
    """Say whether a resource is one that was withdrawn: used-up lots cannot be told from new ones, so they are not."""
    same = (known.owner, known.type) == (resource.owner, resource.type)
    return same and known.status is Status.WITHDRAWN and known.kind is not SharedKind.MEDICINE


def _check_actor(call: Call, *allowed: str) -> None:
    if call.actor not in (OPERATOR, *allowed):
        raise refusal("by", call.actor, f"only {' or '.join(allowed)}, or the {OPERATOR}, may do this")
