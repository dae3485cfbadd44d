"""Score vital signs by NEWS2, the National Early Warning Score (Royal College of Physicians 2017)."""

import numpy as np
import pandas as pd

from sim.units import BoolArray, FloatArray, IntArray

# For each sign the upper ends of its bands, each included, and their points; a sign that is not known scores 0.
BANDS: dict[str, tuple[tuple[float, ...], tuple[int, ...]]] = {
    "respiratory_rate_per_min": ((8, 11, 20, 24), (3, 1, 0, 2, 3)),
    "oxygen_saturation_percent": ((91, 93, 95), (3, 2, 1, 0)),
    "systolic_pressure_mmhg": ((90, 100, 110, 219), (3, 2, 1, 0, 3)),
    "heart_rate_per_min": ((40, 50, 90, 110, 130), (3, 1, 0, 1, 2, 3)),
    "temperature_celsius": ((35.0, 36.0, 38.0, 39.0), (3, 1, 0, 1, 2)),
}
OXYGEN_POINTS, NOT_ALERT_POINTS = 2, 3
URGENT, EMERGENCY = 5, 7


def news2_points(table: pd.DataFrame) -> IntArray:
    """Return the points of n patients for each part of the score, shape (n, 7): five signs, oxygen, consciousness.

    Reads the columns named in `BANDS`, `on_oxygen` (1 for yes) and `consciousness` ("alert" or another word); what is
    missing or not known scores 0. Saturation is read on scale 1. Not made for those under 16, nor in pregnancy.
    """
    parts = [_points(table, name, *bands) for name, bands in BANDS.items()]
    oxygen = _numbers(table, "on_oxygen") == 1
    not_alert = ~_words(table, "consciousness").isin(("alert", "unknown", "")).to_numpy()
    return np.stack([*parts, OXYGEN_POINTS * oxygen, NOT_ALERT_POINTS * not_alert], axis=1).astype(np.int64)


def news2(table: pd.DataFrame) -> IntArray:
    """Return the score of n patients, 0 to 20, shape (n,)."""
    total: IntArray = news2_points(table).sum(axis=1)
    return total


def urgent(table: pd.DataFrame) -> BoolArray:
    """Say who needs an urgent review, (n,): a score of 5 or more, or 3 points for a single part."""
    points = news2_points(table)
    found: BoolArray = (points.sum(axis=1) >= URGENT) | (points.max(axis=1) == 3)
    return found


def _points(table: pd.DataFrame, name: str, upper: tuple[float, ...], points: tuple[int, ...]) -> IntArray:
    values = _numbers(table, name)
    found = np.asarray(points)[np.searchsorted(upper, values, side="left")]
    return np.where(np.isnan(values), 0, found)


def _numbers(table: pd.DataFrame, name: str) -> FloatArray:
    return table[name].to_numpy(dtype=float) if name in table else np.full(len(table), np.nan)


def _words(table: pd.DataFrame, name: str) -> "pd.Series[str]":
    return table[name].astype(str) if name in table else pd.Series([""] * len(table), dtype=str)
