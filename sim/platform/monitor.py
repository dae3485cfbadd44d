"""Watch what is shared: use, supply against demand, alerts, and how evenly things are spread. Numbers only.

Everything here is a pure function of arrays, so that a run, a feed of device states and a registry are watched alike.
"""

from typing import NamedTuple

import numpy as np

from sim.platform.thresholds import Thresholds
from sim.units import BoolArray, FloatArray

SHORT = "demand above supply"
BUSY = "use above threshold"


class Alert(NamedTuple):
    """Name a spell of hours in which one row was short or too busy; `worst` is the lowest R or the highest use."""

    row: int
    reason: str
    first_hour: int
    n_hours: int
    worst: float


class Evenness(NamedTuple):
    """Say how evenly something is spread over groups; NaN where nothing is known.

    `gini` is 0 and `jain` and `max_min` are 1 when all are alike; `low` and `high` are the ends.
    """

    gini: float
    jain: float
    max_min: float
    low: float
    high: float


def supply_over_demand(supply: FloatArray, demand: FloatArray) -> FloatArray:
    """Return R = S / D, of any equal shapes and units; NaN, not defined, where nothing is demanded."""
    ratio: FloatArray = np.full(np.broadcast_shapes(supply.shape, demand.shape), np.nan)
    np.divide(supply, demand, out=ratio, where=demand > 0)
    return ratio


def unmet(supply: FloatArray, demand: FloatArray) -> FloatArray:
    """Return the demand beyond the supply, never below zero, in the unit of both."""
    short: FloatArray = np.maximum(demand - supply, 0.0)
    return short


def used_share(busy: FloatArray, on_duty: FloatArray) -> FloatArray:
    """Return busy over on duty, of any equal shapes and units; NaN where nothing is on duty."""
    share: FloatArray = np.full(np.broadcast_shapes(busy.shape, on_duty.shape), np.nan)
    np.divide(busy, on_duty, out=share, where=on_duty > 0)
    return share


def alerts(ratio: FloatArray, used: FloatArray, thresholds: Thresholds) -> list[Alert]:
    """Return the spells in which R or use passed its threshold, by row, then hour; both shapes (n_rows, n_hours).

    A spell shorter than `thresholds.least_hours` is no alert. An hour in which R is not defined is never short.
    """
    found = [
        *_spells(ratio, ratio < thresholds.least_ratio, SHORT, thresholds.least_hours),
        *_spells(-used, used > thresholds.most_used_share, BUSY, thresholds.least_hours),
    ]
    return sorted(found, key=lambda alert: (alert.row, alert.first_hour, alert.reason))


def _spells(values: FloatArray, passed: BoolArray, reason: str, least_hours: int) -> list[Alert]:
    """Return the spells of consecutive hours that are marked; the worst of a spell is its lowest value."""
    edges = np.diff(np.pad(passed, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    ends = np.nonzero(edges == -1)[1]
    return [
        Alert(row, reason, start, end - start, abs(float(values[row, start:end].min())))
        for row, start, end in zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True)
        if end - start >= least_hours
    ]


def evenness(values: FloatArray) -> Evenness:
    """Return how evenly non-negative values, one a group, are spread; groups of which nothing is known do not count."""
    known = values[np.isfinite(values)]
    if not len(known):
        return Evenness(*np.full(5, np.nan).tolist())
    return Evenness(gini(known), jain(known), max_min(known), float(known.min()), float(known.max()))


def gini(values: FloatArray) -> float:
    """Return the Gini index of non-negative values, shape (n,): mean difference of all pairs over twice the mean.

    0 when all are equal, 1 - 1/n when one has all; NaN when none are known or all are zero (Gini 1912).
    """
    known = np.sort(values[~np.isnan(values)])
    n = len(known)
    if n == 0 or known.sum() == 0:
        return float("nan")
    return float((2 * np.arange(1, n + 1) - n - 1) @ known / (n * known.sum()))


def jain(values: FloatArray) -> float:
    """Return Jain's index, (sum x)^2 / (n sum x^2): 1 when all are equal, 1/n when one has all; NaN for all zero.

    Source: Jain, Chiu and Hawe 1984, DEC-TR-301.
    """
    known = values[~np.isnan(values)]
    squares = float(known @ known)
    return float(known.sum() ** 2 / (len(known) * squares)) if squares > 0 else float("nan")


def max_min(values: FloatArray) -> float:
    """Return the smallest value over the largest: 1 when all are equal, 0 when one has nothing; NaN for all zero."""
    known = values[~np.isnan(values)]
    return float(known.min() / known.max()) if len(known) and known.max() > 0 else float("nan")
