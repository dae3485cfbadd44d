"""Name the systems of codes and the extensions of our bundles, and write FHIR's small building blocks."""

from datetime import datetime
from typing import Any

OURS = "https://citycare.example.org/fhir"
"""The space of our own names; the domain is reserved for examples (RFC 2606), so that it is nobody's."""
ID = f"{OURS}/id"
ACUITY = f"{OURS}/CodeSystem/acuity"
EXTENSION = f"{OURS}/StructureDefinition/"

ROLE_CODE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
ACT_PRIORITY = "http://terminology.hl7.org/CodeSystem/v3-ActPriority"
FORM = "http://terminology.hl7.org/CodeSystem/location-physical-type"
SERVICE = "http://terminology.hl7.org/CodeSystem/service-category"

EXTENSIONS = {
    "agreed": "valueBoolean",
    "region": "valueString",
    "setting": "extension",
    "name": "valueString",
    "value": "valueDecimal",
    "reason": "valueString",
    "units": "valueUnsignedInt",
    "occupied": "valueDecimal",
    "population": "valueDecimal",
    "visits-per-hour": "valueSampledData",
    "electives-per-day": "valueDecimal",
    "travel": "extension",
    "choice": "extension",
    "mix": "extension",
    "shelf": "extension",
    "to": "valueReference",
    "minutes": "valueDecimal",
    "share": "valueDecimal",
    "condition": "valueCode",
    "life-minutes": "valueDecimal",
    "price": "valueDecimal",
    "cold": "valueBoolean",
    "controlled": "valueBoolean",
    "review-every-minutes": "valueDecimal",
    "order-up-to": "valueDecimal",
    "lead-minutes": "valueDecimal",
    "deliveries-per-day": "valueDecimal",
    "units-per-delivery": "valueDecimal",
}
"""The element that holds the value of each extension; the numbers of all of them are zero or more."""

Json = dict[str, Any]


def extension(name: str, value: object) -> Json:
    """Return one of our extensions; inside another the name stands alone, as FHIR wants it, with `part`."""
    return {"url": EXTENSION + name, EXTENSIONS[name]: value}


def part(name: str, value: object) -> Json:
    """Return an extension that stands inside another one."""
    return {"url": name, EXTENSIONS[name]: value}


def concept(*codings: tuple[str, str]) -> Json:
    """Return a CodeableConcept of (system, code) pairs, the first the most exact."""
    return {"coding": [{"system": system, "code": code} for system, code in codings]}


def reference(kind: str, id_: str) -> Json:
    """Return a Reference to a resource of the same bundle."""
    return {"reference": f"{kind}/{id_}"}


def identifier(kind: str, value: str) -> list[Json]:
    """Return the one identifier of a resource: the id that a thing has in our files."""
    return [{"system": f"{ID}/{kind}", "value": value}]


def instant(moment: datetime) -> str:
    """Return a local time as FHIR writes moments; the city's clock is written as UTC, since it names no zone."""
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds") + "Z"


def extensions(resource: Json, name: str) -> list[Any]:
    """Return the values of all our extensions of that name; for those with parts a table of the parts' values."""
    found = [one for one in resource.get("extension", ()) if one.get("url") == EXTENSION + name]
    values = [one.get(EXTENSIONS[name]) for one in found]
    if EXTENSIONS[name] != "extension":
        return values
    return [{inner["url"]: inner.get(EXTENSIONS[inner["url"]]) for inner in parts} for parts in values]


def extended(resource: Json, name: str, default: Any = None) -> Any:
    """Return the value of our extension of that name, or the default when there is none."""
    return next(iter(extensions(resource, name)), default)


def identified(resource: Json, kind: str) -> str:
    """Return the id that a resource has in our files, else its own id."""
    own = (one["value"] for one in resource.get("identifier", ()) if one.get("system") == f"{ID}/{kind}")
    return str(next(own, resource.get("id", "")))
