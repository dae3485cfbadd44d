"""Build a bundle as another system would write it: no extensions of ours but those of zones, single beds, own ids."""

from typing import Any

from experiments.standards.fhir.systems import EXTENSION, FORM, extension
from sim.platform.terms import ATC, DICOM, PLACE, ROLE

Json = dict[str, Any]


def of(kind: str, id_: str, **elements: Any) -> Json:
    """Return a resource."""
    return {"resourceType": kind, "id": id_, **elements}


def to(target: str) -> Json:
    """Return a reference."""
    return {"reference": target}


def coded(*codings: tuple[str, str]) -> Json:
    """Return a concept."""
    return {"coding": [{"system": system, "code": code} for system, code in codings]}


def bundled(*resources: Json) -> Json:
    """Return a bundle."""
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}


def bed(number: int, code: str = "ICU", **elements: Any) -> Json:
    """Return one single bed of the hospital, in a ward of it."""
    return of(
        "Location",
        f"bed-{number}",
        mode="instance",
        partOf=to("Location/ward"),
        type=[coded((PLACE, code))],
        **elements,
    )


def scanner(number: int, **elements: Any) -> Json:
    """Return one scanner with a serial number."""
    about = {"owner": to("Organization/trust"), "type": [coded((DICOM, "CT"))], "serialNumber": f"SN{number}"}
    return of("Device", f"ct-{number}", status="active", **(about | elements))


def slot(number: int, start: str, end: str, status: str = "free", schedule: str = "ct-hours") -> Json:
    """Return one slot of a schedule."""
    return of("Slot", f"slot-{number}", schedule=to(f"Schedule/{schedule}"), status=status, start=start, end=end)


def lot(id_: str, expiry: str, code: str = "J01DD04") -> Json:
    """Return one lot of a medicine."""
    instance = {"lotNumber": f"LOT-{id_}", "expiry": expiry}
    return of("InventoryItem", id_, status="active", code=[coded((ATC, code))], instance=instance)


def report(*counted: tuple[str, float], place: str = "pharmacy", moment: str = "2026-01-05T00:00:00Z") -> Json:
    """Return a report that counts items at a place."""
    items = [{"quantity": {"value": n}, "item": {"reference": to(f"InventoryItem/{id_}")}} for id_, n in counted]
    listing = [{"location": to(f"Location/{place}"), "item": items}]
    about = {"countType": "snapshot", "reportedDateTime": moment, "inventoryListing": listing}
    return of("InventoryReport", f"report-{place}", status="active", **about)


def town() -> Json:
    """Return the zone in which everybody lives."""
    week = {"origin": {"value": 0}, "interval": 1, "intervalUnit": "h", "dimensions": 1, "data": "1.5 " * 168}
    parts = [{"url": "condition", "valueCode": "stroke"}, {"url": "share", "valueDecimal": 1}]
    mix = {"url": EXTENSION + "mix", "extension": parts}
    form = coded((FORM, "area"))
    position = {"longitude": 9.9, "latitude": 50.1}
    return of("Location", "town", form=form, position=position, extension=[extension("visits-per-hour", week), mix])


def hospital() -> tuple[Json, ...]:
    """Return an owner, its hospital, a ward in it and a pharmacy."""
    return (
        of("Organization", "trust", name="Trust"),
        of(
            "Location",
            "general",
            name="General",
            type=[coded((PLACE, "HOSP"))],
            position={"longitude": 10, "latitude": 50},
            managingOrganization=to("Organization/trust"),
        ),
        of("Location", "ward", partOf=to("Location/general"), type=[coded((PLACE, "ICU"))], form=coded((FORM, "wa"))),
        of(
            "Location",
            "pharmacy",
            partOf=to("Location/general"),
            type=[coded((PLACE, "PHARM"))],
            form=coded((FORM, "wi")),
        ),
    )


def pharmacists(n: int) -> Json:
    """Return a role with so many people in it."""
    about = {"organization": to("Organization/trust"), "code": [coded((ROLE, "pharmacist"))]}
    return of("PractitionerRole", "pharmacists", **about, extension=[extension("units", n)])
