"""Check single values of FHIR: texts, codes, numbers, moments and the small objects made of them."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from experiments.files.sheet import FORMULA_SIGNS, LONGEST_CELL, short
from experiments.schema import close_match
from sim.faults import Fault

MOST = 1e12
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?", re.ASCII)
Faults = Iterator[Fault]
Check = Callable[[Any, str, Sequence[str]], Faults]


def text(value: Any, path: str, _words: Sequence[str] = ()) -> Faults:
    """Yield a fault for what is no plain text on one line; texts are never executed, here or in a spreadsheet."""
    if not isinstance(value, str) or not value.strip():
        yield _fault(path, value, "give text")
    elif len(value) > LONGEST_CELL:
        yield _fault(path, value, f"shorten to at most {LONGEST_CELL} characters")
    elif value != " ".join(value.split()):
        yield _fault(path, value, "take out blanks at the ends, line breaks, and all but one of several blanks")
    elif not value.isprintable() or value.startswith(FORMULA_SIGNS):
        yield _fault(path, value, "use printable characters, and let the text begin with a letter or a digit")


def code(value: Any, path: str, words: Sequence[str]) -> Faults:
    """Yield a fault for a word that is not one of those allowed."""
    if not isinstance(value, str) or value not in words:
        yield _fault(path, value, close_match(str(value), words))


def boolean(value: Any, path: str, _words: Sequence[str] = ()) -> Faults:
    """Yield a fault for what is neither true nor false."""
    if not isinstance(value, bool):
        yield _fault(path, value, "give true or false")


def number(value: Any, path: str, low: float = 0.0, high: float = MOST) -> Faults:
    """Yield a fault for what is no number, or lies outside its range."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        yield _fault(path, value, "give a number")
    elif not low <= value <= high:
        yield _fault(path, value, f"give a number from {low:g} to {high:g}")


def longitude(value: Any, path: str, _words: Sequence[str] = ()) -> Faults:
    """Yield a fault for what are no degrees east."""
    yield from number(value, path, -180.0, 180.0)


def latitude(value: Any, path: str, _words: Sequence[str] = ()) -> Faults:
    """Yield a fault for what are no degrees north."""
    yield from number(value, path, -90.0, 90.0)


def quantity(value: Any, path: str, _words: Sequence[str] = ()) -> Faults:
    """Yield a fault for a Quantity without a number of zero or more."""
    if not isinstance(value, dict):
        yield _fault(path, value, 'give an object such as {"value": 12}')
    else:
        yield from number(value.get("value"), f"{path}.value")


def moment(value: Any, path: str, _words: Sequence[str] = ()) -> Faults:
    """Yield a fault for what is no date, with or without a time."""
    if not isinstance(value, str) or moment_of(value) is None:
        yield _fault(path, value, "give a date such as 2026-01-05, or a moment such as 2026-01-05T07:40:00Z")


def moment_of(value: str) -> datetime | None:
    """Return the moment on the clock of the place where it was written, without its zone; None for no date."""
    try:
        return datetime.fromisoformat(value).replace(tzinfo=None) if _MOMENT.fullmatch(value) else None
    except ValueError:
        return None


def period(value: Any, path: str, _words: Sequence[str] = ()) -> Faults:
    """Yield faults for a Period with something else than moments as its ends."""
    if not isinstance(value, dict):
        yield _fault(path, value, "give an object with start and end")
        return
    for end in ("start", "end"):
        if end in value:
            yield from moment(value[end], f"{path}.{end}")


def concept(value: Any, path: str, _words: Sequence[str] = ()) -> Faults:
    """Yield faults for a CodeableConcept that has neither codes nor text."""
    if not isinstance(value, dict) or not (value.get("coding") or value.get("text")):
        yield _fault(path, value, "give an object with a coding")
    elif "coding" in value:
        yield from each(coding)(value["coding"], f"{path}.coding", ())


def coding(value: Any, path: str, _words: Sequence[str] = ()) -> Faults:
    """Yield a fault for a Coding without a code."""
    if not isinstance(value, dict) or not isinstance(value.get("code"), str) or not value["code"]:
        yield _fault(path, value, "give an object with system and code")
        return
    yield from text(value["code"], f"{path}.code")
    if "system" in value:
        yield from text(value["system"], f"{path}.system")


def identifier(value: Any, path: str, _words: Sequence[str] = ()) -> Faults:
    """Yield faults for an Identifier without a value."""
    if not isinstance(value, dict):
        yield _fault(path, value, "give an object with system and value")
    else:
        yield from text(value.get("value"), f"{path}.value")


def reference(value: Any, path: str, words: Sequence[str]) -> Faults:
    """Yield a fault for a Reference that leads nowhere, or to a resource of another type than those allowed."""
    target = value.get("reference") if isinstance(value, dict) else None
    if not isinstance(target, str) or not target:
        yield _fault(path, value, f'refer to a resource, such as {{"reference": "{words[0]}/1"}}')
    elif "/" in target and "://" not in target and target.split("/")[0] not in words:
        yield _fault(f"{path}.reference", target, f"refer to a resource of type {' or '.join(words)}")
    else:
        yield from text(target, f"{path}.reference")


def codeable(value: Any, path: str, words: Sequence[str]) -> Faults:
    """Yield faults for a CodeableReference with neither a concept nor a reference."""
    if not isinstance(value, dict) or not {"concept", "reference"} & set(value):
        yield _fault(path, value, "give an object with a concept or a reference")
        return
    if "concept" in value:
        yield from concept(value["concept"], f"{path}.concept")
    if "reference" in value:
        yield from reference(value["reference"], f"{path}.reference", words)


def each(check: Check) -> Check:
    """Return the check of a list whose items pass another check."""

    def of_list(value: Any, path: str, words: Sequence[str]) -> Faults:
        if not isinstance(value, list) or not value:
            yield _fault(path, value, "give a list with at least one item")
            return
        for index, item in enumerate(value):
            yield from check(item, f"{path}[{index}]", words)

    return of_list


CHECKS: dict[str, Check] = {
    one.__name__: one
    for one in (text, code, boolean, longitude, latitude, quantity, moment, period, concept, coding, identifier)
} | {
    "reference": reference,
    "codeable": codeable,
    "references": each(reference),
    "concepts": each(concept),
    "identifiers": each(identifier),
}
"""The checks of the words that `shape.yaml` uses."""


def _fault(path: str, value: Any, mend: str) -> Fault:
    return Fault(path, short(value) if isinstance(value, str) else _shown(value), mend)


def _shown(value: Any) -> Any:
    return short(str(value)) if isinstance(value, dict | list) else value
