"""Hold counts per hour in a row, with the holidays that a calendar knows in advance."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from sim.units import HOURS_PER_WEEK, BoolArray, FloatArray, IntArray

Moments = NDArray[np.datetime64]
HOURS_PER_DAY = 24
HOUR = np.timedelta64(1, "h")
MONDAY = np.datetime64("1970-01-05T00", "h")


def no_holidays() -> Moments:
    """Return a calendar without holidays, shape (0,)."""
    return np.empty(0, dtype="datetime64[D]")


@dataclass(frozen=True, slots=True, eq=False)
class HourlySeries:
    """Hold the counts of n hours in a row: `counts` (n,), NaN where nothing is known, `start` the first hour.

    `holidays` are days, datetime64[D]; those of the hours to forecast belong to them too. Position i is the hour
    `start` + i; positions from n on lie in the future, and have a calendar but no counts.

    Raises:
        ValueError: lists every array of the wrong shape, and counts that are negative or infinite.
    """

    name: str
    start: np.datetime64
    counts: FloatArray
    holidays: Moments = field(default_factory=no_holidays)

    def __post_init__(self) -> None:
        faults = tuple(self._faults())
        if faults:
            raise ValueError(f"series {self.name!r}: " + "; ".join(faults))

    def _faults(self) -> Iterator[str]:
        if self.start.dtype != np.dtype("datetime64[h]"):
            yield f"start has the unit {self.start.dtype}; give a whole hour, datetime64[h]"
        if self.counts.ndim != 1:
            yield f"counts have shape {self.counts.shape}; give one row of hours"
        if np.any(self.counts < 0) or np.any(np.isinf(self.counts)):
            yield "counts are negative or infinite; give counts of zero or more, NaN where unknown"
        if self.holidays.dtype != np.dtype("datetime64[D]"):
            yield f"holidays have the unit {self.holidays.dtype}; give days, datetime64[D]"

    def __len__(self) -> int:
        """Return the number of hours."""
        return len(self.counts)

    def until(self, position: int) -> "HourlySeries":
        """Return the hours before a position: all that is known at that moment."""
        return replace(self, counts=self.counts[:position])

    def moments(self, at: IntArray) -> Moments:
        """Return the hours at these positions, datetime64[h], the shape of `at`."""
        return self.start + at * HOUR

    def hour_of_week(self, at: IntArray) -> IntArray:
        """Return the hours of the week, 0 to 167 from Monday midnight, at these positions."""
        hours: IntArray = (self.moments(at) - MONDAY).astype(np.int64) % HOURS_PER_WEEK
        return hours

    def is_holiday(self, at: IntArray, days_later: int = 0) -> BoolArray:
        """Say at each position whether so many days later is a holiday."""
        days = self.moments(at).astype("datetime64[D]") + np.timedelta64(days_later, "D")
        return np.isin(days, self.holidays)

    def first_midnight(self, position: int = 0) -> int:
        """Return the first position at or after this one that is midnight."""
        return position + (-int(self.hour_of_week(np.array([position]))[0])) % HOURS_PER_DAY
