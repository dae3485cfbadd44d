"""Combine what single changes do to a configuration: a grid is composed once for each level, not for each cell.

Composing takes a third of a second, and a grid has the product of its levels as cells. Axes that touch different parts
of a configuration can be composed one at a time and put together; where they meet, the cell is composed as a whole.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from re import compile
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser

Plain = dict[str, Any]
Path = tuple[str, ...]
Change = dict[Path, Any]
REFERENCE = compile(r"\$\{([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Composed:
    """Hold a configuration as plain values: as `written`, with references (`${...}`) in it, and `resolved`."""

    written: Plain
    resolved: Plain


class Grid:
    """Compose cells that differ from one configuration in the levels of some factors.

    `compose` composes the configuration with some factors at their levels; `chosen` is the member of each group that
    the configuration has.
    """

    def __init__(
        self, whole: Composed, compose: Callable[[Mapping[str, str]], Composed], chosen: Mapping[str, str]
    ) -> None:
        self._whole = whole
        self._compose = compose
        self._groups = chosen.keys()
        self._known: dict[tuple[str, str], tuple[Change, Change]] = {one: ({}, {}) for one in chosen.items()}

    def cell(self, factors: Mapping[str, str]) -> Composed:
        """Return the configuration with these factors at these levels."""
        if not factors:
            return self._whole
        changes = [self._change(key, level) for key, level in factors.items()]
        written, resolved = (list(side) for side in zip(*changes, strict=True))
        owned: list[Change] = [{_path(key): None} for key in factors]
        apart = all(
            not _meet(mine, theirs)
            for side in (written, resolved)
            for place, mine in enumerate(side)
            for other, theirs in enumerate([*side, *owned])
            if place != other % len(side)
        )
        if not apart or any(_refers(change) for change in written):
            return self._compose(factors)
        return Composed(applied(self._whole.written, written), applied(self._whole.resolved, resolved))

    def _change(self, key: str, level: str) -> tuple[Change, Change]:
        """Return what one factor changes in the written and in the resolved configuration."""
        if (key, level) not in self._known:
            self._known[key, level] = self._valued(key, level) or self._composed(key, level)
        return self._known[key, level]

    def _composed(self, key: str, level: str) -> tuple[Change, Change]:
        one = self._compose({key: level})
        return difference(self._whole.written, one.written), difference(self._whole.resolved, one.resolved)

    def _valued(self, key: str, level: str) -> tuple[Change, Change] | None:
        """Return the change of a single value; None when the factor is something else, or others refer to it."""
        value = None if key in self._groups else OverridesParser.create().parse_override(f"{key}={level}").value()
        change: Change = {_path(key): value}
        plain = type(value) in (bool, int, float, str) and not _refers(change)
        single = plain and _leaf(self._whole.written, _path(key)) is not None
        return (change, change) if single and not _referred(self._whole.written, change) else None


def difference(before: Plain, after: Plain, path: Path = ()) -> Change:
    """Return the values of `after` that `before` has not, by their path; tables with other keys count as one value."""
    if list(before) != list(after):
        return {path: after}
    found: Change = {}
    for key, value in after.items():
        if isinstance(value, dict) and isinstance(before[key], dict):
            found |= difference(before[key], value, (*path, key))
        elif type(value) is not type(before[key]) or value != before[key]:
            found[*path, key] = value
    return found


def applied(plain: Plain, changes: Sequence[Change]) -> Plain:
    """Return a copy of a configuration with changes made to it."""
    made: Plain = {"": deepcopy(plain)}
    for path, value in ((path, value) for change in changes for path, value in change.items()):
        *parents, last = ("", *path)
        node = made
        for part in parents:
            node = node[part]
        node[last] = deepcopy(value)
    whole: Plain = made[""]
    return whole


def _meet(one: Change, other: Change) -> bool:
    """Tell whether two changes touch the same value, or one a table that the other touches a value of."""
    return any(a[: len(b)] == b[: len(a)] for a in one for b in other)


def _path(key: str) -> Path:
    return tuple(key.lstrip("+").replace("/", ".").split("."))


def _leaf(node: Any, path: Path) -> Any:
    """Return the value at a path of tables, None where there is none or a table."""
    for part in path:
        node = node.get(part) if isinstance(node, dict) else None
    return None if isinstance(node, (dict, list)) else node


def _refers(change: Change) -> bool:
    return any(True for value in change.values() for _ in _references(value))


def _referred(node: object, change: Change) -> bool:
    """Tell whether something in a configuration may refer to what a change touches."""
    names = [name for text in _references(node) for name in REFERENCE.findall(text)]
    return any(name.startswith(".") or "$" in name or _meet({_path(name): None}, change) for name in names)


def _references(node: object) -> Iterator[str]:
    """Yield the strings that refer to other values."""
    if isinstance(node, str) and "${" in node:
        yield node
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _references(value)
