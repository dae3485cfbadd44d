"""Turn a hospital's shelves of medicines into InventoryItems and an InventoryReport, and back."""

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from experiments.standards.fhir.codes import medicine_concept, medicine_of
from experiments.standards.fhir.document import Document, Entry
from experiments.standards.fhir.systems import (
    EXTENSION,
    OURS,
    Json,
    concept,
    extended,
    identifier,
    instant,
    part,
    reference,
)
from experiments.standards.fhir.values import moment_of
from sim.city import Hospital
from sim.faults import Fault
from sim.shelves import Review, Shelf

STATUS = f"{OURS}/CodeSystem/item-status"
LOT = "opening"
"""The lot number of what a hospital keeps at the start."""
MINUTE = timedelta(minutes=1)
REVIEW = {"review-every-minutes": "every_min", "order-up-to": "up_to", "lead-minutes": "lead_min"}
NUMBERS = {"price": "price", "deliveries-per-day": "deliveries_per_day", "units-per-delivery": "units_per_delivery"}


def inventory(hospital: Hospital, id_: str, moment: datetime) -> Iterator[Json]:
    """Yield an InventoryItem for each medicine of a hospital, then the InventoryReport that counts them."""
    items = []
    for index, shelf in enumerate(hospital.shelves, start=1):
        item = f"medicine-{id_}-{index}"
        yield _item(item, hospital.id, shelf, moment)
        counted = {"quantity": {"value": shelf.at_start}, "item": {"reference": reference("InventoryItem", item)}}
        items.append(counted)
    if items:
        available = concept((STATUS, "available"))
        listing = {"location": reference("Location", f"hospital-{id_}"), "itemStatus": available, "item": items}
        yield {
            "resourceType": "InventoryReport",
            "id": f"stock-{id_}",
            "status": "active",
            "countType": "snapshot",
            "reportedDateTime": instant(moment),
            "inventoryListing": [listing],
        }


def _item(id_: str, hospital: str, shelf: Shelf, moment: datetime) -> Json:
    expiry = _expiry(shelf, moment)
    return {
        "resourceType": "InventoryItem",
        "id": id_,
        "identifier": identifier("medicine", f"{hospital}/{shelf.medicine}"),
        "status": "active",
        "code": [medicine_concept(shelf.medicine)],
        **({"instance": {"lotNumber": LOT, "expiry": instant(expiry)}} if expiry else {}),
        "extension": [{"url": EXTENSION + "shelf", "extension": list(_parts(shelf))}],
    }


def _expiry(shelf: Shelf, moment: datetime) -> datetime | None:
    """Return until when the opening lot may be used, None for ever or beyond the calendar."""
    try:
        return moment + shelf.life_min * MINUTE if math.isfinite(shelf.life_min) else None
    except OverflowError:
        return None


def _parts(shelf: Shelf) -> Iterator[Json]:
    if math.isfinite(shelf.life_min):
        yield part("life-minutes", shelf.life_min)
    for name, field in NUMBERS.items():
        yield part(name, getattr(shelf, field))
    yield part("cold", shelf.cold)
    yield part("controlled", shelf.controlled)
    for name, field in REVIEW.items() if shelf.review else ():
        yield part(name, getattr(shelf.review, field))


def shelves(document: Document, hospital: Entry, faults: list[Fault]) -> tuple[Shelf, ...]:
    """Return the shelves of a hospital: what active reports count at its Location, lots of one medicine added up."""
    found: dict[str, Shelf] = {}
    for report in document.of("InventoryReport"):
        moment = moment_of(report.resource["reportedDateTime"])
        assert moment is not None
        for place, counted in _counted(document, report, hospital) if report.resource["status"] == "active" else ():
            shelf = _shelf(document, (place, counted), moment, faults)
            known = found.get(shelf.medicine) if shelf else None
            if shelf:
                found[shelf.medicine] = _together(known, shelf) if known else shelf
    return tuple(found.values())


def _counted(document: Document, report: Entry, hospital: Entry) -> Iterator[tuple[str, Json]]:
    """Yield what a report counts at a hospital, or at a place within it."""
    for i, listing in enumerate(report.resource.get("inventoryListing", ())):
        place = document.target(listing, "location")
        if place is not None and hospital_of(document, place) is hospital:
            for j, counted in enumerate(listing.get("item", ())):
                yield f"{report.path}.inventoryListing[{i}].item[{j}]", counted


def hospital_of(document: Document, place: Entry | None) -> Entry | None:
    """Return the topmost Location that a Location is part of; None where the parts go round in a circle."""
    seen: set[str] = set()
    while place is not None and place.path not in seen:
        seen.add(place.path)
        above = document.target(place.resource, "partOf")
        if above is None:
            return place
        place = above
    return None


def _shelf(document: Document, counted: tuple[str, Json], moment: datetime, faults: list[Fault]) -> Shelf | None:
    """Return the shelf of one counted item, or append faults: of an unknown medicine, or one that has expired."""
    path, line = counted
    item = document.target(line["item"], "reference")
    if item is None:
        concepts, place, details = [line["item"]["concept"]], f"{path}.item.concept", {}
    else:
        concepts, place, details = item.resource["code"], f"{item.path}.code", item.resource
    medicine = medicine_of(concepts, place, faults)
    parts: dict[str, Any] = extended(details, "shelf", {})
    life = parts.get("life-minutes", _life_min(details, moment))
    if life is not None and not life > 0:
        expiry = details["instance"]["expiry"] if item else None
        where = f"{item.path}.instance.expiry" if item else path
        faults.append(Fault(where, expiry, "leave out what has expired when the report is made"))
        return None
    if medicine is None:
        return None
    units = float(line["quantity"]["value"])
    shelf = Shelf(medicine, units, math.inf if life is None else float(life), review=_review(parts), **_terms(parts))
    faults.extend(shelf.faults(f"{item.path if item else path}.extension"))
    return shelf


def _life_min(item: Json, moment: datetime) -> float | None:
    """Return the minutes from a report to the expiry of a lot, None when it does not expire."""
    expiry = moment_of(item.get("instance", {}).get("expiry", ""))
    return None if expiry is None else (expiry - moment) / MINUTE


def _review(parts: dict[str, Any]) -> Review | None:
    given = {field: float(parts[name]) for name, field in REVIEW.items() if name in parts}
    return Review(**given) if {"every_min", "up_to"} <= set(given) else None


def _terms(parts: dict[str, Any]) -> dict[str, Any]:
    numbers = {field: float(parts[name]) for name, field in NUMBERS.items() if name in parts}
    return numbers | {name: parts[name] for name in ("cold", "controlled") if name in parts}


def _together(one: Shelf, other: Shelf) -> Shelf:
    """Return one shelf for two lots: units added up, and the shorter life, since a shelf has one."""
    return replace(one, at_start=one.at_start + other.at_start, life_min=min(one.life_min, other.life_min))
