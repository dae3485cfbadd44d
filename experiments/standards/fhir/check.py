"""Check a bundle's structure: known types, elements of the right kind, references that lead somewhere, one owner."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from experiments.files.sheet import short
from experiments.schema import close_match, stop_at
from experiments.standards.fhir.document import Document, document_of, references
from experiments.standards.fhir.systems import EXTENSION, EXTENSIONS
from experiments.standards.fhir.values import CHECKS, MOST, number, reference, text
from sim.faults import Fault

HOSPITAL = "HOSP"
OUTSIDE = ("Location", "Organization", "Schedule", "Device", "PractitionerRole", "HealthcareService")
"""What a bundle without hospitals may refer to although it does not hold it: its receiver knows the places."""
FAULTS_SHOWN = 100


def checked(bundle: Any) -> Document:
    """Return the document of a bundle that has no fault of structure.

    Raises:
        ScenarioError: with all faults, each with its path, such as `Bundle.entry[3].resource.status`.
    """
    stop_at(list(_frame_faults(bundle)))
    document = document_of(bundle)
    faults = [*_resource_faults(document), *_address_faults(document), *_ownership_faults(document)]
    for entry in document.entries:
        faults.extend(_extension_faults(entry.resource, entry.path))
        faults.extend(_lot_faults(entry.resource, entry.path))
    stop_at(cut(faults))
    return document


def cut(faults: list[Fault]) -> list[Fault]:
    """Return the first faults, and one that counts the rest."""
    hidden = len(faults) - FAULTS_SHOWN
    rest = [Fault("Bundle", f"{hidden} more faults", "mend those above first")] if hidden > 0 else []
    return faults[:FAULTS_SHOWN] + rest


@cache
def shapes() -> dict[str, Any]:
    """Return what is read of each type of resource, by the name of the type."""
    table: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("shape.yaml").read_text(encoding="utf-8"))
    return table


def _frame_faults(bundle: Any) -> Iterator[Fault]:
    """Yield faults of what holds the resources: the bundle, its entries, and the types they name."""
    kind = bundle.get("resourceType") if isinstance(bundle, dict) else type(bundle).__name__
    if kind != "Bundle":
        yield Fault("Bundle.resourceType", short(str(kind)), "give one resource of type Bundle")
        return
    entries = bundle.get("entry")
    if not isinstance(entries, list) or not entries:
        yield Fault("Bundle.entry", short(str(entries)), "give a list with at least one entry")
        return
    for index, item in enumerate(entries):
        resource, path = item.get("resource") if isinstance(item, dict) else None, f"Bundle.entry[{index}].resource"
        if not isinstance(resource, dict):
            yield Fault(path, short(str(resource)), "give a resource, an object with resourceType")
        elif (found := str(resource.get("resourceType"))) not in shapes():
            yield Fault(f"{path}.resourceType", short(found), f"leave it out, or {close_match(found, shapes())}")


def _resource_faults(document: Document) -> Iterator[Fault]:
    for entry in document.entries:
        if "id" in entry.resource:
            yield from text(entry.resource["id"], f"{entry.path}.id")
        yield from _table_faults(entry.resource, shapes()[entry.kind], entry.path)


def _table_faults(value: Any, shape: dict[str, Any], path: str) -> Iterator[Fault]:
    """Yield the faults of an object by its description."""
    if not isinstance(value, dict):
        yield Fault(path, short(str(value)), "give an object")
        return
    for name, described in shape.items():
        if name in value:
            yield from _value_faults(value[name], described, f"{path}.{name}")
        elif isinstance(described, str) and described.split()[0].endswith("!"):
            yield Fault(f"{path}.{name}", None, "missing; give a value")


def _value_faults(value: Any, shape: Any, path: str) -> Iterator[Fault]:
    if isinstance(shape, dict):
        yield from _table_faults(value, shape, path)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield Fault(path, short(str(value)), "give a list")
            return
        for index, item in enumerate(value):
            yield from _table_faults(item, shape[0], f"{path}[{index}]")
    else:
        word, *words = shape.split()
        yield from CHECKS[word.removesuffix("!")](value, path, words)


def _address_faults(document: Document) -> Iterator[Fault]:
    """Yield faults of ids given twice, and of references to what is not there."""
    first: dict[str, str] = {}
    for entry in document.entries:
        if entry.address and first.setdefault(entry.address, entry.path) != entry.path:
            yield Fault(f"{entry.path}.id", entry.address, f"give it an id of its own; {first[entry.address]} has it")
    is_city = describes_hospitals(document)
    for entry in document.entries:
        for path, target in references(entry.resource, entry.path):
            allowed = not is_city and target.split("/")[0] in OUTSIDE
            if target not in document.by_address and not allowed:
                yield Fault(path, short(target), "add the resource to the bundle, or refer to one that is there")


def describes_hospitals(document: Document) -> bool:
    """Say whether the bundle holds hospitals, and so must hold all that it refers to."""
    return any(is_hospital(entry.resource) for entry in document.of("Location"))


def is_hospital(location: dict[str, Any]) -> bool:
    """Say whether a Location is a whole hospital."""
    concepts = location.get("type")
    found = [one for one in concepts if isinstance(one, dict)] if isinstance(concepts, list) else []
    codings = [coding for one in found for coding in one.get("coding") or () if isinstance(coding, dict)]
    return any(coding.get("code") == HOSPITAL for coding in codings)


def _ownership_faults(document: Document) -> Iterator[Fault]:
    """Yield a fault for every device that two owners claim: the same identifier or serial number, another owner."""
    first: dict[tuple[str, str], tuple[str, Any]] = {}
    for entry in document.of("Device"):
        owner = (entry.resource.get("owner") or {}) if isinstance(entry.resource.get("owner"), dict) else {}
        for mark in _marks(entry.resource):
            path, other = first.setdefault(mark, (entry.path, owner.get("reference")))
            if other != owner.get("reference"):
                mend = f"give the device one owner; {path} says {other}"
                yield Fault(f"{entry.path}.owner", short(str(owner.get("reference"))), mend)


def _marks(device: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what tells one device from all others: its id, its identifiers, its serial number."""
    yield "id", str(device.get("id", id(device)))
    if "serialNumber" in device:
        yield "serialNumber", str(device["serialNumber"])
    identifiers = device.get("identifier")
    for one in identifiers if isinstance(identifiers, list) else ():
        if isinstance(one, dict) and "value" in one:
            yield str(one.get("system")), str(one["value"])


