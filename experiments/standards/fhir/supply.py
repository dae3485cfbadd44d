"""Read what hospitals own from a bundle: places, staff and machines, with their rosters."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from experiments.files.resources import MOST_UNITS
from experiments.standards.fhir.check import is_hospital
from experiments.standards.fhir.codes import pool_of
from experiments.standards.fhir.document import Document, Entry
from experiments.standards.fhir.hours import on_duty
from experiments.standards.fhir.stock import hospital_of
from experiments.standards.fhir.systems import extended
from sim.city import Kind, Pool
from sim.faults import Fault
from sim.units import IntArray

AREA = "area"
KIND_OF = {"Location": Kind.PLACE, "PractitionerRole": Kind.STAFF, "Device": Kind.EQUIPMENT}
CODES_IN = {"Location": "type", "PractitionerRole": "code", "Device": "type"}
HOLDERS = ("si", "bu", "wi", "wa", "lvl", "co", "ho", "ca", "rd", "jdn", "vi")
"""Physical types of Locations that hold others, such as wings and wards; nobody lies in the ward itself."""
GONE = ("inactive", "entered-in-error", "suspended")


@dataclass(slots=True)
class Owned:
    """Add up what one hospital has of one type, from all resources that describe it."""

    code: str
    kind: Kind
    units: int = 0
    occupied: float | None = None
    members: list[Entry] = field(default_factory=list)


def is_zone(location: Entry) -> bool:
    """Say whether a Location is a part of the city where patients live."""
    return AREA in _forms(location)


def is_owned(entry: Entry) -> bool:
    """Say whether a resource is something that a hospital has: no hospital, no zone, and nothing that holds others."""
    return not (is_hospital(entry.resource) or is_zone(entry) or _forms(entry) & set(HOLDERS) or _is_gone(entry))


def _forms(entry: Entry) -> set[str]:
    return {one["code"] for one in entry.resource.get("form", {}).get("coding", ())}


def supply(document: Document, hospitals: list[Entry], faults: list[Fault]) -> dict[str, list[Owned]]:
    """Return what each hospital owns, by the address of its Location, in the order of the bundle."""
    owned: dict[str, dict[str, Owned]] = {one.path: {} for one in hospitals}
    for entry in document.of(*KIND_OF):
        if not is_owned(entry):
            continue
        kind, concepts = KIND_OF[entry.kind], entry.resource.get(CODES_IN[entry.kind], [])
        code = pool_of(concepts, f"{entry.path}.{CODES_IN[entry.kind]}", kind, faults)
        home = home_of(document, entry, hospitals)
        if home is None:
            mend = "say which hospital has it: by owner, organization, partOf or location"
            faults.append(Fault(entry.path, entry.address or entry.kind, mend))
        elif code is not None:
            _add(owned[home.path].setdefault(code, Owned(code, kind)), entry)
    return {path: list(of_code.values()) for path, of_code in owned.items()}


def _is_gone(entry: Entry) -> bool:
    return entry.resource.get("status") in GONE or entry.resource.get("active") is False


def home_of(document: Document, entry: Entry, hospitals: list[Entry]) -> Entry | None:
    """Return the hospital that a thing belongs to: that of its owner, or the one that it is part of."""
    for key in ("owner", "organization", "managingOrganization"):
        owner = document.target(entry.resource, key)
        if owner is not None:
            return next(
                (one for one in hospitals if document.target(one.resource, "managingOrganization") is owner), None
            )
    for place in _places(document, entry):
        home = hospital_of(document, place)
        if home in hospitals:
            return home
    return None


def _places(document: Document, entry: Entry) -> Iterator[Entry | None]:
    yield document.target(entry.resource, "partOf")
    places = entry.resource.get("location", [])
    for one in places if isinstance(places, list) else [places]:
        yield document.target({"location": one}, "location")


def _add(owned: Owned, entry: Entry) -> None:
    owned.units += int(extended(entry.resource, "units", 1))
    patients = extended(entry.resource, "occupied")
    if patients is not None:
        owned.occupied = (owned.occupied or 0.0) + float(patients)
    owned.members.append(entry)


class Rosters:
    """Find the Slots of a pool: those of every Schedule in which one of its members acts."""

    def __init__(self, document: Document) -> None:
        """Index the Schedules of a document by their actors, and the Slots by their Schedule."""
        self._schedules: dict[str, list[str]] = {}
        self._slots: dict[str, list[Entry]] = {one.path: [] for one in document.of("Schedule")}
        for entry in document.of("Schedule"):
            for actor in entry.resource["actor"]:
                found = document.target({"actor": actor}, "actor")
                if found is not None:
                    self._schedules.setdefault(found.path, []).append(entry.path)
        for entry in document.of("Slot"):
            schedule = document.target(entry.resource, "schedule")
            if schedule is not None:
                self._slots.setdefault(schedule.path, []).append(entry)

    def of(self, owned: Owned, faults: list[Fault]) -> IntArray | None:
        """Return the units on duty in each hour of the week, shape (168,); None where there is no Schedule."""
        named = (path for member in owned.members for path in self._schedules.get(member.path, ()))
        mine = list(dict.fromkeys(named))
        return on_duty([slot for path in mine for slot in self._slots[path]], faults) if mine else None


def pools(owned: list[Owned], rosters: Rosters, faults: list[Fault]) -> tuple[Pool, ...]:
    """Return the pools of a hospital: on duty by their rosters, or always where there is none."""
    return tuple(Pool(one.code, one.kind, levels) for one in owned if (levels := _levels(one, rosters, faults)))


def _levels(owned: Owned, rosters: Rosters, faults: list[Fault]) -> tuple[int, ...]:
    """Return one level, or 168; nothing for a pool in which nobody is ever on duty."""
    path = owned.members[0].path
    if owned.units > MOST_UNITS:
        faults.append(Fault(path, owned.units, f"give at most {MOST_UNITS} units of a type"))
    if owned.occupied is not None and owned.occupied > owned.units:
        faults.append(Fault(f"{path}.extension", owned.occupied, f"let at most {owned.units} be occupied"))
    roster = rosters.of(owned, faults)
    if roster is None:
        return (owned.units,) if owned.units else ()
    if roster.max(initial=0) > owned.units:
        faults.append(Fault(path, int(roster.max()), f"put at most {owned.units} on duty at one time, as there are"))
    return tuple(roster.tolist()) if roster.any() else ()


def occupied(owned: list[list[Owned]], codes: list[str]) -> dict[str, np.ndarray]:
    """Return the patients inside by place, shape (n_hospitals,) each, NaN where nothing is said."""
    return {
        code: np.array([next((_patients(one) for one in some if one.code == code), np.nan) for some in owned])
        for code in codes
    }


def _patients(owned: Owned) -> float:
    return np.nan if owned.occupied is None else owned.occupied
