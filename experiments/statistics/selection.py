"""Select the best of k systems in pairs, and be right with the probability promised.

KN (Kim and Nelson 2001, doi:10.1145/502109.502111) screens after every replication. With n0 first replications, the
variance S²[i, l] of their paired differences, an indifference zone delta and an error alpha,

    eta     = ((2 alpha / (k - 1)) ** (-2 / (n0 - 1)) - 1) / 2,          h² = 2 eta (n0 - 1)
    W(r)    = max(0, delta / (2 r) · (h² S²[i, l] / delta² - r))
    keep i  if  mean_r(i) >= mean_r(l) - W(r)  for all l still in

Common random numbers are allowed and help, since only variances of differences count. When the best is ahead by delta
or more, it is selected with probability 1 - alpha or more (normal values). KN++ (Kim and Nelson 2006,
doi:10.1287/opre.1060.0281) takes S², and with it eta and h², anew from all replications there are: fewer of them are
needed where the first few exaggerated the variance; its promise holds as delta becomes small.
"""

from dataclasses import dataclass
from math import nan

import numpy as np

from experiments.statistics.intervals import LEVEL
from sim.units import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class Promise:
    """State what is asked of a selection: the smallest difference that matters, how sure, and from where it screens.

    `n_first` replications come before any screening; with `updating` it is KN++, without it KN.
    """

    indifference: float
    n_first: int
    level: float = LEVEL
    updating: bool = True

    def boundary(self, k: int, n: int) -> float:
        """Return h² for k systems and variances estimated from n replications."""
        eta = ((2 * (1 - self.level) / (k - 1)) ** (-2 / (n - 1)) - 1) / 2
        return float(2 * eta * (n - 1))


@dataclass(frozen=True, slots=True)
class Selection:
    """Say where a selection stands: who is still in, and after how many replications each of the others fell out.

    `fell_after` has shape (k,), 0 for who is still in. It has ended when one is left.
    """

    fell_after: tuple[int, ...]

    @property
    def left(self) -> tuple[int, ...]:
        """Return the places of those still in."""
        return tuple(place for place, n in enumerate(self.fell_after) if n == 0)

    @property
    def ended(self) -> bool:
        """Return whether one is left, which is the one selected."""
        return len(self.left) == 1


def select(values: FloatArray, promise: Promise) -> Selection:
    """Screen after every replication from the first ones on; the largest mean is the best.

    `values` has shape (n, k), row r from replication r on common random numbers; who fell out may be NaN from then on.

    Raises:
        ValueError: with fewer than two first replications, no indifference zone, or nothing to select from.
    """
    n, k = values.shape
    if promise.n_first < 2 or not promise.indifference > 0 or k < 2:
        raise ValueError("a selection needs two systems, two first replications and an indifference zone above zero")
    fell = np.zeros(k, dtype=np.int64)
    variances = pair_variances(values[: promise.n_first])
    for r in range(promise.n_first, n + 1):
        inside = np.flatnonzero(fell == 0)
        if len(inside) == 1:
            break
        known = r if promise.updating else promise.n_first
        if promise.updating and r > promise.n_first:
            variances = np.full((k, k), nan)
            variances[np.ix_(inside, inside)] = pair_variances(values[:r, inside])
        stays = screened(values[:r, inside], variances[np.ix_(inside, inside)], promise, promise.boundary(k, known))
        fell[inside[~stays]] = r
    return Selection(tuple(int(one) for one in fell))


def screened(values: FloatArray, variances: FloatArray, promise: Promise, boundary: float) -> BoolArray:
    """Return who stays in, shape (k,), from the first r replications of those still in, shape (r, k).

    When the boundary has closed for all pairs, one of equals is kept, the first.
    """
    r, means = len(values), values.mean(axis=0)
    delta = promise.indifference
    width = np.maximum(delta / (2 * r) * (boundary * variances / delta**2 - r), 0.0)
    stays: BoolArray = (means[:, None] >= means[None, :] - width).all(axis=1)
    if not width.any():
        stays[np.flatnonzero(stays)[1:]] = False
    return stays


def pair_variances(values: FloatArray) -> FloatArray:
    """Return the sample variance of all paired differences, shape (k, k), from replications, shape (n, k)."""
    centered = values - values.mean(axis=0)
    together = centered.T @ centered / (len(values) - 1)
    own = np.diag(together)
    found: FloatArray = np.maximum(own[:, None] + own[None, :] - 2 * together, 0.0)
    return found
