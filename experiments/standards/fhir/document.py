"""Hold a bundle as a list of resources, each with the path that faults name, and follow its references."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from experiments.standards.fhir.systems import Json


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """Hold one resource and where it stands, for example `Bundle.entry[3].resource`."""

    path: str
    resource: Json

    @property
    def kind(self) -> str:
        """Return the type of the resource, empty when it names none."""
        found = self.resource.get("resourceType")
        return found if isinstance(found, str) else ""

    @property
    def address(self) -> str:
        """Return how others refer to the resource, empty when they cannot."""
        id_ = self.resource.get("id")
        return f"{self.kind}/{id_}" if isinstance(id_, str) and id_ else ""


@dataclass(slots=True)
class Document:
    """Hold the entries of a bundle in their order; `by_address` finds them by `Type/id` or by their full URL."""

    bundle: Json
    entries: list[Entry] = field(default_factory=list)
    by_address: dict[str, Entry] = field(default_factory=dict)

    def of(self, *kinds: str) -> list[Entry]:
        """Return the entries of these types, in order."""
        return [entry for entry in self.entries if entry.kind in kinds]

    def target(self, resource: Json, *keys: str) -> Entry | None:
        """Return the entry that a reference leads to, found by keys from the resource on; None if there is none."""
        node: Any = resource
        for key in (*keys, "reference"):
            node = node.get(key) if isinstance(node, dict) else None
        return self.by_address.get(node) if isinstance(node, str) else None


def document_of(bundle: Json) -> Document:
    """Return the document of a bundle whose entries are objects with a resource each."""
    document = Document(bundle)
    for index, item in enumerate(bundle.get("entry", ())):
        entry = Entry(f"Bundle.entry[{index}].resource", item["resource"])
        document.entries.append(entry)
        for address in (entry.address, item.get("fullUrl")):
            if isinstance(address, str) and address:
                document.by_address.setdefault(address, entry)
    return document


def references(node: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of every literal reference inside a resource, but for those to its own contents."""
    if isinstance(node, dict):
        for key, item in node.items():
            if key == "reference" and isinstance(item, str):
                if not item.startswith("#"):
                    yield f"{path}.{key}", item
            else:
                yield from references(item, f"{path}.{key}")
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from references(item, f"{path}[{index}]")
