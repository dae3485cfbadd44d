"""Judge simulated quantities against exact ones: by z-score, and by how many intervals cover the exact value.

A quantity is a ratio of means: the mean wait is (minutes waited) / (patients), a share (events) / (patients). With the
exact value r, the gap, numerator - r x denominator, of a replication has mean zero, whatever the number of patients, so
gaps are judged: nothing is biased by dividing by a random number (E. C. Fieller 1954, Some problems in interval
estimation, Journal of the Royal Statistical Society B 16, 175-185).
"""

from dataclasses import dataclass
from math import copysign, inf, sqrt

import numpy as np
from scipy.special import bdtr, stdtr, stdtrit

from sim.units import FloatArray

LEVEL = 0.95
MOST_Z = 4.0
BAND_ALARM = 1e-4
"""The most probable share of false alarms of one band of coverage, over both of its ends."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Compare one quantity with its exact value; the z-score is that of all replications together.

    `n_covered` of the 95 % intervals of `n_blocks` blocks cover it; between `band[0]` and `band[1]` of them should.
    """

    exact: float
    simulated: float
    standard_error: float
    z: float
    n_covered: int
    n_blocks: int
    n_replications: int
    band: tuple[int, int]

    @property
    def passed(self) -> bool:
        """Say whether both the z-score and the coverage are what chance allows."""
        return abs(self.z) <= MOST_Z and self.band[0] <= self.n_covered <= self.band[1]

    @property
    def false_alarm_share(self) -> float:
        """Return a bound on the probability that chance alone fails an exact quantity with normal gaps."""
        return float(2 * stdtr(self.n_replications - 1, -MOST_Z)) + BAND_ALARM


@dataclass(frozen=True, slots=True)
class Controlled:
    """Hold what control variates make of a quantity: estimate, standard error, and the share of variance left."""

    simulated: float
    standard_error: float
    variance_share: float


def controlled(pairs: FloatArray, exact: float, controls: FloatArray) -> Controlled | None:
    """Return the estimate with control variates of mean zero; None without any, or without anything to explain.

    `pairs` has shape (n, 2), `controls` (n, n_controls). Their coefficients are those of least squares, and one degree
    of freedom is taken off for each (S. Lavenberg and P. Welch 1981, doi:10.1287/mnsc.27.3.322).
    """
    gaps = pairs[:, 0] - exact * pairs[:, 1]
    n, k = controls.shape
    if k == 0 or gaps.std() == 0.0:
        return None
    beyond = controls - controls.mean(axis=0)
    slopes = np.linalg.lstsq(beyond, gaps - gaps.mean(), rcond=None)[0]
    left = gaps - gaps.mean() - beyond @ slopes
    gap = float(gaps.mean() - controls.mean(axis=0) @ slopes)
    variance = float(left @ left) / (n - k - 1)
    per = float(pairs[:, 1].mean())
    return Controlled(exact + gap / per, sqrt(variance / n) / per, variance / float(gaps.var(ddof=1)))


def judge(pairs: FloatArray, exact: float) -> Judgement:
    """Judge one quantity by its pairs, shape (n_blocks, per_block, 2): numerators and denominators."""
    numerator, denominator = pairs[..., 0], pairs[..., 1]
    gaps = numerator - exact * denominator
    per = float(denominator.mean())
    simulated = float(numerator.sum() / denominator.sum())
    error = float(gaps.std(ddof=1)) / sqrt(gaps.size)
    n = len(gaps)
    covered, band = _covered(gaps), coverage_band(n)
    return Judgement(exact, simulated, error / per, _z(float(gaps.mean()), error), covered, n, gaps.size, band)


def coverage_band(n_blocks: int) -> tuple[int, int]:
    """Return how many of the intervals may cover: all but the least and the most probable half of `BAND_ALARM`."""
    at_most = bdtr(np.arange(n_blocks + 1, dtype=float), n_blocks, LEVEL)
    low = int(np.searchsorted(at_most, BAND_ALARM / 2, side="right"))
    high = int(np.searchsorted(at_most, 1 - BAND_ALARM / 2))
    return low, min(high, n_blocks)


def _z(mean: float, error: float) -> float:
    """Return how many standard errors the mean is off; what never varies must be exact."""
    if error == 0.0:
        return 0.0 if mean == 0.0 else copysign(inf, mean)
    return mean / error


def _covered(gaps: FloatArray) -> int:
    """Count the blocks, shape (n_blocks, per_block), whose Student interval of the mean gap holds zero."""
    n = gaps.shape[1]
    half_width = stdtrit(n - 1, 0.5 + LEVEL / 2) * gaps.std(axis=1, ddof=1) / sqrt(n)
    return int((np.abs(gaps.mean(axis=1)) <= half_width).sum())
