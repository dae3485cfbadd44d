"""Bring amounts to one unit: milligrams and grams, minutes and hours, single units and boxes."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from sim.platform.terms import plain

CONTAINERS = ("pack", "count")
"""Dimensions of units that may hold an amount of something else: a box of vials, a vial of milligrams."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Describe one unit: what it measures, how many of the dimension's base unit it is, and other words for it."""

    name: str
    dimension: str
    factor: Fraction
    aliases: tuple[str, ...] = ()


class Units:
    """Find units by name or alias, and convert amounts between units of one dimension."""

    __slots__ = ("_by_word",)

    def __init__(self, units: Iterable[Unit]) -> None:
        """Index the units by every word that names them."""
        self._by_word = {word.casefold(): unit for unit in units for word in (unit.name, *unit.aliases)}

    def find(self, text: str) -> Unit | None:
        """Return the unit that a word names; None if none does."""
        word = text.strip().casefold()
        return self._by_word.get(word) or self._by_word.get(plain(word))

    def convert(self, amount: Fraction, source: str, target: str, content: Fraction | None = None) -> Fraction:
        """Return the amount in the target's unit, exactly; `content` is how much of the target one box or vial holds.

        Raises:
            ValueError: saying how to mend it: an unknown unit, another dimension, or a box of unknown content.
        """
        found, wanted = self.find(source), self.find(target)
        if found is None or wanted is None:
            known = ", ".join(sorted({unit.name for unit in self._by_word.values()}))
            raise ValueError(f"give a unit out of {known}")
        if found.dimension == wanted.dimension:
            return amount * found.factor / wanted.factor
        if found.dimension not in CONTAINERS:
            raise ValueError(f"give a unit of {wanted.dimension}, such as {wanted.name}, not of {found.dimension}")
        if content is None:
            raise ValueError(f"say how many {wanted.name} one {source.strip()} holds")
        return amount * found.factor * content
