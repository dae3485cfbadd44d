"""Hold what is true now: the fold of all changes so far, each of which names what a thing has become."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sim.platform.agreements import Agreements
from sim.platform.ledger import Entry
from sim.platform.records import Booking, Offer, Pact, Record, Request, Resource, Standing, from_text, kind_of


@dataclass(slots=True)
class State:
    """Hold the newest record of every thing, in the order in which the things came."""

    resources: dict[str, Resource] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)
    requests: dict[str, Request] = field(default_factory=dict)
    pacts: dict[str, Pact] = field(default_factory=dict)
    bookings: dict[str, Booking] = field(default_factory=dict)
    _offers_of: dict[str, list[str]] = field(default_factory=dict, repr=False)
    _offers_by_type: dict[str, list[str]] = field(default_factory=dict, repr=False)
    _bookings_of: dict[str, list[str]] = field(default_factory=dict, repr=False)

    def find(self, subject: str) -> Record | None:
        """Return the record with this id; None when there is none."""
        tables: dict[str, Mapping[str, Record]] = {
            "resource": self.resources,
            "offer": self.offers,
            "request": self.requests,
            "agreement": self.pacts,
            "booking": self.bookings,
        }
        return tables[kind_of(subject)].get(subject)

    def put(self, record: Record) -> None:
        """Add a thing, or take a newer record of it in the place of the older."""
        if isinstance(record, Resource):
            self.resources[record.id] = record
        elif isinstance(record, Request):
            self.requests[record.id] = record
        elif isinstance(record, Pact):
            self.pacts[record.id] = record
        elif isinstance(record, Offer):
            if record.id not in self.offers:
                self._offers_of.setdefault(record.resource, []).append(record.id)
                type_ = self.resources[record.resource].type  # which a resource keeps for good
                self._offers_by_type.setdefault(type_, []).append(record.id)
            self.offers[record.id] = record
        else:
            if record.id not in self.bookings:
                for owner in (record.offer, record.request, record.pact):
                    self._bookings_of.setdefault(owner, []).append(record.id)
            self.bookings[record.id] = record

    def take(self, entry: Entry) -> None:
        """Follow one change; an entry that says nothing of what came after changes nothing."""
        if entry.after:
            self.put(from_text(entry.subject, entry.after))

    def offers_of(self, resource: str) -> Iterator[Offer]:
        """Yield all offers of a resource."""
        return (self.offers[one] for one in self._offers_of.get(resource, ()))

    def offers_by_type(self, type_: str) -> Iterator[Offer]:
        """Yield all offers of resources of a type, in the order in which they were made."""
        return (self.offers[one] for one in self._offers_by_type.get(type_, ()))

    def bookings_of(self, subject: str) -> Iterator[Booking]:
        """Yield the bookings of an offer, a request or an agreement that were not called off."""
        found = (self.bookings[one] for one in self._bookings_of.get(subject, ()))
        return (one for one in found if one.standing is not Standing.CLOSED)

    def agreements(self) -> Agreements:
        """Return all agreements, those that have ended too."""
        return Agreements(pact.agreement for pact in self.pacts.values())

    def units_missing(self, request: Request) -> int:
        """Return how many units of a request no booking gives in full; 0 once it is withdrawn."""
        if request.standing is Standing.CLOSED:
            return 0
        given = sum(one.units for one in self.bookings_of(request.id) if one.standing is Standing.OPEN)
        return request.units - given


def fold(entries: Iterable[Entry]) -> State:
    """Return the state after all entries, from nothing."""
    state = State()
    for entry in entries:
        state.take(entry)
    return state
