"""Read plain values (numbers, words, lists, tables) into dataclasses, and list every fault with its key path.

Hydra stops at the first fault of a configuration; a planner wants all of them at once. So Hydra composes
the files and this module reads the result. A description of `sim` is its own schema.
"""

import math
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from difflib import get_close_matches
from enum import Enum
from inspect import signature
from typing import Any, Union, get_args, get_origin, get_type_hints

from sim.faults import Fault, ScenarioError

Reader = Callable[[object, str, list[Fault]], Any]

READERS: dict[Any, Reader] = {}
"""Readers of types that are written in a notation of their own, for example distributions."""

MISSING_VALUE = "???"
"""What Hydra writes for a value that must be given."""

NOT_IN_FILES = {"in_files": False}
"""Metadata of a field that no configuration may set."""


def read(kind: Any, value: object, field: str, faults: list[Fault]) -> Any:
    """Return `value` as an instance of the type `kind`; append a fault for everything that does not fit.

    Knows dataclasses, dict[str, X], list[X], tuple[X, ...], X | None, enumerations, bool, int, float, str,
    Any and the types in `READERS`. When a fault was appended the result is not to be used.
    """
    if value == MISSING_VALUE:
        faults.append(Fault(field, value, f"missing; give a value, for example {field}=..."))
        return None
    if kind in READERS:
        return READERS[kind](value, field, faults)
    if kind is Any or kind is object:
        return value
    if get_origin(kind) in (Union, types.UnionType):
        return _read_optional(kind, value, field, faults)
    if get_origin(kind) in (dict, list, tuple):
        return _read_collection(kind, value, field, faults)
    if is_dataclass(kind):
        return _read_dataclass(kind, value, field, faults)
    if issubclass(kind, Enum):
        return _read_enum(kind, value, field, faults)
    return _read_scalar(kind, value, field, faults)


def stop_at(faults: Sequence[Fault]) -> None:
    """Raise all faults, each once, if there are any.

    Raises:
        ScenarioError: with the faults.
    """
    if faults:
        raise ScenarioError({str(fault): fault for fault in faults}.values())


def close_match(word: str, known: Iterable[str]) -> str:
    """Return the mend for an unknown word: what was probably meant, and the list of what is known."""
    words = sorted(known)
    listed = f"use one of {', '.join(words)}" if words else "leave it out"
    near = get_close_matches(word, words, n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}? Otherwise {listed}" if near else listed


def mapping(value: object, field: str, faults: list[Fault]) -> dict[str, Any]:
    """Return `value` when it is a table with words as keys; otherwise append faults and return what is usable."""
    if not isinstance(value, Mapping):
        faults.append(Fault(field, value, f"give a table of keys and values, not {_described(value)}"))
        return {}
    for key in value:
        if not isinstance(key, str):
            faults.append(Fault(join(field, str(key)), key, "use a word as key; put it in quotes"))
    return {key: item for key, item in value.items() if isinstance(key, str)}


def unknown_keys(given: Iterable[str], known: Iterable[str], field: str) -> Iterator[Fault]:
    """Yield a fault for every key that nobody reads."""
    names = set(known)
    for key in given:
        if key not in names:
            yield Fault(join(field, key), key, f"unknown key; {close_match(key, names)}")


def join(field: str, key: str) -> str:
    """Return the dotted path of a key inside a field."""
    return f"{field}.{key}" if field else key


def _read_optional(kind: Any, value: object, field: str, faults: list[Fault]) -> Any:
    members = [member for member in get_args(kind) if member is not type(None)]
    if value is None or len(members) != 1:
        return value
    return read(members[0], value, field, faults)


def _read_collection(kind: Any, value: object, field: str, faults: list[Fault]) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin is dict:
        table = mapping(value, field, faults)
        return {key: read(inner[1], item, join(field, key), faults) for key, item in table.items()}
    if not isinstance(value, list | tuple):
        faults.append(Fault(field, value, f"give a list, not {_described(value)}"))
        return origin()
    return origin(read(inner[0], item, f"{field}[{i}]", faults) for i, item in enumerate(value))


def _read_dataclass(kind: Any, value: object, field: str, faults: list[Fault]) -> Any:
    table = mapping(value, field, faults)
    if not isinstance(value, Mapping):
        return None
    own = {item.name: item for item in fields(kind) if item.init and item.metadata.get("in_files", True)}
    faults.extend(unknown_keys(table, own, field))
    before = len(faults)
    faults.extend(_missing_keys(table, own, field))
    types_of = get_type_hints(kind)
    known = {key: table[key] for key in own if key in table}
    given = {key: read(types_of[key], item, join(field, key), faults) for key, item in known.items()}
    if len(faults) > before:
        return None
    made = kind(**given)
    faults.extend(_own_faults(made, field))
    return made


def _missing_keys(table: dict[str, Any], own: dict[str, Field[Any]], field: str) -> Iterator[Fault]:
    for name, item in own.items():
        if name not in table and item.default is MISSING and item.default_factory is MISSING:
            yield Fault(join(field, name), None, "missing; give a value")


def _own_faults(made: Any, field: str) -> Iterable[Fault]:
    """Return the faults a description finds in itself; some know their place, others are told."""
    if not hasattr(made, "faults"):
        return ()
    found = made.faults(field) if signature(made.faults).parameters else made.faults()
    # A policy may not import faults: it yields tuples of the same three parts.
    return [one if isinstance(one, Fault) else Fault(*one) for one in found]


def _read_enum(kind: type[Enum], value: object, field: str, faults: list[Fault]) -> Any:
    members = {str(member.value): member for member in kind}
    if str(value) not in members:
        faults.append(Fault(field, value, close_match(str(value), members)))
    return members.get(str(value))


def _read_scalar(kind: type, value: object, field: str, faults: list[Fault]) -> Any:
    wanted = {float: "a number", int: "a whole number", bool: "true or false", str: "a word or text"}[kind]
    if kind is float and type(value) is int:
        return float(value)
    if kind is int and isinstance(value, float) and value.is_integer():
        return int(value)
    if type(value) is not kind:
        faults.append(Fault(field, value, f"give {wanted}, not {_described(value)}"))
    elif isinstance(value, float) and not math.isfinite(value):
        faults.append(Fault(field, value, "give a finite number"))
    return value


def _described(value: object) -> str:
    names = {type(None): "nothing", str: "text", bool: "true or false", dict: "a table", list: "a list"}
    return names.get(type(value)) or f"the number {value}"
