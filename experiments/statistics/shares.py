"""State a share of independent trials with an exact interval, however rare the hits are.

Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404: the interval holds the true share with at least the level asked
for, also when there was no hit, or nothing but hits.
"""

from dataclasses import dataclass

from scipy.special import betaincinv

from experiments.statistics.intervals import LEVEL


@dataclass(frozen=True, slots=True)
class ShareInterval:
    """State `n_hits` of `n` trials as a share with its exact interval, all between 0 and 1."""

    n_hits: int
    n: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Return the share found; NaN of no trials."""
        return self.n_hits / self.n if self.n else float("nan")


def share_interval(n_hits: int, n: int, level: float = LEVEL) -> ShareInterval:
    """Return the exact interval of a share.

    Raises:
        ValueError: when there are more hits than trials, or fewer than none.
    """
    if not 0 <= n_hits <= n:
        raise ValueError(f"give 0 to {n} hits of {n} trials, not {n_hits}")
    tail = (1 - level) / 2
    low = float(betaincinv(n_hits, n - n_hits + 1, tail)) if n_hits else 0.0
    high = float(betaincinv(n_hits + 1, n - n_hits, 1 - tail)) if n_hits < n else 1.0
    return ShareInterval(n_hits, n, low, high)
