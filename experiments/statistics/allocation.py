"""Share a budget of replications so that the best of k systems is told from the others as surely as it allows.

Optimal computing budget allocation (Chen, Lin, Yücesan and Chick 2000, doi:10.1023/A:1008349927281): with b the best
by mean, d[i] its lead over i, and standard deviations s,

    N[i] / N[j] = ((s[i] / d[i]) / (s[j] / d[j]))²   for i, j other than b,      N[b] = s[b] sqrt(Σ N[i]² / s[i]²)

It maximizes a bound of the probability of correct selection for independent systems; on common random numbers that
are positively correlated the bound is on the safe side.
"""

import numpy as np

from sim.units import FloatArray, IntArray

SMALLEST_LEAD = 1e-9
"""Share of the largest standard deviation below which a lead, or a deviation, counts as this."""


def ocba_shares(means: FloatArray, deviations: FloatArray) -> FloatArray:
    """Return the share of the budget of every system, shape (k,); the largest mean is the best."""
    largest = float(deviations.max())
    if largest == 0:
        return np.full(len(means), 1 / len(means))
    best = int(np.argmax(means))
    s = np.maximum(deviations, SMALLEST_LEAD * largest)
    lead = np.maximum(means[best] - means, SMALLEST_LEAD * largest)
    weight = (s / lead) ** 2
    weight[best] = 0.0
    weight /= weight.max()  # leads that are all tiny would overflow
    weight[best] = s[best] * np.sqrt(np.sum((weight / s) ** 2))
    shares: FloatArray = weight / weight.sum()
    return shares


def ocba_counts(means: FloatArray, deviations: FloatArray, counts: IntArray, budget: int) -> IntArray:
    """Return how many replications each system has once `budget` of them are done, at least those of `counts`.

    Who has more than the share keeps them; the others share the rest. Leftover ones go to the largest fractions.
    """
    shares, counts = ocba_shares(means, deviations), np.asarray(counts, dtype=np.int64)
    keeps = np.zeros(len(counts), dtype=np.bool_)
    wanted = counts.astype(np.float64)
    while not keeps.all():
        free = budget - counts[keeps].sum()
        wanted = np.where(keeps, counts, free * shares / shares[~keeps].sum())
        over = ~keeps & (wanted < counts)
        if not over.any():
            break
        keeps |= over
    whole = np.maximum(np.floor(wanted + 1e-9).astype(np.int64), counts)
    left = max(budget - int(whole.sum()), 0)
    order = np.argsort(-(wanted - whole), kind="stable")
    whole[order[:left]] += 1
    return whole
