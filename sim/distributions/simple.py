"""Describe durations by the points between which they lie, or by their mean alone."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.distributions.base import EDGE, Distribution, gamma_cdf, not_negative, positive, powers_between
from sim.faults import Fault
from sim.units import FloatArray


@dataclass(frozen=True, slots=True)
class Fixed(Distribution):
    """Describe a duration that is always the same."""

    minutes: float

    @property
    def mean(self) -> float:
        """Return the duration."""
        return self.minutes

    @property
    def sd(self) -> float:
        """Return zero."""
        return 0.0

    def quantile(self, p: FloatArray) -> FloatArray:
        """Return the duration for every probability."""
        return np.full(np.shape(p), self.minutes)

    def partial_moment(self, order: int, x: FloatArray) -> FloatArray:
        """Return the power of the duration from the duration on."""
        return np.where(x >= self.minutes, self.minutes**order, 0.0)

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield a fault when the duration is negative or not finite."""
        yield from not_negative(field, "minutes", self.minutes)


@dataclass(frozen=True, slots=True)
class Exponential(Distribution):
    """Describe an exponential duration by its mean."""

    mean_min: float

    @property
    def mean(self) -> float:
        """Return the mean."""
        return self.mean_min

    @property
    def sd(self) -> float:
        """Return the standard deviation, equal to the mean."""
        return self.mean_min

    def quantile(self, p: FloatArray) -> FloatArray:
        """Return -mean log(1 - p)."""
        return -self.mean_min * np.log1p(-np.clip(p, 0.0, 1.0 - EDGE))

    def partial_moment(self, order: int, x: FloatArray) -> FloatArray:
        """Return mean^order order! P(Gamma(order + 1) <= x / mean)."""
        return self.mean_min**order * math.factorial(order) * gamma_cdf(order + 1, x / self.mean_min)

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield a fault when the mean is not positive."""
        yield from positive(field, "mean_min", self.mean_min)


@dataclass(frozen=True, slots=True)
class Uniform(Distribution):
    """Describe a duration spread evenly between two bounds."""

    low_min: float
    high_min: float

    @property
    def mean(self) -> float:
        """Return the middle of the bounds."""
        return (self.low_min + self.high_min) / 2

    @property
    def sd(self) -> float:
        """Return the width over the square root of twelve."""
        return (self.high_min - self.low_min) / math.sqrt(12)

    def quantile(self, p: FloatArray) -> FloatArray:
        """Return the point that far between the bounds."""
        return self.low_min + (self.high_min - self.low_min) * p

    def partial_moment(self, order: int, x: FloatArray) -> FloatArray:
        """Return the integral of x^order over the part below x, divided by the width."""
        width = self.high_min - self.low_min
        if width == 0.0:
            return Fixed(self.low_min).partial_moment(order, x)
        return powers_between(order, self.low_min, np.clip(x, self.low_min, self.high_min)) / width

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield a fault when the bounds are negative or in the wrong order."""
        yield from not_negative(field, "low_min", self.low_min)
        if not self.low_min <= self.high_min < math.inf:
            yield Fault(f"{field}.high_min", self.high_min, f"give at least low_min ({self.low_min})")


@dataclass(frozen=True, slots=True)
class Triangular(Distribution):
    """Describe a duration by its least, most likely and greatest value."""

    low_min: float
    mode_min: float
    high_min: float

    @property
    def mean(self) -> float:
        """Return the mean of the three points."""
        return (self.low_min + self.mode_min + self.high_min) / 3

    @property
    def sd(self) -> float:
        """Return the closed-form standard deviation."""
        a, c, b = self.low_min, self.mode_min, self.high_min
        return math.sqrt((a * a + b * b + c * c - a * b - a * c - b * c) / 18)

    def quantile(self, p: FloatArray) -> FloatArray:
        """Return the inverse of the two quadratic branches."""
        a, c, b = self.low_min, self.mode_min, self.high_min
        left = a + np.sqrt(p * (b - a) * (c - a))
        right = b - np.sqrt((1 - p) * (b - a) * (b - c))
        return np.where(p * (b - a) < c - a, left, right)

    def partial_moment(self, order: int, x: FloatArray) -> FloatArray:
        """Return the integral of x^order times the rising and the falling line of the density."""
        a, c, b = self.low_min, self.mode_min, self.high_min
        if a == b:
            return Fixed(a).partial_moment(order, x)
        total = np.zeros(np.shape(x))
        for foot, sign, low, high in ((a, 1.0, a, c), (b, -1.0, c, b)):
            if high > low:
                upper = np.clip(x, low, high)
                area = powers_between(order + 1, low, upper) - foot * powers_between(order, low, upper)
                total += sign * area * 2 / ((b - a) * (high - low))
        return total

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield a fault when the points are negative or out of order."""
        yield from not_negative(field, "low_min", self.low_min)
        if not self.low_min <= self.mode_min <= self.high_min < math.inf:
            yield Fault(f"{field}.mode_min", self.mode_min, "give low_min <= mode_min <= high_min")
