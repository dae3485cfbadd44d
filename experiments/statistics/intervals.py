"""State a mean with its interval: replications are independent and roughly normal, so Student's t gives it.

Source: A. M. Law, Simulation Modeling and Analysis, 5th ed., McGraw-Hill 2015, section 4.5.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import nan, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from sim.units import FloatArray

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """State a mean ± half-width of `n` values; `n_dropped` more were not finite and do not count."""

    mean: float
    half_width: float
    n: int
    n_dropped: int = 0

    @property
    def low(self) -> float:
        """Return the lower end, in the unit of the values."""
        return self.mean - self.half_width

    @property
    def high(self) -> float:
        """Return the upper end, in the unit of the values."""
        return self.mean + self.half_width


def mean_interval(values: ArrayLike, level: float = LEVEL) -> Interval:
    """Return the Student t interval of the mean of `values`, shape (n,) (Law 2015, section 4.5).

    Values that are not finite are dropped and counted. One value has a mean and a NaN half-width; none, two
    NaN.
    """
    given = np.asarray(values, dtype=np.float64)
    kept = given[np.isfinite(given)]
    n, n_dropped = kept.size, given.size - kept.size
    if n == 0:
        return Interval(nan, nan, 0, n_dropped)
    return Interval(mean_of(kept), t_quantile(n - 1, level) * standard_error(kept), n, n_dropped)


@lru_cache(maxsize=256)
def t_quantile(degrees: int, level: float) -> float:
    """Return the two-sided Student t quantile: 2.262 for 9 degrees of freedom and level 0.95; NaN below 1."""
    return float(stdtrit(degrees, (1 + level) / 2)) if degrees >= 1 else nan


def mean_of(values: FloatArray) -> float:
    """Return the mean, NaN of no values."""
    return float(values.mean()) if values.size else nan


def variance_of(values: FloatArray) -> float:
    """Return the sample variance; exactly zero for constant values, whose mean may be off by a rounding."""
    if values.size < 2:
        return nan
    return 0.0 if np.all(values == values[0]) else float(values.var(ddof=1))


def standard_error(values: FloatArray) -> float:
    """Return the standard error of the mean of independent values."""
    return sqrt(variance_of(values) / values.size) if values.size else nan
