"""Sharpen a mean with control variates: what came of chance beside it, and whose mean is known.

The values are regressed on the controls, counted from their known means, and the estimate is where the plane stands at
zero: what would have been found had chance dealt exactly what was expected. With normal values the interval is exact,
with n − q − 1 degrees of freedom for q controls (Lavenberg, Moeller and Welch 1982, doi:10.1287/opre.30.1.182). Each
control costs a degree of freedom, so that q of them pay only when they explain more than q / (n − 2) of the variance
(the loss factor there).
"""

from dataclasses import dataclass
from math import inf, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike

from experiments.statistics.intervals import LEVEL, Interval, mean_interval, t_quantile
from sim.units import FloatArray


@dataclass(frozen=True, slots=True)
class Controlled(Interval):
    """State a mean after control, from `n_controls` that varied.

    `gain` is the squared half-width without control over that with it: how many times more replications would have
    been needed; below 1 the controls cost more than they brought.
    """

    n_controls: int = 0
    gain: float = 1.0


def controlled_mean(values: ArrayLike, controls: ArrayLike, level: float = LEVEL) -> Controlled:
    """Return the mean of `values`, shape (n,), given `controls`, shape (n, q), whose true means are zero.

    Rows with anything not finite are dropped and counted. Controls that do not vary, or repeat others, are left out.
    With fewer than q + 3 values there is nothing to learn from the controls, and the plain mean is returned.
    """
    y, c = np.asarray(values, dtype=np.float64), np.asarray(controls, dtype=np.float64)
    known = np.isfinite(y) & np.isfinite(c).all(axis=1)
    plain = mean_interval(np.where(known, y, nan), level)
    y, c = y[known], _independent(c[known])
    n, q = c.shape
    if q == 0 or n < q + 3:
        return Controlled(plain.mean, plain.half_width, plain.n, plain.n_dropped)
    design = np.column_stack([np.ones(n), c])
    spread = np.linalg.inv(design.T @ design)
    weights = spread @ design.T @ y
    residuals = y - design @ weights
    variance = float(residuals @ residuals) / (n - q - 1) * float(spread[0, 0])
    half_width = t_quantile(n - q - 1, level) * sqrt(variance)
    gain = (plain.half_width / half_width) ** 2 if half_width > 0 else inf
    return Controlled(float(weights[0]), half_width, plain.n, plain.n_dropped, q, gain)


def _independent(controls: FloatArray) -> FloatArray:
    """Return the controls that vary and are no combination of those before them, shape (n, at most q)."""
    kept: list[int] = []
    centered = controls - controls.mean(axis=0) if len(controls) else controls
    for column in range(controls.shape[1]):
        if np.linalg.matrix_rank(centered[:, [*kept, column]]) > len(kept):
            kept.append(column)
    return controls[:, kept]
