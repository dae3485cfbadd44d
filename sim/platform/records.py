"""Describe what the platform keeps: resources, offers, requests, agreements and bookings, and how each is written."""

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, TypeAlias

from sim.faults import Fault
from sim.platform.agreements import ANY, Agreement
from sim.platform.kinds import SharedKind
from sim.platform.ledger import written

LEAST_LIFE_MIN = 1440.0
"""How long a lot must still be good for after it has come, in minutes: 24 h (the rule of near-expiry exchange)."""

_NUMBERED = re.compile(r"(offer|request|agreement|booking)-[1-9]\d*")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,63}")


class Status(StrEnum):
    """Name the states of a resource; what is withdrawn stays known, but is not shared any more."""

    AVAILABLE = "available"
    DOWN = "down"
    WITHDRAWN = "withdrawn"


class Standing(StrEnum):
    """Name the states of an offer, a request, or a booking; only a booking that had begun is cut short."""

    OPEN = "open"
    CUT = "cut"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Resource:
    """Describe a shareable thing: `units` whole units of one type, at a place, owned by one hospital.

    `unit` is what is counted ("each", or "mg" of a medicine). A lot of a medicine has `expires_min`, minutes from
    time zero.
    """

    id: str
    name: str
    kind: SharedKind
    type: str
    owner: str
    place: str
    units: int = 1
    unit: str = "each"
    system: str = ""
    code: str = ""
    status: Status = Status.AVAILABLE
    lot: str = ""
    expires_min: float = math.inf

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield what is impossible in itself; `field` is where the resource stands."""
        if not _ID.fullmatch(self.id):
            yield Fault(f"{field}.id", self.id, "use 1 to 64 letters, digits, dots and dashes, a letter or digit first")
        elif _NUMBERED.fullmatch(self.id):
            yield Fault(f"{field}.id", self.id, "take another id; those with such a number are the platform's own")
        for name in ("name", "type", "owner", "place"):
            if not getattr(self, name):
                yield Fault(f"{field}.{name}", "", "fill it in")
        if self.owner == ANY:
            yield Fault(f"{field}.owner", self.owner, "name one hospital")
        if self.units < 1:
            yield Fault(f"{field}.units", self.units, "give a whole number of 1 or more")
        if self.kind is SharedKind.MEDICINE and math.isinf(self.expires_min):
            yield Fault(f"{field}.expires", "", "say when the lot expires")
        if self.kind is SharedKind.INFORMATION:
            yield Fault(f"{field}.kind", self.kind.value, "information is agreed on, not registered")


@dataclass(frozen=True, slots=True)
class Offer:
    """Promise `units` of a resource to partners from `starts_min` up to, and not including, `ends_min`."""

    id: str
    resource: str
    units: int
    starts_min: float
    ends_min: float
    standing: Standing = Standing.OPEN


@dataclass(frozen=True, slots=True)
class Request:
    """Ask for `units` of a type within a window, for `duration_min` on end.

    `transit_min` is how long bringing takes; of a medicine it must be there by `ends_min` and be good for
    `LEAST_LIFE_MIN` more.
    """

    id: str
    hospital: str
    kind: SharedKind
    type: str
    units: int
    starts_min: float
    ends_min: float
    duration_min: float
    purpose: str = ANY
    transit_min: float = 0.0
    standing: Standing = Standing.OPEN


@dataclass(frozen=True, slots=True)
class Pact:
    """Hold an agreement under a number; when it ended early, `agreement.ends_min` says when."""

    id: str
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class Booking:
    """Give `units` of an offer to a request, under a pact, from `starts_min` up to, and not including, `ends_min`.

    A medicine is handed over at `starts_min`, which equals `ends_min`. A closed booking never happened.
    """

    id: str
    offer: str
    request: str
    pact: str
    owner: str
    user: str
    units: int
    starts_min: float
    ends_min: float
    standing: Standing = Standing.OPEN


Record: TypeAlias = Resource | Offer | Request | Pact | Booking
KINDS: dict[str, type[Record]] = {
    "resource": Resource,
    "offer": Offer,
    "request": Request,
    "agreement": Pact,
    "booking": Booking,
}
_READERS: dict[str, Callable[[Any], object]] = {
    "kind": SharedKind,
    "kinds": lambda found: tuple(map(SharedKind, found)),
    "status": Status,
    "standing": Standing,
    "agreement": lambda found: Agreement(**_read_fields(found)),
}


def kind_of(subject: str) -> str:
    """Return what an id names: "offer", "request", "agreement", "booking", or "resource" for all others."""
    numbered = _NUMBERED.fullmatch(subject)
    return numbered[1] if numbered else "resource"


def to_text(record: Record) -> str:
    """Write a record as one line of JSON; what never ends has null as its end."""
    return written(_fields(record))


def from_text(subject: str, text: str) -> Record:
    """Read a record that `to_text` wrote; its id says what it is."""
    return KINDS[kind_of(subject)](**_read_fields(json.loads(text)))


def _fields(record: object) -> dict[str, object]:
    found = {one.name: getattr(record, one.name) for one in fields(record)}  # type: ignore[arg-type]
    return {name: _field(value) for name, value in found.items()}


def _field(value: object) -> object:
    if isinstance(value, Agreement):
        return _fields(value)
    return None if value == math.inf else value


def _read_fields(found: dict[str, Any]) -> dict[str, Any]:
    with_ends = {name: math.inf if value is None else value for name, value in found.items()}
    return {name: _READERS[name](value) if name in _READERS else value for name, value in with_ends.items()}
