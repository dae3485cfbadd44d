"""State what every distribution of durations can say of itself."""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any, Self

import numpy as np

from sim.faults import Fault
from sim.units import FloatArray

# Quantiles are taken this far inside (0, 1), so that an unbounded tail stays finite.
EDGE = 2.0**-53


class Distribution(ABC):
    """Describe a non-negative duration in minutes.

    Members are drawn by inversion and give their partial moments in closed form; the rest follows from these two.
    """

    __slots__ = ()

    @abstractmethod
    def quantile(self, p: FloatArray) -> FloatArray:
        """Return the quantiles in minutes at probabilities `p`, any shape."""

    @abstractmethod
    def partial_moment(self, order: int, x: FloatArray) -> FloatArray:
        """Return E[X^order; X <= x] in minutes^order at durations `x` (minutes, any shape, infinity allowed)."""

    @abstractmethod
    def faults(self, field: str) -> Iterator[Fault]:
        """Yield a fault for every impossible parameter."""

    def cdf(self, x: FloatArray) -> FloatArray:
        """Return P(X <= x) at durations `x` in minutes, any shape."""
        return self.partial_moment(0, x)

    def moment(self, order: int) -> float:
        """Return E[X^order] in minutes^order."""
        return float(self.partial_moment(order, np.array(np.inf)))

    @property
    def mean(self) -> float:
        """Return the mean in minutes."""
        return self.moment(1)

    @property
    def sd(self) -> float:
        """Return the standard deviation in minutes."""
        return math.sqrt(max(0.0, self.moment(2) - self.mean**2))

    def scaled(self, factor: float) -> Self:
        """Return the distribution of `factor` times the duration; parameters that are times are multiplied."""
        itself: Any = self
        times = [item.name for item in fields(itself) if item.name.endswith(("_min", "minutes"))]
        changed: Self = replace(itself, **{name: getattr(self, name) * factor for name in times})
        return changed


def standard_normal_quantile(p: FloatArray) -> FloatArray:
    """Return standard normal quantiles (Cephes `ndtri`)."""
    from scipy.special import ndtri

    quantiles: FloatArray = ndtri(np.clip(p, EDGE, 1.0 - EDGE))
    return quantiles


def gamma_cdf(shape: float, x: FloatArray) -> FloatArray:
    """Return the regularized lower incomplete gamma function; 0 below zero."""
    from scipy.special import gammainc

    return np.asarray(gammainc(shape, np.maximum(x, 0.0)), dtype=np.float64)


def powers_between(order: int, low: FloatArray | float, high: FloatArray | float) -> FloatArray:
    """Return the integral of x^order from `low` to `high`."""
    n = order + 1
    return np.asarray((np.power(high, n) - np.power(low, n)) / n, dtype=np.float64)


def not_negative(field: str, name: str, value: float) -> Iterator[Fault]:
    """Yield a fault for minutes that are negative or not finite."""
    if not (math.isfinite(value) and value >= 0):
        yield Fault(f"{field}.{name}", value, "give a finite number of minutes, zero or more")


def positive(field: str, name: str, value: float) -> Iterator[Fault]:
    """Yield a fault for a number that is not above zero, or not finite."""
    if not (math.isfinite(value) and value > 0):
        yield Fault(f"{field}.{name}", value, "give a finite number above zero")
