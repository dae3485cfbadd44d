"""Correct p-values for being many: whole families of tests at once."""

from collections.abc import Sequence
from math import nan

import numpy as np


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
