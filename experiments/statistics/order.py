"""State a quantile with an interval between two of the values themselves: no shape of the distribution is assumed.

The number of values below the p-quantile is binomial, so that the interval from the l-th to the u-th smallest value
holds it with probability P(l <= B < u) at least, B binomial with n and p (David and Nagaraja 2003, Order Statistics,
3rd ed., section 7.1, doi:10.1002/0471722162).
"""

from dataclasses import dataclass
from math import inf, nan

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binom

from experiments.statistics.intervals import LEVEL


@dataclass(frozen=True, slots=True)
class QuantileInterval:
    """State the p-quantile of `n` values with its interval; an end is infinite where the values are too few."""

    p: float
    value: float
    low: float
    high: float
    n: int


def quantile_interval(values: ArrayLike, p: float, level: float = LEVEL) -> QuantileInterval:
    """Return the p-quantile of independent `values`, shape (n,); each end is missed with (1 - level) / 2 at most.

    The value is that of the smallest order statistic with a share of p at or below it. Values that are not finite do
    not count.

    Raises:
        ValueError: when p is not between 0 and 1.
    """
    if not 0 < p < 1:
        raise ValueError(f"p must lie between 0 and 1, not {p}")
    given = np.asarray(values, dtype=np.float64)
    ordered = np.sort(given[np.isfinite(given)])
    n = ordered.size
    if n == 0:
        return QuantileInterval(p, nan, -inf, inf, 0)
    low, high = ranks(n, p, level)
    ends = ordered[low - 1] if low >= 1 else -inf, ordered[high - 1] if high <= n else inf
    place = min(int(np.ceil(n * p - 1e-9)), n)
    return QuantileInterval(p, float(ordered[place - 1]), float(ends[0]), float(ends[1]), n)


def ranks(n: int, p: float, level: float = LEVEL) -> tuple[int, int]:
    """Return the ranks of the ends, counted from 1; 0 and n + 1 stand for no end.

    l is the largest rank with P(B < l) <= alpha / 2, u the smallest with P(B >= u) <= alpha / 2.
    """
    tail = (1 - level) / 2
    below = binom.cdf(np.arange(-1, n + 1), n, p)  # P(B <= k) for k = -1 .. n
    low = int(np.flatnonzero(below <= tail).max())  # P(B <= l - 1) <= tail
    high = int(np.flatnonzero(1 - below <= tail).min())  # P(B > u - 1) <= tail
    return low, high
