"""Read a JSON file from a stranger: bounded in size and depth, every key once, finite numbers, data only."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from experiments.files.sheet import short
from experiments.schema import stop_at
from sim.faults import Fault

LARGEST_FILE = 64_000_000
"""Bytes; a city of 36 hospitals and 177 zones takes about 4 million."""
DEEPEST = 32
"""Levels of objects and lists; FHIR resources need about a dozen."""
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


class Repeated(dict[str, Any]):
    """Hold an object of a file in which some keys stand more than once; `keys_twice` names them."""

    keys_twice: tuple[str, ...] = ()


def load(path: Path) -> Any:
    """Return what a JSON file says: objects, lists, text, numbers, truth values and nothing else.

    Raises:
        ScenarioError: when the file is missing, too large, no UTF-8, nested too deeply, no JSON, or repeats keys.
    """
    text = _text(path)
    _check_depth(path.name, text)
    try:
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        place = f"{path.name} line {error.lineno}, column {error.colno}"
        stop_at([Fault(place, error.msg, "write JSON: names in double quotes, commas between items, brackets closed")])
    except ValueError as error:
        stop_at([Fault(path.name, short(str(error)), "write finite numbers of ordinary length")])
    stop_at(list(_repeated(found, "Bundle")))
    return found


def _text(path: Path) -> str:
    mend = "name a JSON file that can be read"
    try:
        if not path.is_file():
            stop_at([Fault("file", str(path), mend)])
        size = path.stat().st_size
        if size > LARGEST_FILE:
            stop_at([Fault(path.name, f"{size} bytes", f"give at most {LARGEST_FILE} bytes; split the bundle")])
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        stop_at([Fault(path.name, f"byte {error.start}", "save the file in the encoding UTF-8")])
    except OSError as error:
        stop_at([Fault(path.name, error.strerror or str(error), mend)])
    raise AssertionError("unreachable")


def _check_depth(file: str, text: str) -> None:
    """Refuse what is nested too deeply before a parser that calls itself meets it."""
    depth = 0
    for sign in re.findall(r"[\[\]{}]", _STRINGS.sub("", text)):
        depth += 1 if sign in "[{" else -1
        if depth > DEEPEST:
            stop_at([Fault(file, f"more than {DEEPEST} levels", f"nest objects and lists at most {DEEPEST} deep")])


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    names = [name for name, _ in pairs]
    repeated = Repeated(found)
    repeated.keys_twice = tuple(dict.fromkeys(name for name in names if names.count(name) > 1))
    return repeated


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _repeated(node: Any, place: str) -> Iterator[Fault]:
    """Yield a fault for every key that stands more than once in its object."""
    if isinstance(node, Repeated):
        for key in node.keys_twice:
            yield Fault(f"{place}.{short(key)}", "given more than once", "give every key once")
    if isinstance(node, dict):
        for key, item in node.items():
            yield from _repeated(item, f"{place}.{short(key)}")
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _repeated(item, f"{place}[{index}]")
