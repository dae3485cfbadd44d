"""Compare two cells on the same patients, replication by replication (common random numbers).

Source: A. M. Law, Simulation Modeling and Analysis, 5th ed., McGraw-Hill 2015, sections 10.2.1 (paired differences)
and 11.2 (common random numbers).
"""

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr

from experiments.statistics.intervals import LEVEL, Interval, mean_interval, standard_error, variance_of
from sim.units import FloatArray


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
    return Difference(*shape, _variance_ratio(a, b), _p_value(interval.mean, standard_error(b - a), a.size))


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


def _variance_ratio(a: FloatArray, b: FloatArray) -> float:
    """Return the gain of pairing over independent runs (Law 2015, section 11.2)."""
    of_difference = variance_of(b - a)
    return float(np.inf) if of_difference == 0 else (variance_of(a) + variance_of(b)) / of_difference


def _p_value(mean: float, standard_error: float, n: int) -> float:
    """Return the two-sided p-value of Student's t; without variance it is 1 for no difference, else 0."""
    if n < 2:
        return nan
    if standard_error == 0:
        return 1.0 if mean == 0 else 0.0
    return float(2 * stdtr(n - 1, -abs(mean) / standard_error))
