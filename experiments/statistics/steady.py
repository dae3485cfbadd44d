"""Say when a series has settled, and whether it settles at all.

- MSER-5: the truncation that makes the squared standard error of what remains smallest, over means of five
  observations (White, Cobb and Spratt 2000, doi:10.1109/WSC.2000.899793; White 1997, doi:10.1177/003754979706900601).
  Where it falls into the second half of the series, the series is too short to say.
- A trend: the slope of what remains, one of each replication, has a Student t interval that leaves out zero.

Hours of a day and of a week differ for good; `without_rhythm` takes that out first, or no series would look settled.
"""

from dataclasses import dataclass
from math import inf

import numpy as np

from experiments.statistics.pairs import Difference, paired_difference
from sim.units import FloatArray

BATCH = 5
DAY, WEEK = 24, 168


@dataclass(frozen=True, slots=True)
class Truncation:
    """Say how many observations at the start MSER-5 leaves out, and whether that lies in the first half."""

    n_left_out: int
    settled: bool


def mser5(series: FloatArray) -> Truncation:
    """Return the MSER-5 truncation of a series, shape (n,); fewer than four batches of five never settle.

    The k batch means that are left out minimize sum over i > k of (z_i − mean of those)² / (m − k)². Candidates for k
    lie before m − 5, since a few last batches may agree by chance.
    """
    m = len(series) // BATCH
    if m < 4:
        return Truncation(0, False)
    z = series[: m * BATCH].reshape(m, BATCH).mean(axis=1)
    kept = np.arange(m, 0, -1.0)
    z = z - z.mean()  # keeps the sums of squares from canceling
    sums, squares = np.cumsum(z[::-1])[::-1], np.cumsum((z**2)[::-1])[::-1]
    spread = np.maximum(squares - sums**2 / kept, 0.0) / kept**2
    best = int(np.argmin(spread[: max(m - BATCH, 1)]))
    return Truncation(best * BATCH, best <= m // 2)


def without_rhythm(series: FloatArray) -> FloatArray:
    """Return hourly series, shape (..., n), less what the hour of the week, or of the day, adds to their mean.

    The rhythm is that of the mean over all but the last axis, in the second half of the time, where it holds two whole
    weeks or else two whole days; a shorter series is returned as it is. NaN stays NaN and does not count.
    """
    n = series.shape[-1]
    period = next((one for one in (WEEK, DAY) if n // 2 >= 2 * one), 0)
    if not period:
        return series
    mean = _mean_known(series.reshape(-1, n))
    late = np.arange(n) >= n - (n // 2 // period) * period
    phase = np.arange(n) % period
    usual = np.array([_mean_known(mean[late & (phase == one)][:, None])[0] for one in range(period)])
    level: FloatArray = series - (usual - _mean_known(usual[:, None])[0])[phase]
    return level


def _mean_known(values: FloatArray) -> FloatArray:
    """Return the mean of what is known down every column, shape (n,); NaN where nothing is."""
    known = np.isfinite(values)
    n = known.sum(axis=0)
    found: FloatArray = np.where(n > 0, np.where(known, values, 0.0).sum(axis=0) / np.maximum(n, 1), np.nan)
    return found


def trend(series: FloatArray, level: float = 0.95) -> Difference:
    """Return by how much series, shape (replications, n), rise over their whole length, on average, with its interval.

    Each replication has the slope of its own least-squares line; these are independent whatever the series do within.
    """
    n = series.shape[1]
    time = np.linspace(-0.5, 0.5, n) if n > 1 else np.zeros(n)
    rises = np.array([_rise(time, one) for one in series])
    return paired_difference(np.zeros_like(rises), rises, level)


def _rise(time: FloatArray, values: FloatArray) -> float:
    known = np.isfinite(values)
    t = time[known] - time[known].mean() if known.any() else time[known]
    squares = float(t @ t)
    return float(t @ values[known]) / squares if squares > 0 else inf
