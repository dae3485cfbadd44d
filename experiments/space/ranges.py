"""Describe a space: settings with their ranges around one configuration, and the cell at each point of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import floor

from experiments.config import CellConfig, vary_all
from experiments.sensitivity import Assumption, around, assumptions, in_use
from experiments.space.words import listed, number_in, present_value
from sim.faults import Fault, ScenarioError

EVERY_ASSUMPTION = "assumptions"
Levels = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """Let the setting `key` range from low to high, in whole numbers only where it is one; `what` says what it is."""

    key: str
    low: float
    high: float
    whole: bool = False
    what: str = ""

    def level(self, share: float) -> float:
        """Return the value at a share of the range, 0 to 1; six digits, so that it can be typed again."""
        if self.whole:
            return float(min(floor(self.low + share * (self.high - self.low + 1)), self.high))
        return float(f"{self.low + share * (self.high - self.low):.6g}")

    def share(self, level: float) -> float:
        """Return where a value lies in the range; a whole number lies in the middle of its part."""
        if self.whole:
            return (level - self.low + 0.5) / (self.high - self.low + 1)
        return (level - self.low) / (self.high - self.low)

    def written(self, level: float) -> str:
        """Return a value as it would be written on the command line."""
        return str(int(level)) if self.whole else f"{level:.6g}"


@dataclass(frozen=True, slots=True)
class Space:
    """Span a space of d ranges around a cell."""

    cell: CellConfig
    ranges: tuple[Range, ...]

    def levels(self, shares: Sequence[float]) -> Levels:
        """Return the values at a point of the unit cube, shape (d,)."""
        return tuple(one.level(float(share)) for one, share in zip(self.ranges, shares, strict=True))

    def shares(self, levels: Levels) -> tuple[float, ...]:
        """Return the point of the unit cube at which these values are."""
        return tuple(one.share(level) for one, level in zip(self.ranges, levels, strict=True))

    def written(self, levels: Levels) -> dict[str, str]:
        """Return the values as they would be written on the command line, by setting."""
        return {one.key: one.written(level) for one, level in zip(self.ranges, levels, strict=True)}

    def cell_at(self, levels: Levels, name: str) -> CellConfig:
        """Return the configuration with these values, told apart by them.

        Raises:
            ScenarioError: when a setting cannot have its value.
        """
        values = {one.key: int(v) if one.whole else v for one, v in zip(self.ranges, levels, strict=True)}
        found = vary_all(self.cell, values)
        assert found is not None, values
        return replace(found, name=name, factors=self.written(levels))

    def ends(self) -> Iterator[CellConfig]:
        """Yield the cells at both ends of each range, the others in the middle, to be checked before anything runs."""
        for place in range(len(self.ranges)):
            for end in (0.0, 1.0):
                shares = [end if i == place else 0.5 for i in range(len(self.ranges))]
                yield self.cell_at(self.levels(shares), f"{self.ranges[place].key}-{end:g}")


def read_space(text: str, cell: CellConfig, faults: list[Fault]) -> Space:
    """Return the space of `KEY:LOW:HIGH`, or of assumptions by id or setting; `assumptions` takes all that are in use.

    Faults are appended; whatever has one is left out.
    """
    known = assumptions()
    if text.strip() == EVERY_ASSUMPTION:
        found = [_assumed(one, cell) for one in known if in_use(one, (cell,)) and _is_number(cell, one.where)]
    else:
        found = [one for part in listed(text) if (one := _range(part, cell, known, faults))]
    if not found and not faults:
        faults.append(Fault("vary", text, "name settings with their ranges: vary=[city.ward_beds.scale:0.9:1.2]"))
    keys = [one.key for one in found]
    faults += [Fault("vary", key, "name each setting once") for key in dict.fromkeys(keys) if keys.count(key) > 1]
    space = Space(cell, tuple(found))
    if not faults:
        faults += _end_faults(space)
    return space


def _end_faults(space: Space) -> list[Fault]:
    try:
        list(space.ends())
    except ScenarioError as error:
        return list(error.faults)
    return []


def _range(part: str, cell: CellConfig, known: Sequence[Assumption], faults: list[Fault]) -> Range | None:
    """Return the range that one entry of the list names."""
    key, *ends = part.rsplit(":", 2) if part.count(":") >= 2 else [part]
    assumption = next((one for one in known if key in (one.id, one.where)), None)
    if assumption and not ends:
        return _assumed(assumption, cell) if present_value(cell, assumption.where, faults) is not None else None
    if not ends:
        faults.append(Fault("vary", part, f"no assumption of this name; give the range: {key}:LOW:HIGH"))
        return None
    low, high = (number_in(end, "vary", faults) for end in ends)
    present = present_value(cell, key, faults)
    if present is None:
        return None
    if not low < high:
        faults.append(Fault("vary", part, "give the lower end first: KEY:LOW:HIGH"))
        return None
    return Range(key, low, high, isinstance(present, int), assumption.what if assumption else "")


def _is_number(cell: CellConfig, key: str) -> bool:
    return present_value(cell, key, []) is not None


def _assumed(assumption: Assumption, cell: CellConfig) -> Range:
    """Return the range of an assumption, in proportion to what the city's own folder sets."""
    own = around(assumption, cell)
    whole = isinstance(present_value(cell, own.where, []), int)
    return Range(own.where, own.low, own.high, whole, own.what)
