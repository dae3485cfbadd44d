"""State what every pattern of arrivals can do."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np

from sim.faults import Fault
from sim.units import BoolArray, FloatArray

Generators = Callable[[str], np.random.Generator]
"""Gives the stream of a source for each purpose."""


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """Hold when the patients of a source arrive, in minutes, and who of them comes at all (None: everybody)."""

    minutes: FloatArray
    comes: BoolArray | None = None

    def before(self, end_min: float) -> "Arrivals":
        """Return the arrivals before the end, in the same order."""
        early = self.minutes < end_min
        return Arrivals(self.minutes[early], None if self.comes is None else self.comes[early])


class Pattern(ABC):
    """Describe when the patients of a source arrive."""

    __slots__ = ()

    @abstractmethod
    def draw(self, end_min: float, generators: Generators) -> Arrivals:
        """Return the arrivals in [0, end_min); patient k takes the k-th draw, whatever the end."""

    @abstractmethod
    def hourly_rate(self) -> FloatArray:
        """Return the arrivals per hour to be expected in each hour of a week, shape (168,); zero for what ends."""

    def turned(self, hour: int) -> Self:
        """Return the pattern whose weeks begin at this hour of the week; what has no weeks stays as it is."""
        return self

    @abstractmethod
    def faults(self, field: str) -> Iterator[Fault]:
        """Yield a fault for every impossible value."""
