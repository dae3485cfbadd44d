"""Say how sure the figures are: intervals of means, paired differences, and p-values of whole families.

Replications are independent of each other, so their values are treated as independent and roughly normal;
Student's t gives the intervals. Sources: A. M. Law, Simulation Modeling and Analysis, 5th ed., McGraw-Hill
2015, sections 4.5 (intervals of a mean), 10.2.1 (paired differences) and 11.2 (common random numbers).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import nan, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

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


@dataclass(frozen=True, slots=True)
class Difference(Interval):
    """State treatment minus baseline over `n` pairs, an interval like any other.

    `variance_ratio` is (var(baseline) + var(treatment)) / var(treatment - baseline), sample variances of
    the same pairs: how many times more independent replications the same precision would have needed. It is
    1 when pairing gained nothing, infinite when the difference never varied. `p_value` is two-sided, for
    the null "no difference".
    """

    variance_ratio: float = nan
    p_value: float = nan


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
    return Interval(_mean(kept), t_quantile(n - 1, level) * _standard_error(kept), n, n_dropped)


def paired_difference(baseline: ArrayLike, treatment: ArrayLike, level: float = LEVEL) -> Difference:
    """Return treatment minus baseline, replication by replication (Law 2015, section 10.2.1).

    Both have shape (n,), and entry i of both comes from the same replication (common random numbers). Pairs
    with a value that is not finite are dropped and counted. Fewer than two pairs give a NaN half-width,
    ratio and p-value.

    Raises:
        ValueError: when the two differ in shape, for then they are not pairs.
    """
    a, b = np.asarray(baseline, dtype=np.float64), np.asarray(treatment, dtype=np.float64)
    if a.shape != b.shape:
        raise ValueError(f"pairs need equal shapes, not {a.shape} and {b.shape}")
    both = np.isfinite(a) & np.isfinite(b)
    a, b = a[both], b[both]
    interval = mean_interval(b - a, level)
    shape = interval.mean, interval.half_width, interval.n, int(both.size - both.sum())
    return Difference(*shape, _variance_ratio(a, b), _p_value(interval.mean, _standard_error(b - a), a.size))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for testing all of them at once, in the order given.

    The k-th smallest of m is multiplied by m - k + 1, made no smaller than its forerunner, and cut at 1.
    Rejecting what stays at or below alpha errs anywhere in the family with probability alpha at most (Holm
    1979, doi:10.2307/4615733). A NaN is no test: it stays NaN and does not enlarge the family.
    """
    given = np.asarray(p_values, dtype=np.float64)
    adjusted = np.full(given.shape, nan)
    order = np.argsort(given, kind="stable")[: int(np.isfinite(given).sum())]  # NaN sorts last
    steps = given[order] * np.arange(order.size, 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return [float(value) for value in adjusted]


def verdict(difference: Interval, better: str) -> str:
    """Return "better", "worse" or "undecided" (the interval holds zero, or is unknown), or "no direction".

    `better` is the direction of the measure: "lower", "higher" or "".
    """
    if better not in ("lower", "higher"):
        return "no direction"
    if difference.low > 0:
        return "better" if better == "higher" else "worse"
    if difference.high < 0:
        return "better" if better == "lower" else "worse"
    return "undecided"


@lru_cache(maxsize=256)
def t_quantile(degrees: int, level: float) -> float:
    """Return the two-sided Student t quantile: 2.262 for 9 degrees of freedom and level 0.95; NaN below 1."""
    return float(stdtrit(degrees, (1 + level) / 2)) if degrees >= 1 else nan


def _mean(values: FloatArray) -> float:
    return float(values.mean()) if values.size else nan


def _variance(values: FloatArray) -> float:
    """Return the sample variance; exactly zero for constant values, whose mean may be off by a rounding."""
    if values.size < 2:
        return nan
    return 0.0 if np.all(values == values[0]) else float(values.var(ddof=1))


def _standard_error(values: FloatArray) -> float:
    return sqrt(_variance(values) / values.size) if values.size else nan


def _variance_ratio(a: FloatArray, b: FloatArray) -> float:
    """Return the gain of pairing over independent runs (Law 2015, section 11.2)."""
    of_difference = _variance(b - a)
    return float(np.inf) if of_difference == 0 else (_variance(a) + _variance(b)) / of_difference


def _p_value(mean: float, standard_error: float, n: int) -> float:
    """Return the two-sided p-value of Student's t; without variance it is 1 for no difference, else 0."""
    if n < 2:
        return nan
    if standard_error == 0:
        return 1.0 if mean == 0 else 0.0
    return float(2 * stdtr(n - 1, -abs(mean) / standard_error))
