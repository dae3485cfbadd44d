"""Let a model read after the nurse: an alarm is raised by either of the two."""

import numpy as np

from sim.units import BoolArray, FloatArray

CRITICAL_LEVEL = 2
"""The nurse's level of this or more urgent is an alarm."""


def nurse_alarm(level: FloatArray) -> BoolArray:
    """Say for whom the nurse raised an alarm, (n,); none where she gave no level (NaN)."""
    alarm: BoolArray = level <= CRITICAL_LEVEL
    return alarm


def reading_threshold(p: FloatArray, outcome: BoolArray, alarmed: BoolArray, specificity: float) -> float:
    """Return the least threshold at which nurse or model still leave so large a share of the others without alarm.

    `p`, `outcome` and `alarmed` (n,) are of patients that the model has not learned from; the model alarms where P is
    at or above the threshold. Where the nurse alone raises too many alarms, the model raises none: infinity.
    """
    n_others = int((~outcome).sum())
    n_allowed = int(np.floor((1 - specificity) * n_others + 1e-9)) - int((alarmed & ~outcome).sum())
    quiet = np.sort(p[~outcome & ~alarmed])[::-1]
    if n_allowed < 0:
        return np.inf
    return float(np.nextafter(quiet[n_allowed], np.inf)) if n_allowed < len(quiet) else 0.0
