"""Read values that differ between patients, as planners write them in YAML.

`0.3` holds for everyone. `{by_acuity: [...]}` holds five values, from the most urgent acuity to the least. `{by: NAME,
level: value, ..., otherwise: value}` depends on the condition, an attribute or a choice; its values may depend on
something else in turn. `times: x` beside any table multiplies all of its values.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from experiments.laws import TIMES, read_distribution, read_factor, scaled
from experiments.schema import READERS, Reader, mapping, read, unknown_keys
from sim.distributions import Distribution, Fixed
from sim.faults import Fault
from sim.graded import ACUITY, OTHERWISE, Axis, Graded, aligned
from sim.units import ACUITIES

T = TypeVar("T")

BY = "by"
BY_ACUITY = "by_acuity"


@dataclass(frozen=True, slots=True)
class TableReader(Generic[T]):
    """Read tables of one kind of value: `leaf` reads a single one, `multiply` applies a factor to it."""

    leaf: Callable[[object, str, list[Fault]], T]
    multiply: Callable[[T, float], T]

    def read(self, value: object, field: str, faults: list[Fault]) -> Graded[T]:
        """Return the table, of one value where nothing makes a difference."""
        if isinstance(value, dict) and BY in value:
            return self._by_levels(value, field, faults)
        if isinstance(value, dict) and BY_ACUITY in value:
            return self._by_acuity(value, field, faults)
        return Graded((self.leaf(value, field, faults),))

    def _by_acuity(self, value: dict[str, Any], field: str, faults: list[Fault]) -> Graded[T]:
        faults.extend(unknown_keys(value, (BY_ACUITY, TIMES), field))
        items = value[BY_ACUITY]
        if not isinstance(items, list) or len(items) != ACUITIES:
            mend = f"give a list of {ACUITIES} values, from the most urgent acuity to the least"
            faults.append(Fault(f"{field}.{BY_ACUITY}", items, mend))
            items = []
        parts = [self.read(item, f"{field}.{BY_ACUITY}[{i}]", faults) for i, item in enumerate(items)]
        return self._joined(ACUITY, parts, value, field, faults)

    def _by_levels(self, value: dict[str, Any], field: str, faults: list[Fault]) -> Graded[T]:
        table = mapping(value, field, faults)
        name = read(str, table[BY], f"{field}.{BY}", faults)
        levels = sorted((key for key in table if key not in (BY, TIMES)), key=OTHERWISE.__eq__)
        if not levels:
            faults.append(Fault(field, value, f"give a value for each level of {name!r}, or for {OTHERWISE!r}"))
        parts = [self.read(table[level], f"{field}.{level}", faults) for level in levels]
        return self._joined(Axis(str(name), tuple(levels)), parts, value, field, faults)

    def _joined(
        self, axis: Axis, parts: list[Graded[T]], value: dict[str, Any], field: str, faults: list[Fault]
    ) -> Graded[T]:
        """Return one table of the tables for each level."""
        factor = read_factor(value, field, faults)
        inner = aligned(parts)
        if inner is None:
            faults.append(Fault(field, value, f"name the same levels inside each part, or add {OTHERWISE!r}"))
            return Graded(())
        values = tuple(one if factor == 1.0 else self.multiply(one, factor) for row in inner.values for one in row)
        # Five values alone are meant for the acuities, without saying so.
        return Graded(values, () if axis == ACUITY and not inner.axes else (axis, *inner.axes))


def _probability(value: object, field: str, faults: list[Fault]) -> float:
    if isinstance(value, dict):
        faults.extend(unknown_keys(value, (BY, BY_ACUITY, TIMES), field))
        return 0.0
    before = len(faults)
    p = read(float, value, field, faults)
    if len(faults) > before:
        return 0.0
    if not 0 <= p <= 1:
        faults.append(Fault(field, p, "give a probability between 0 and 1"))
    return float(p)


def _number(value: object, field: str, faults: list[Fault]) -> float:
    before = len(faults)
    number = read(float, value, field, faults)
    return 0.0 if len(faults) > before else float(number)


def _law(value: object, field: str, faults: list[Fault]) -> Distribution:
    """Return a stand-in where a fault was found, so that reading goes on and lists the rest."""
    return read_distribution(value, field, faults) or Fixed(0.0)


PROBABILITIES = TableReader(_probability, lambda p, factor: min(1.0, p * factor))
NUMBERS = TableReader(_number, lambda number, factor: number * factor)
DURATIONS = TableReader(_law, scaled)


def read_number(value: object, field: str, faults: list[Fault]) -> float | Graded[float]:
    """Return a number for everyone, or a table of numbers."""
    return NUMBERS.read(value, field, faults) if isinstance(value, dict) else _number(value, field, faults)


_READERS: dict[Any, Reader] = {
    Graded[Distribution]: DURATIONS.read,
    Graded[float]: PROBABILITIES.read,
    float | Graded[float]: read_number,
}
READERS.update(_READERS)
