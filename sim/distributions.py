"""Describe durations by distributions that are drawn by inversion: one uniform number, one duration.

Inversion keeps common random numbers synchronized: when a planner changes a mean, every patient keeps
the rank that chance gave them. Times are minutes; every mean and standard deviation is exact.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from sim.faults import Fault
from sim.units import FloatArray

# Quantiles are taken this far inside (0, 1), so that an unbounded tail stays finite.
EDGE = 2.0**-53


class Distribution(Protocol):
    """Describe a non-negative duration in minutes."""

    @property
    def mean(self) -> float:
        """Return the mean in minutes."""
        ...

    @property
    def sd(self) -> float:
        """Return the standard deviation in minutes."""
        ...

    def quantile(self, p: FloatArray) -> FloatArray:
        """Return the quantiles in minutes at probabilities `p`, any shape."""
        ...

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield a fault for every impossible parameter."""
        ...


def standard_normal_quantile(p: FloatArray) -> FloatArray:
    """Return standard normal quantiles (Cephes `ndtri`)."""
    from scipy.special import ndtri

    quantiles: FloatArray = ndtri(np.clip(p, EDGE, 1.0 - EDGE))
    return quantiles


def _not_negative(field: str, name: str, value: float) -> Iterator[Fault]:
    if not (math.isfinite(value) and value >= 0):
        yield Fault(f"{field}.{name}", value, "give a finite number of minutes, zero or more")


def _positive(field: str, name: str, value: float) -> Iterator[Fault]:
    if not (math.isfinite(value) and value > 0):
        yield Fault(f"{field}.{name}", value, "give a finite number above zero")


@dataclass(frozen=True, slots=True)
class Fixed:
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

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield a fault when the duration is negative or not finite."""
        yield from _not_negative(field, "minutes", self.minutes)


@dataclass(frozen=True, slots=True)
class Exponential:
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

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield a fault when the mean is not positive."""
        yield from _positive(field, "mean_min", self.mean_min)


@dataclass(frozen=True, slots=True)
class Uniform:
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

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield a fault when the bounds are negative or in the wrong order."""
        yield from _not_negative(field, "low_min", self.low_min)
        if not self.high_min >= self.low_min:
            yield Fault(f"{field}.high_min", self.high_min, f"give at least low_min ({self.low_min})")


@dataclass(frozen=True, slots=True)
class Triangular:
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

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield a fault when the points are negative or out of order."""
        yield from _not_negative(field, "low_min", self.low_min)
        if not self.low_min <= self.mode_min <= self.high_min:
            yield Fault(f"{field}.mode_min", self.mode_min, "give low_min <= mode_min <= high_min")


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Describe a lognormal duration by its mean and standard deviation."""

    mean_min: float
    sd_min: float

    @property
    def mean(self) -> float:
        """Return the mean."""
        return self.mean_min

    @property
    def sd(self) -> float:
        """Return the standard deviation."""
        return self.sd_min

    @property
    def sigma(self) -> float:
        """Return the standard deviation of the logarithm."""
        return math.sqrt(math.log1p((self.sd_min / self.mean_min) ** 2))

    def quantile(self, p: FloatArray) -> FloatArray:
        """Return exp(mu + sigma z) with z the standard normal quantile."""
        mu = math.log(self.mean_min) - self.sigma**2 / 2
        return np.exp(mu + self.sigma * standard_normal_quantile(p))

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield a fault when the mean is not positive or the standard deviation is negative."""
        yield from _positive(field, "mean_min", self.mean_min)
        yield from _not_negative(field, "sd_min", self.sd_min)


@dataclass(frozen=True, slots=True)
class Gamma:
    """Describe a gamma duration by its mean and standard deviation."""

    mean_min: float
    sd_min: float

    @property
    def mean(self) -> float:
        """Return the mean."""
        return self.mean_min

    @property
    def sd(self) -> float:
        """Return the standard deviation."""
        return self.sd_min

    def quantile(self, p: FloatArray) -> FloatArray:
        """Return the inverse of the regularized incomplete gamma function, scaled."""
        from scipy.special import gammaincinv

        shape = (self.mean_min / self.sd_min) ** 2
        standard = np.asarray(gammaincinv(shape, np.clip(p, 0.0, 1.0 - EDGE)), dtype=np.float64)
        return standard * (self.mean_min / shape)

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield a fault when the mean or the standard deviation is not positive."""
        yield from _positive(field, "mean_min", self.mean_min)
        yield from _positive(field, "sd_min", self.sd_min)


@dataclass(frozen=True, slots=True)
class Residual:
    """Describe what is left of a stay that was met by chance (the equilibrium distribution of renewal theory).

    Its distribution function at Q(p) is (the integral of Q from 0 to p, plus (1 - p) Q(p)) / mean (Feller 1971, XI.4).
    """

    stay: Distribution

    @property
    def mean(self) -> float:
        """Return E[S^2] / (2 E[S])."""
        return (self.stay.sd**2 + self.stay.mean**2) / (2 * self.stay.mean)

    @property
    def sd(self) -> float:
        """Return the standard deviation of the tabulated distribution."""
        p = (np.arange(1 << 16) + 0.5) / (1 << 16)
        return float(self.quantile(p).std())

    def quantile(self, p: FloatArray) -> FloatArray:
        """Return quantiles by inverting a table over 100 000 quantiles of the stay."""
        edges = np.linspace(0.0, 1.0, 100_001)
        middles = (edges[1:] + edges[:-1]) / 2
        stays = self.stay.quantile(middles)
        below = (np.cumsum(stays) - stays / 2) / len(stays) + (1 - middles) * stays
        quantiles: FloatArray = np.interp(p * below[-1], np.append(0.0, below), np.append(0.0, stays)).astype(
            np.float64
        )
        return quantiles

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield the faults of the stay."""
        yield from self.stay.faults(field)


FAMILIES: dict[str, type[Fixed | Exponential | Uniform | Triangular | Lognormal | Gamma]] = {
    "fixed": Fixed,
    "exponential": Exponential,
    "uniform": Uniform,
    "triangular": Triangular,
    "lognormal": Lognormal,
    "gamma": Gamma,
}
