"""Describe durations by their mean and standard deviation, in families of one shape each."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.distributions.base import EDGE, Distribution, gamma_cdf, not_negative, positive, standard_normal_quantile
from sim.distributions.simple import Fixed
from sim.faults import Fault
from sim.units import FloatArray


@dataclass(frozen=True, slots=True)
class ByMoments(Distribution):
    """Describe a duration by its mean and standard deviation."""

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


@dataclass(frozen=True, slots=True)
class Lognormal(ByMoments):
    """Describe a lognormal duration by its mean and standard deviation."""

    @property
    def sigma(self) -> float:
        """Return the standard deviation of the logarithm."""
        return math.sqrt(math.log1p((self.sd_min / self.mean_min) ** 2))

    @property
    def mu(self) -> float:
        """Return the mean of the logarithm."""
        return math.log(self.mean_min) - self.sigma**2 / 2

    def quantile(self, p: FloatArray) -> FloatArray:
        """Return exp(mu + sigma z) with z the standard normal quantile."""
        return np.exp(self.mu + self.sigma * standard_normal_quantile(p))

    def partial_moment(self, order: int, x: FloatArray) -> FloatArray:
        """Return E[X^order] times the normal distribution function at (log x - mu) / sigma - order sigma."""
        from scipy.special import ndtr

        if self.sd_min == 0.0:
            return Fixed(self.mean_min).partial_moment(order, x)
        with np.errstate(divide="ignore"):
            z = (np.log(np.maximum(x, 0.0)) - self.mu) / self.sigma - order * self.sigma
        whole = math.exp(order * self.mu + (order * self.sigma) ** 2 / 2)
        return np.asarray(whole * ndtr(z), dtype=np.float64)

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield a fault when the mean is not positive or the standard deviation is negative."""
        yield from positive(field, "mean_min", self.mean_min)
        yield from not_negative(field, "sd_min", self.sd_min)


@dataclass(frozen=True, slots=True)
class Gamma(ByMoments):
    """Describe a gamma duration by its mean and standard deviation."""

    @property
    def shape(self) -> float:
        """Return the shape, the squared reciprocal of the coefficient of variation."""
        return (self.mean_min / self.sd_min) ** 2

    def quantile(self, p: FloatArray) -> FloatArray:
        """Return the inverse of the regularized incomplete gamma function, scaled."""
        from scipy.special import gammaincinv

        standard = np.asarray(gammaincinv(self.shape, np.clip(p, 0.0, 1.0 - EDGE)), dtype=np.float64)
        return standard * (self.mean_min / self.shape)

    def partial_moment(self, order: int, x: FloatArray) -> FloatArray:
        """Return scale^order shape (shape + 1) ... times the distribution function of shape + order."""
        scale = self.mean_min / self.shape
        whole = math.prod((self.shape + k) * scale for k in range(order))
        return whole * gamma_cdf(self.shape + order, x / scale)

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield a fault when the mean or the standard deviation is not positive."""
        yield from positive(field, "mean_min", self.mean_min)
        yield from positive(field, "sd_min", self.sd_min)


# Between these coefficients of variation the shape of a Weibull distribution is found (shapes about 2500 to 0.1).
LEAST_VARIATION, MOST_VARIATION = 5e-4, 400.0


@dataclass(frozen=True, slots=True)
class Weibull(ByMoments):
    """Describe a Weibull duration by its mean and standard deviation."""

    @property
    def shape(self) -> float:
        """Return the shape that gives the coefficient of variation."""
        return weibull_shape(self.sd_min / self.mean_min)

    @property
    def scale(self) -> float:
        """Return the scale in minutes, the mean over Gamma(1 + 1 / shape)."""
        return self.mean_min / math.gamma(1 + 1 / self.shape)

    def quantile(self, p: FloatArray) -> FloatArray:
        """Return scale (-log(1 - p))^(1 / shape)."""
        return self.scale * np.power(-np.log1p(-np.clip(p, 0.0, 1.0 - EDGE)), 1 / self.shape)

    def partial_moment(self, order: int, x: FloatArray) -> FloatArray:
        """Return scale^order Gamma(1 + order / shape) times a gamma distribution function at (x / scale)^shape."""
        steps = 1 + order / self.shape
        whole = self.scale**order * math.gamma(steps)
        return whole * gamma_cdf(steps, np.power(np.maximum(x, 0.0) / self.scale, self.shape))

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield a fault when the mean or the spread is not positive, or their ratio is out of all proportion."""
        wrong = [*positive(field, "mean_min", self.mean_min), *positive(field, "sd_min", self.sd_min)]
        yield from wrong
        if not wrong and not LEAST_VARIATION <= self.sd_min / self.mean_min <= MOST_VARIATION:
            mend = f"give between {LEAST_VARIATION} and {MOST_VARIATION} times the mean; fixed where nothing varies"
            yield Fault(f"{field}.sd_min", self.sd_min, mend)


@lru_cache(maxsize=256)
def weibull_shape(variation: float) -> float:
    """Return the Weibull shape c with Gamma(1 + 2/c) / Gamma(1 + 1/c)^2 = 1 + variation^2, to the last digits."""
    from scipy.optimize import brentq

    wanted = math.log1p(variation**2)

    def surplus(log_shape: float) -> float:
        c = math.exp(log_shape)
        return math.lgamma(1 + 2 / c) - 2 * math.lgamma(1 + 1 / c) - wanted

    return math.exp(float(brentq(surplus, math.log(0.1), math.log(1e4), xtol=1e-15, rtol=1e-15)))
