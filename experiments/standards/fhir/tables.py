"""Lay out as rows what a bundle says beside the description of a city: single places, stocks, hours and deliveries."""

from collections.abc import Iterator, Sequence

from experiments.standards.fhir.codes import medicine_of, pool_of
from experiments.standards.fhir.document import Document, Entry
from experiments.standards.fhir.supply import CODES_IN, KIND_OF, is_owned
from experiments.standards.fhir.systems import Json, extended
from sim.faults import Fault

Row = Sequence[object]
SUPPLY = "supply_request.csv"


def deliveries(document: Document, faults: list[Fault]) -> dict[str, list[Row]]:
    """Return the medicines that went, or are to go, from place to place; nothing when the bundle names none."""
    rows: list[Row] = [("medicine", "units", "from", "to", "status", "priority", "time")]
    for entry in document.of("SupplyRequest"):
        one = entry.resource
        concepts, path = _item(document, entry, one["item"])
        medicine = medicine_of(concepts, path, faults)
        ends = (_named(one.get(key)) for key in ("deliverFrom", "deliverTo"))
        rest = (one.get(key, "") for key in ("status", "priority", "occurrenceDateTime"))
        rows.append((medicine, one["quantity"]["value"], *ends, *rest))
    return {SUPPLY: rows} if len(rows) > 1 else {}


def everything(document: Document, faults: list[Fault]) -> dict[str, list[Row]]:
    """Return the rows of all tables by the name of their file, for a bundle that describes no hospitals."""
    tables = {
        "resource.csv": [("id", "type", "kind", "status", "units"), *_resources(document, faults)],
        "inventory.csv": [
            ("location", "medicine", "units", "net_content", "lot", "expiry", "time"),
            *_stocks(document, faults),
        ],
        "slot.csv": [("schedule", "status", "start", "end", "units"), *_slots(document)],
    }
    return {name: rows for name, rows in tables.items() if len(rows) > 1} | deliveries(document, faults)


def _resources(document: Document, faults: list[Fault]) -> Iterator[Row]:
    for entry in filter(is_owned, document.of(*KIND_OF)):
        one, kind = entry.resource, KIND_OF[entry.kind]
        concepts = one.get(CODES_IN[entry.kind], [])
        code = pool_of(concepts, f"{entry.path}.{CODES_IN[entry.kind]}", kind, faults)
        state = one.get("operationalStatus", {}).get("code") or one.get("status", "")
        yield one.get("id", ""), code, kind.value, state, extended(one, "units", 1)


def _stocks(document: Document, faults: list[Fault]) -> Iterator[Row]:
    for report in document.of("InventoryReport"):
        for i, listing in enumerate(report.resource.get("inventoryListing", ())):
            for j, line in enumerate(listing.get("item", ())):
                path = f"{report.path}.inventoryListing[{i}].item[{j}].item"
                concepts, place = _item(document, Entry(path, line), line["item"], path)
                item = document.target(line["item"], "reference")
                about = item.resource if item else {}
                lot = about.get("instance", {})
                packed = about.get("netContent", {}).get("value", "")
                counted = line["quantity"]["value"], packed, lot.get("lotNumber", ""), lot.get("expiry", "")
                medicine = medicine_of(concepts, place, faults)
                yield _named(listing.get("location")), medicine, *counted, report.resource["reportedDateTime"]


def _item(document: Document, entry: Entry, item: Json, path: str | None = None) -> tuple[list[Json], str]:
    """Return the codes of what an amount is of, and where they stand."""
    found = document.target(item, "reference")
    if found is not None:
        return found.resource.get("code", []), f"{found.path}.code"
    own = [item["concept"]] if "concept" in item else []
    return own, f"{path or entry.path + '.item'}.concept"


def _slots(document: Document) -> Iterator[Row]:
    for entry in document.of("Slot"):
        one = entry.resource
        yield _named(one["schedule"]), one["status"], one["start"], one["end"], extended(one, "units", 1)


def _named(reference: Json | None) -> str:
    return str(reference["reference"]) if reference else ""
