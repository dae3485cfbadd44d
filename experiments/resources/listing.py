"""List what a registry holds, as far as who asks may see it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from experiments.resources.calendar import time_text
from experiments.resources.tables import Cell, Table
from sim.platform.agreements import ANY, Subject
from sim.platform.capacity import free_of_offer
from sim.platform.desk import OPERATOR
from sim.platform.kinds import Act, SharedKind
from sim.platform.ledger import Row
from sim.platform.records import Booking, Offer, Pact, Record, Request, Resource, Standing, Status
from sim.platform.state import State
from sim.platform.terms import ATC, falls_under

RESOURCE = (
    "id",
    "name",
    "kind",
    "type",
    "owner",
    "place",
    "status",
    "units",
    "unit",
    "system",
    "code",
    "lot",
    "expires",
)
OFFER = ("id", "resource", "type", "owner", "units", "from", "until", "standing")
REQUEST = ("id", "hospital", "type", "units", "missing", "from", "until", "minutes", "purpose", "standing")
AGREEMENT = ("id", "owner", "user", "kinds", "from", "until", "purpose", "shows", "minimum_cell")
BOOKING = ("id", "offer", "resource", "type", "owner", "user", "units", "from", "until", "request", "standing")
LEDGER = ("number", "time", "actor", "action", "subject", "reason", "change", "hash")

SIGNS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Asker:
    """Say who asks, when and for what: the operator sees all, a hospital its own and what agreements let it see."""

    name: str = OPERATOR
    time_min: float = 0.0
    purpose: str = ANY

    def may_see(self, state: State, resource: Resource) -> bool:
        """Say whether the asker may see this very resource."""
        if self.name in (OPERATOR, resource.owner):
            return True
        subject = Subject(resource.owner, resource.kind)
        return bool(state.agreements().may(self.name, Act.SEE_ROWS, subject, self.time_min, self.purpose))

    def may_get(self, state: State, record: Record) -> bool:
        """Say whether the asker may see this very record: a resource, an offer of one, or what it is a party to."""
        if isinstance(record, Resource):
            return self.may_see(state, record)
        if isinstance(record, Offer):
            return self.may_see(state, state.resources[record.resource])
        if isinstance(record, Request):
            return self.is_party(record.hospital)
        if isinstance(record, Pact):
            return self.is_party(record.agreement.owner, record.agreement.user)
        return self.is_party(record.owner, record.user)

    def is_party(self, *names: str) -> bool:
        """Say whether the asker is one of these, or all are meant."""
        return self.name == OPERATOR or self.name in names or ANY in names


@dataclass(frozen=True, slots=True)
class Search:
    """Keep what is asked for; an empty field asks for nothing. `level` is an ATC code of any level."""

    kind: str = ""
    type: str = ""
    level: str = ""
    status: str = ""
    place: str = ""
    owner: str = ""
    window: tuple[float, float] | None = None

    def fits(self, state: State, resource: Resource) -> bool:
        """Say whether a resource is asked for; with a window, whether some of it can be booked throughout."""
        pairs = [(self.kind, resource.kind), (self.type, resource.type), (self.owner, resource.owner)]
        pairs += [(self.status, resource.status), (self.place, resource.place)]
        if any(asked and asked != found for asked, found in pairs):
            return False
        if resource.status is Status.WITHDRAWN and self.status != Status.WITHDRAWN:
            return False
        if self.level and not (resource.system == ATC and falls_under(resource.code, self.level)):
            return False
        return self.window is None or self.free_units(state, resource) > 0

    def free_units(self, state: State, resource: Resource) -> int:
        """Return the units on open offers that are free throughout the window."""
        if self.window is None or resource.status is not Status.AVAILABLE:
            return 0
        starts_min, ends_min = self.window
        offers = [one for one in state.offers_of(resource.id) if one.standing is Standing.OPEN]
        around = [one for one in offers if one.starts_min <= starts_min and ends_min <= one.ends_min]
        return sum(free_of_offer(state, one, starts_min, ends_min) for one in around)


def resources(state: State, asker: Asker, search: Search) -> Table:
    """Return the resources that are asked for and may be seen; with a window also how many units are free."""
    found = [one for one in state.resources.values() if search.fits(state, one) and asker.may_see(state, one)]
    if search.window is None:
        return Table(RESOURCE, [resource_row(one) for one in found])
    return Table((*RESOURCE, "free"), [(*resource_row(one), search.free_units(state, one)) for one in found])


def counts(state: State, asker: Asker) -> Table:
    """Return how many units others have of each type, where an agreement shows counts; small ones of people hidden."""
    totals: dict[tuple[str, SharedKind, str], int] = {}
    for one in state.resources.values():
        if one.status is Status.AVAILABLE and not asker.may_see(state, one):
            key = (one.owner, one.kind, one.type)
            totals[key] = totals.get(key, 0) + one.units
    return Table(("owner", "kind", "type", "units"), list(_counted(state, asker, totals)))


def _counted(state: State, asker: Asker, totals: dict[tuple[str, SharedKind, str], int]) -> Iterator[tuple[Cell, ...]]:
    agreements = state.agreements()
    for (owner, kind, type_), units in totals.items():
        people = units if kind is SharedKind.STAFF else None
        seen = [
            agreements.may(asker.name, Act.SEE_COUNTS, Subject(owner, kind, n), asker.time_min, asker.purpose)
            for n in (people, None)
        ]
        if any(seen):
            yield owner, kind.value, type_, units if seen[0] else "suppressed"


def offers(state: State, asker: Asker) -> Table:
    """Return the offers of resources that may be seen."""
    resource_of = state.resources
    found = [one for one in state.offers.values() if asker.may_see(state, resource_of[one.resource])]
    return Table(OFFER, [offer_row(state, one) for one in found])


def requests(state: State, asker: Asker) -> Table:
    """Return the requests that the asker made."""
    return Table(REQUEST, [request_row(state, one) for one in state.requests.values() if asker.is_party(one.hospital)])


def agreements(state: State, asker: Asker) -> Table:
    """Return the agreements that concern the asker."""
    found = [one for one in state.pacts.values() if asker.is_party(one.agreement.owner, one.agreement.user)]
    return Table(AGREEMENT, [pact_row(one) for one in found])


def bookings(state: State, asker: Asker) -> Table:
    """Return the bookings that the asker gives or gets."""
    found = [one for one in state.bookings.values() if asker.is_party(one.owner, one.user)]
    return Table(BOOKING, [booking_row(state, one) for one in found])


def ledger(rows: list[Row], form: str = "table") -> Table:
    """Return rows of the ledger: what changed in words, and the hash, of which tables show the first signs only."""
    shown = SIGNS_SHOWN if form == "table" else None
    return Table(LEDGER, [_ledger_row(row, shown) for row in rows])


def resource_row(one: Resource) -> tuple[Cell, ...]:
    """Return the cells of a resource."""
    what = (one.id, one.name, one.kind.value, one.type, one.owner, one.place, one.status.value, one.units, one.unit)
    return *what, one.system, one.code, one.lot, time_text(one.expires_min)


def offer_row(state: State, one: Offer) -> tuple[Cell, ...]:
    """Return the cells of an offer."""
    resource = state.resources[one.resource]
    window = time_text(one.starts_min), time_text(one.ends_min)
    return one.id, one.resource, resource.type, resource.owner, one.units, *window, one.standing.value


def request_row(state: State, one: Request) -> tuple[Cell, ...]:
    """Return the cells of a request."""
    window = time_text(one.starts_min), time_text(one.ends_min), one.duration_min
    missing = state.units_missing(one)
    return one.id, one.hospital, one.type, one.units, missing, *window, one.purpose, one.standing.value


def pact_row(one: Pact) -> tuple[Cell, ...]:
    """Return the cells of an agreement."""
    found = one.agreement
    window = time_text(found.starts_min), time_text(found.ends_min)
    shows = "counts" if found.aggregate_only else "rows"
    return one.id, found.owner, found.user, " ".join(found.kinds), *window, found.purpose, shows, found.minimum_cell


def booking_row(state: State, one: Booking) -> tuple[Cell, ...]:
    """Return the cells of a booking."""
    resource = state.resources[state.offers[one.offer].resource]
    what = (one.id, one.offer, resource.id, resource.type, one.owner, one.user, one.units)
    return *what, time_text(one.starts_min), time_text(one.ends_min), one.request, one.standing.value


def _ledger_row(row: Row, n_signs: int | None) -> tuple[Cell, ...]:
    entry = row.entry
    what = (entry.actor, entry.action, entry.subject, entry.reason, _change(entry.before, entry.after))
    return row.number, time_text(entry.time_min), *what, row.hash[:n_signs]


def _change(before: str, after: str) -> str:
    """Return which fields changed, from what into what; nothing for a thing that is new."""
    if not before or not after:
        return ""
    old, new = json.loads(before), json.loads(after)
    return "; ".join(f"{name}: {old.get(name)} -> {new[name]}" for name in new if old.get(name) != new[name])


TABLES: dict[str, Callable[[State, Asker], Table]] = {
    "resources": lambda state, asker: resources(state, asker, Search()),
    "offers": offers,
    "requests": requests,
    "agreements": agreements,
    "bookings": bookings,
    "counts": counts,
}
"""What `list` can list, beside the ledger."""