def _lot_faults(resource: dict[str, Any], path: str) -> Iterator[Fault]:
    instance = resource.get("instance") or {}
    is_lot = resource["resourceType"] == "InventoryItem" and isinstance(instance, dict) and "lotNumber" in instance
    if is_lot and "expiry" not in instance:
        yield Fault(f"{path}.instance.expiry", None, "missing; say until when the lot may be used")


def _extension_faults(node: Any, path: str, inside: bool = False) -> Iterator[Fault]:
    """Yield faults of a resource's extensions of ours, and of their parts; those of others are passed over."""
    found = node.get("extension", ()) if isinstance(node, dict) else ()
    if not isinstance(found, list | tuple):
        yield Fault(f"{path}.extension", short(str(found)), "give a list")
        return
    for index, one in enumerate(found):
        place = f"{path}.extension[{index}]"
        if not isinstance(one, dict):
            yield Fault(place, short(str(one)), "give an object with a url and a value")
            continue
        url = str(one.get("url"))
        if not inside and not url.startswith(EXTENSION):
            continue
        name = url.removeprefix(EXTENSION)
        if name not in EXTENSIONS:
            yield Fault(f"{place}.url", short(url), close_match(name, EXTENSIONS))
        elif EXTENSIONS[name] == "extension":
            yield from _extension_faults(one, place, inside=True)
        else:
            yield from _part_faults(one, EXTENSIONS[name], place)


def _part_faults(one: dict[str, Any], element: str, path: str) -> Iterator[Fault]:
    if element not in one:
        yield Fault(f"{path}.{element}", None, "missing; give a value")
    elif element in ("valueDecimal", "valueUnsignedInt"):
        yield from number(one[element], f"{path}.{element}", 0, MOST)
        if element == "valueUnsignedInt" and isinstance(one[element], float):
            yield Fault(f"{path}.{element}", one[element], "give a whole number")
    elif element == "valueReference":
        yield from reference(one[element], f"{path}.{element}", ("Location", "Organization"))
    else:
        simple = {"valueBoolean": "boolean", "valueCode": "text", "valueString": "text"}.get(element)
        if simple:
            yield from CHECKS[simple](one[element], f"{path}.{element}", ())
        elif not isinstance(one[element], dict) or not isinstance(one[element].get("data"), str):
            yield Fault(f"{path}.{element}", short(str(one[element])), "give an object with data, numbers as text")
