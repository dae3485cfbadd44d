"""Take everything that a page prints apart: every text by where it stands, every number of its figures."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

from experiments.verify.mismatch import Mismatch, is_same

SKIPPED = ("style", "title")
VOID = ("meta", "link", "br", "img", "input", "hr")
BLOCKS = frozenset({"p", "li", "dt", "dd", "h1", "h2", "h3", "figcaption", "summary", "pre", "caption", "th", "td"})
PICTURE, SCRIPT = "svg", "script"
NUMBER = re.compile(r"\d[\d,.]*")
RECORD_ID = "verified"
"""The element of a page that says when it was last verified: the one thing that verifying changes."""


class Printed(HTMLParser):
    """Collect the texts of a page by field: section, then table, row and column, or kind and number of the element."""

    def __init__(self, page: str) -> None:
        """Read the page."""
        super().__init__()
        self.fields: dict[str, Any] = {}
        self._seen: Counter[str] = Counter()
        self._section, self._caption, self._row, self._place = "top", "", "", 0
        self._columns: list[str] = []
        self._open: list[tuple[str, str]] = []
        self._texts: dict[int, list[str]] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where we are now; numbers of pictures stand in their attributes."""
        found = {name: value or "" for name, value in attrs}
        if self._inside(PICTURE):
            self._keep(f"{self._section}, picture", " ".join(found.values()))
        if tag in VOID:
            return
        self._open.append((tag, found.get("id", "")))
        if tag in ("section", "figure") and "id" in found:
            self._section = found["id"]
        if tag == "table":
            self._caption, self._columns = "", []
        if tag == "tr":
            self._row, self._place = "", 0
        if tag in BLOCKS or tag in (SCRIPT, "text"):
            self._texts[len(self._open)] = []

    def handle_data(self, data: str) -> None:
        """Keep the text for the innermost block that is open."""
        if self._texts and not any(self._inside(tag) for tag in SKIPPED):
            self._texts[max(self._texts)].append(data)

    def handle_endtag(self, tag: str) -> None:
        """Close the element, and file its text."""
        while self._open:
            depth, (opened, name) = len(self._open), self._open[-1]
            text = " ".join("".join(self._texts.pop(depth, [])).split())
            if not any(one == RECORD_ID for _, one in self._open):
                self._file(opened, name, text)
            self._open.pop()
            if opened == tag:
                break

    def _inside(self, tag: str) -> bool:
        return any(opened == tag for opened, _ in self._open)

    def _file(self, tag: str, name: str, text: str) -> None:
        if tag == SCRIPT:
            self._script(name, text)
        elif tag == "caption":
            self._caption = text
        elif tag in ("th", "td"):
            self._entry(text)
        elif (tag in BLOCKS or tag == "text") and text:
            self._keep(f"{self._section}, {tag}", text)

    def _script(self, name: str, text: str) -> None:
        if name:
            self.fields |= {f"numbers of {field}": value for field, value in leaves(json.loads(text), name)}

    def _entry(self, text: str) -> None:
        """File an entry of a table: by its column, then by the heading of its row."""
        if self._inside("thead"):
            self._columns.append(text)
        else:
            column = self._columns[self._place] if self._place < len(self._columns) else str(self._place)
            if not self._place:
                self._row = text
            self._keep(f"{self._section}, “{self._caption}”, {self._row}, {column}", text)
        self._place += 1

    def _keep(self, field: str, text: str) -> None:
        self._seen[field] += 1
        self.fields[field if self._seen[field] == 1 else f"{field} ({self._seen[field]})"] = text


def leaves(value: object, path: str) -> Iterator[tuple[str, object]]:
    """Yield every number and text in a nest of lists and mappings, with the way to it."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, f"{path}.{place}")
    else:
        yield path, value


def altered_page(printed: str, found: str) -> Iterator[Mismatch]:
    """Yield every number of a page that differs from the page that the tables give now.

    Entries of tables and numbers of figures must be equal; in sentences the numbers, for words may have changed with
    the version that writes them.
    """
    if printed == found:
        return
    one, other = Printed(printed).fields, Printed(found).fields
    for field in dict.fromkeys((*one, *other)):
        before, now = one.get(field, "nothing"), other.get(field, "nothing")
        if not is_same(before, now) and (_is_entry(field) or _numbers(before) != _numbers(now)):
            yield Mismatch(f"report.html, {field}", *_apart(str(before), str(now)))


def _is_entry(field: str) -> bool:
    return "“" in field or field.startswith("numbers of")


def _numbers(text: object) -> list[str]:
    return NUMBER.findall(str(text))


def _apart(before: str, now: str) -> tuple[str, str]:
    """Return two long texts from shortly before where they part, so that a reader sees the difference."""
    if max(len(before), len(now)) <= 80:
        return before, now
    same = next((place for place, (a, b) in enumerate(zip(before, now, strict=False)) if a != b), 0)
    first, end = max(same - 30, 0), same + 40
    return f"…{before[first:end]}…", f"…{now[first:end]}…"
