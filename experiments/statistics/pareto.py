"""Tell which of many points nobody else beats in every objective, and join objectives into one figure."""

import numpy as np

from sim.units import BoolArray, FloatArray

TILT = 0.05
"""Weight of the sum beside the largest part (Knowles 2006)."""


def front(outcomes: FloatArray) -> BoolArray:
    """Return which rows of `outcomes`, shape (m, k), smaller is better, are dominated by no other, shape (m,)."""
    no_worse = (outcomes[:, None, :] <= outcomes[None, :, :]).all(axis=2)
    better = (outcomes[:, None, :] < outcomes[None, :, :]).any(axis=2)
    return np.asarray(~(no_worse & better).any(axis=0), dtype=np.bool_)


def joined(values: FloatArray, low: FloatArray, high: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the augmented Tchebycheff figure of values, shape (k, ...), smaller is better, shape (...).

    Objectives run from `low` to `high`, shape (k,); weights sum to 1 (ParEGO, Knowles 2006,
    doi:10.1109/TEVC.2005.851274).
    """
    shape = (-1, *(1,) * (values.ndim - 1))
    span = np.where(high > low, high - low, 1.0)
    parts = weights.reshape(shape) * (values - low.reshape(shape)) / span.reshape(shape)
    return np.asarray(parts.max(axis=0) + TILT * parts.sum(axis=0), dtype=np.float64)


def hypervolume(outcomes: FloatArray, corner: FloatArray) -> float:
    """Return the area between two objectives, shape (m, 2), smaller is better, and a corner that is worse than all."""
    inside = outcomes[(outcomes < corner).all(axis=1)]
    kept = inside[front(inside)] if len(inside) else inside
    ordered = kept[np.argsort(kept[:, 0], kind="stable")]
    upper = np.concatenate([corner[1:], ordered[:-1, 1]])
    return float(np.sum((corner[0] - ordered[:, 0]) * (upper - ordered[:, 1])))
