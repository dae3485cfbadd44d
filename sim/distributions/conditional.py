"""Describe durations of which something is known: bounds, or how long they have lasted already."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from sim.distributions.base import EDGE, Distribution, not_negative
from sim.faults import Fault
from sim.units import FloatArray

# Least share of stays that must last longer, for what is left of one to be known from their distribution.
LEAST_SURVIVORS = 1e-12


@dataclass(frozen=True, slots=True)
class Truncated(Distribution):
    """Describe a duration that follows `law`, given that it lies between two bounds (both included)."""

    law: Distribution
    low_min: float = 0.0
    high_min: float = math.inf

    def _shares(self) -> tuple[float, float]:
        """Return the probabilities of less than the low bound, and of at most the high one."""
        ends = self.law.cdf(np.array([np.nextafter(self.low_min, -np.inf), self.high_min]))
        return float(ends[0]), float(ends[1])

    def quantile(self, p: FloatArray) -> FloatArray:
        """Return the quantiles of the law at the probabilities that lie between the bounds."""
        below, within = self._shares()
        return np.clip(self.law.quantile(below + p * (within - below)), self.low_min, self.high_min)

    def partial_moment(self, order: int, x: FloatArray) -> FloatArray:
        """Return the partial moment between the low bound and x, divided by the probability of the bounds."""
        below, within = self._shares()
        under = np.array(np.nextafter(self.low_min, -np.inf))
        upto = self.law.partial_moment(order, np.clip(x, under, self.high_min))
        return (upto - self.law.partial_moment(order, under)) / (within - below)

    def scaled(self, factor: float) -> Self:
        """Return the distribution of `factor` times the duration, bounds included."""
        bounds = self.low_min * factor, self.high_min * factor
        return replace(self, law=self.law.scaled(factor), low_min=bounds[0], high_min=bounds[1])

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield faults of the law, of bounds in the wrong order, and of bounds between which nothing lies."""
        wrong = [*self.law.faults(f"{field}.law"), *not_negative(field, "low_min", self.low_min)]
        if not self.high_min >= self.low_min:
            wrong.append(Fault(f"{field}.high_min", self.high_min, f"give at least low_min ({self.low_min})"))
        if not wrong:
            below, within = self._shares()
            if within - below < LEAST_SURVIVORS:
                mend = "give bounds between which the law has durations"
                wrong.append(Fault(field, (self.low_min, self.high_min), mend))
        yield from wrong


@dataclass(frozen=True, slots=True)
class Residual(Distribution):
    """Describe what is left of a stay that was met by chance (the equilibrium distribution of renewal theory).

    Its distribution function at Q(p) is (the integral of Q from 0 to p, plus (1 - p) Q(p)) / mean (Feller 1971, XI.4).
    """

    stay: Distribution

    @property
    def mean(self) -> float:
        """Return E[S^2] / (2 E[S])."""
        return (self.stay.sd**2 + self.stay.mean**2) / (2 * self.stay.mean)

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

    def partial_moment(self, order: int, x: FloatArray) -> FloatArray:
        """Return (x^n P(S > x) + E[S^n; S <= x]) / (n E[S]) with n = order + 1, by parts."""
        n = order + 1
        x = np.maximum(x, 0.0)
        finite = np.where(np.isinf(x), 0.0, x)
        longer = finite**n * (1.0 - self.stay.cdf(finite))
        return (longer + self.stay.partial_moment(n, x)) / (n * self.stay.mean)

    def scaled(self, factor: float) -> Self:
        """Return what is left of `factor` times the stay."""
        return replace(self, stay=self.stay.scaled(factor))

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield the faults of the stay, and of a stay that takes no time."""
        wrong = list(self.stay.faults(field))
        if not wrong and self.stay.mean == 0.0:
            wrong.append(Fault(field, 0.0, "give a stay that lasts; nothing is left of none"))
        yield from wrong


@dataclass(frozen=True, slots=True)
class Remaining(Distribution):
    """Describe what is left of a stay that has lasted `elapsed_min` so far.

    Where fewer than one in 10^12 stays last so long, what is left is that of the longest such stays.
    """

    stay: Distribution
    elapsed_min: float

    @property
    def _since_min(self) -> float:
        longest = float(self.stay.quantile(np.array(1.0 - LEAST_SURVIVORS)))
        return min(self.elapsed_min, longest)

    def quantile(self, p: FloatArray) -> FloatArray:
        """Return the quantiles of the stay among those that last longer, less what has passed."""
        return remaining_min(self.stay, np.array(self.elapsed_min), p)

    def partial_moment(self, order: int, x: FloatArray) -> FloatArray:
        """Return E[(S - e)^order; e < S <= e + x] / P(S > e), by the binomial theorem."""
        e = self._since_min
        x = np.maximum(x, 0.0)
        total = np.zeros(np.shape(x))
        for k in range(order + 1):
            part = self.stay.partial_moment(k, e + x) - self.stay.partial_moment(k, np.array(e))
            total += math.comb(order, k) * (-e) ** (order - k) * part
        return total / (1.0 - float(self.stay.cdf(np.array(e))))

    def scaled(self, factor: float) -> Self:
        """Return what is left of `factor` times the stay, after `factor` times as long."""
        return replace(self, stay=self.stay.scaled(factor), elapsed_min=self.elapsed_min * factor)

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield the faults of the stay and of the time that has passed."""
        yield from self.stay.faults(f"{field}.stay")
        yield from not_negative(field, "elapsed_min", self.elapsed_min)


def remaining_min(stay: Distribution, elapsed_min: FloatArray, p: FloatArray) -> FloatArray:
    """Return quantiles of what is left of stays that have lasted `elapsed_min` (minutes, same shape as `p`)."""
    gone = np.minimum(stay.cdf(elapsed_min), 1.0 - LEAST_SURVIVORS)
    since = np.minimum(elapsed_min, stay.quantile(np.array(1.0 - LEAST_SURVIVORS)))
    return np.maximum(stay.quantile(np.minimum(gone + (1.0 - gone) * p, 1.0 - EDGE)) - since, 0.0)
