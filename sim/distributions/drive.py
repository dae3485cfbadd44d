"""Describe a drive to a hospital, which takes as long as the way does."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self

from sim.distributions.base import Distribution, not_negative
from sim.distributions.simple import Fixed
from sim.faults import Fault
from sim.units import FloatArray


@dataclass(frozen=True, slots=True)
class Drive(Distribution):
    """Describe a drive: `factor` times the minutes from a patient's zone to the hospital, and an `extra` time.

    As a distribution it stands for the extra time alone; `sim.ways` adds the way, since that depends on who drives
    where. A factor of 2 is out to the patient and back.
    """

    factor: float = 1.0
    extra: Distribution = Fixed(0.0)  # noqa: RUF009 (frozen)

    def quantile(self, p: FloatArray) -> FloatArray:
        """Return quantiles of the extra time."""
        return self.extra.quantile(p)

    def partial_moment(self, order: int, x: FloatArray) -> FloatArray:
        """Return the partial moment of the extra time."""
        return self.extra.partial_moment(order, x)

    def scaled(self, factor: float) -> Self:
        """Return the distribution of `factor` times the whole drive."""
        return replace(self, factor=self.factor * factor, extra=self.extra.scaled(factor))

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield faults of the factor and of the extra time."""
        yield from not_negative(field, "factor", self.factor)
        yield from self.extra.faults(f"{field}.extra")
