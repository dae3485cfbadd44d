"""Describe values that differ between patients, as tables over what is drawn of a patient at the door."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Generic, TypeVar

from sim.faults import Fault
from sim.units import ACUITIES

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

CONDITION = "condition"
OTHERWISE = "otherwise"
"""The level that stands for all that are not named."""


@dataclass(frozen=True, slots=True)
class Axis:
    """Name what a value depends on (acuity, condition, an attribute or a choice), and the levels told apart."""

    name: str
    levels: tuple[str, ...]


ACUITY = Axis("acuity", tuple(str(acuity) for acuity in range(1, ACUITIES + 1)))


@dataclass(frozen=True, slots=True)
class Graded(Generic[T_co]):
    """Hold one value for all patients, or a table of values over `axes`, the last axis running fastest.

    Five values without axes are meant for the five acuities, from the most urgent to the least.
    """

    values: tuple[T_co, ...]
    axes: tuple[Axis, ...] = ()

    @property
    def over(self) -> tuple[Axis, ...]:
        """Return the axes, also where five values leave unsaid that they are for the acuities."""
        return (ACUITY,) if not self.axes and len(self.values) == ACUITIES else self.axes

    def of(self, acuity: int) -> T_co:
        """Return the value for an acuity from 1 to 5.

        Raises:
            ValueError: when the value depends on more than the acuity.
        """
        if self.over not in ((), (ACUITY,)):
            raise ValueError(f"depends on {', '.join(axis.name for axis in self.over)}, not on the acuity alone")
        return self.values[acuity - 1 if len(self.values) > 1 else 0]

    def at(self, cell: Mapping[str, str]) -> T_co:
        """Return the value for one level of every axis; a level that is not named counts as `OTHERWISE`.

        Raises:
            KeyError: when an axis has neither the level nor `OTHERWISE`.
        """
        place = 0
        for axis in self.over:
            level = cell[axis.name] if cell[axis.name] in axis.levels else OTHERWISE
            if level not in axis.levels:
                raise KeyError(level)
            place = place * len(axis.levels) + axis.levels.index(level)
        return self.values[place]

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield a fault when the number of values is not that of the levels, or an axis is given twice."""
        if not self.axes and len(self.values) not in (1, ACUITIES):
            yield Fault(field, len(self.values), f"give 1 value, or {ACUITIES}, one for each acuity")
        wanted = 1
        for axis in self.over:
            wanted *= len(axis.levels)
        if self.axes and len(self.values) != wanted:
            yield Fault(field, len(self.values), f"give {wanted} values, one for each combination of levels")
        names = [axis.name for axis in self.axes]
        if len(set(names)) < len(names):
            yield Fault(field, names, "let it depend on each of these once")


ALWAYS: Graded[float] = Graded((1.0,))
"""The probability of what happens to everyone."""


def share_faults(value: "float | Graded[float]", field: str, what: str = "a probability") -> Iterator[Fault]:
    """Yield faults of the table, and of values outside [0, 1]."""
    table = as_graded(value)
    yield from table.faults(field)
    for number in table.values:
        if not 0 <= number <= 1:
            yield Fault(field, number, f"give {what} between 0 and 1")


def as_graded(value: "float | Graded[float]") -> Graded[float]:
    """Return a number as the same value for everyone."""
    return value if isinstance(value, Graded) else Graded((value,))


def only_acuity_faults(tables: Sequence[tuple[str, "float | Graded[float]"]]) -> Iterator[Fault]:
    """Yield a fault for every named table that depends on more than the acuity."""
    for field, value in tables:
        for axis in as_graded(value).over:
            if axis != ACUITY:
                yield Fault(field, axis.name, "let it depend on the acuity only")


@dataclass(frozen=True, slots=True)
class Aligned(Generic[T]):
    """Hold several tables over the same axes: `values[i]` are those of the i-th table."""

    axes: tuple[Axis, ...]
    values: tuple[tuple[T, ...], ...]


def aligned(tables: Sequence[Graded[T]]) -> Aligned[T] | None:
    """Return tables over the axes of all of them; None where one lacks a level that another has."""
    levels: dict[str, dict[str, None]] = {}
    for table in tables:
        for axis in table.over:
            levels.setdefault(axis.name, {}).update(dict.fromkeys(axis.levels))
    axes = tuple(Axis(name, tuple(sorted(found, key=OTHERWISE.__eq__))) for name, found in levels.items())
    try:
        return Aligned(axes, tuple(tuple(table.at(cell) for cell in _cells(axes)) for table in tables))
    except KeyError:
        return None


def _cells(axes: tuple[Axis, ...]) -> Iterator[dict[str, str]]:
    """Yield every combination of levels, the last axis running fastest."""
    for combination in product(*(axis.levels for axis in axes)):
        yield {axis.name: level for axis, level in zip(axes, combination, strict=True)}
