"""Hold the units of the simulated world: minutes, hours of the week, and the exact time grid."""

import numpy as np
from numpy.typing import NDArray

MINUTES_PER_HOUR = 60.0
MINUTES_PER_DAY = 1440.0
MINUTES_PER_WEEK = 10080.0
HOURS_PER_WEEK = 168
TICKS_PER_MINUTE = 2.0**20
ACUITIES = 5

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


def on_grid(minutes: FloatArray) -> FloatArray:
    """Round times to multiples of 2**-20 minutes, so that sums and differences of times are exact in doubles."""
    return np.rint(minutes * TICKS_PER_MINUTE) / TICKS_PER_MINUTE


def one_on_grid(minutes: float) -> float:
    """Round one time to a multiple of 2**-20 minutes."""
    return round(minutes * TICKS_PER_MINUTE) / TICKS_PER_MINUTE


def hour_of_week(minutes: FloatArray) -> IntArray:
    """Return the hour of the week, 0 to 167, of times since Monday midnight."""
    return (minutes // MINUTES_PER_HOUR).astype(np.int64) % HOURS_PER_WEEK
