"""Compare every system with the best of the others, whichever that is (MCB).

Hsu 1984, doi:10.1214/aos/1176346404; on common random numbers Nelson and Matejcik 1995, doi:10.1287/mnsc.41.12.1935.
For each i the interval holds mean(i) − max over l other than i of mean(l), all of them together with the level asked
for. Here the widths are Student's for paired differences, shared among k − 1 of them (Bonferroni), which needs no
assumption about correlations:

    w[i, l] = t(n − 1; 1 − alpha / (k − 1)) · S[i, l] / sqrt(n)
    high[i] = max(0, min over l of  Y[i] − Y[l] + w[i, l]),       G = {i: high[i] > 0}
    low[i]  = 0 if G = {i}, else min(0, min over l in G of  Y[i] − Y[l] − w[i, l])

Who has high 0 is surely not the best; who has low 0 surely is.
"""

from dataclasses import dataclass

import numpy as np

from experiments.statistics.intervals import LEVEL, t_quantile
from experiments.statistics.selection import pair_variances
from sim.units import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class WithBest:
    """State by how much one system is better than the best of the others: estimate and simultaneous interval."""

    lead: float
    low: float
    high: float

    @property
    def may_be_best(self) -> bool:
        """Return whether it cannot be ruled out that it is the best."""
        return self.high > 0 or self.lead >= 0

    @property
    def is_best(self) -> bool:
        """Return whether it is surely the best."""
        return self.low == 0 < self.high


def with_the_best(values: FloatArray, level: float = LEVEL) -> list[WithBest]:
    """Return the comparison of all k systems, from n replications in common, shape (n, k); larger is better.

    Raises:
        ValueError: with fewer than two systems or replications.
    """
    n, k = values.shape
    if n < 2 or k < 2:
        raise ValueError(f"compare two systems or more in two replications or more, not {k} in {n}")
    gaps = values.mean(axis=0)[:, None] - values.mean(axis=0)[None, :]
    one_sided = t_quantile(n - 1, 1 - 2 * (1 - level) / (k - 1))
    widths = one_sided * np.sqrt(pair_variances(values) / n)
    others = ~np.eye(k, dtype=np.bool_)
    high = np.array([max(0.0, float((gaps + widths)[i, others[i]].min())) for i in range(k)])
    leads = np.array([float(gaps[i, others[i]].min()) for i in range(k)])
    in_running = (high > 0) | (leads >= 0)  # equals in every replication have no width between them
    return [
        WithBest(float(leads[i]), _low(gaps[i] - widths[i], in_running & others[i]), float(high[i])) for i in range(k)
    ]


def _low(bounds: FloatArray, rivals: BoolArray) -> float:
    """Return the lower end for one system against those others that may be the best."""
    found = bounds[rivals]
    return min(0.0, float(found.min())) if found.size else 0.0
