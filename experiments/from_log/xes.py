"""Read XES (IEEE 1849-2016) as a stream, safely: a file with a document type is refused, so there are no entities."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

CASE_NAME = "case:concept:name"
BYTES_AT_ONCE = 1 << 20


class UnsafeXmlError(ValueError):
    """Say that a file declares a document type, which could hold entities or name other files."""


@dataclass(slots=True)
class _Stream:
    """Collect the events of finished traces while the parser walks through a file."""

    parser: "expat.XMLParserType"
    path: list[str] = field(default_factory=list)
    trace: dict[str, str] = field(default_factory=dict)
    events: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    n_traces: int = 0
    ready: list[tuple[int, dict[str, str]]] = field(default_factory=list)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Open an element; an attribute counts for the trace or the event that it stands in directly."""
        name, parent = tag.rpartition(":")[2], self.path[-1] if self.path else ""
        if name == "trace":
            self.trace, self.events = {}, []
        elif name == "event":
            self.events.append((self.parser.CurrentLineNumber, {}))
        elif "key" in attributes and parent == "event":
            self.events[-1][1][attributes["key"]] = attributes.get("value", "")
        elif "key" in attributes and parent == "trace":
            self.trace[attributes["key"]] = attributes.get("value", "")
        self.path.append(name)

    def end(self, _tag: str) -> None:
        """Close an element; a finished trace gives its events, each with the name of the case."""
        if self.path.pop() == "trace":
            self.n_traces += 1
            name = self.trace.get("concept:name", f"trace {self.n_traces}")
            of_case = {f"case:{key}": value for key, value in self.trace.items()} | {CASE_NAME: name}
            self.ready.extend((line, of_case | event) for line, event in self.events)


def read_xes(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line number and attributes of every event; those of its trace begin with `case:`.

    Raises:
        UnsafeXmlError: when the file declares a document type.
        xml.parsers.expat.ExpatError: when it is no XML.
        OSError: when it cannot be read.
    """
    parser = expat.ParserCreate()
    stream = _Stream(parser)
    parser.StartElementHandler, parser.EndElementHandler = stream.start, stream.end
    parser.StartDoctypeDeclHandler = _refuse
    with path.open("rb") as file:
        while piece := file.read(BYTES_AT_ONCE):
            parser.Parse(piece, False)
            yield from stream.ready
            stream.ready.clear()
        parser.Parse(b"", True)
    yield from stream.ready


def _refuse(*_declared: object) -> NoReturn:
    raise UnsafeXmlError("the file declares a document type")
