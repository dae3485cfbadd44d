"""Hold what is expected of a week: how many of each staff are at work, from a past that no replication ever meets."""

from dataclasses import dataclass, field

import numpy as np

from sim.units import HOURS_PER_WEEK, MINUTES_PER_HOUR, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class ExpectedWork:
    """Hold for h hospitals and r roles the `load` (h, r, 168), how many would be at work if nobody ever waited.

    Hours count from time zero. `minutes` (h, r) is the mean that one patient takes. `by_week` (n, h, r, 168) is the
    load in each of the n weeks of which `load` is the mean; n may be 0.
    """

    hospital_ids: tuple[str, ...]
    roles: tuple[str, ...]
    load: FloatArray
    minutes: FloatArray
    by_week: FloatArray = field(default_factory=lambda: np.empty((0, 0, 0, HOURS_PER_WEEK)))

    def each_during(self, starts_min: float, ends_min: float) -> FloatArray:
        """Return the mean load of a span of time in each of the weeks, (n, h, r)."""
        mean: FloatArray = self.by_week[..., _hours(starts_min, ends_min)].mean(axis=-1)
        return mean

    def during(self, starts_min: float, ends_min: float) -> FloatArray:
        """Return the mean load of a span of time, (h, r); every hour that it touches counts alike."""
        mean: FloatArray = self.load[:, :, _hours(starts_min, ends_min)].mean(axis=2)
        return mean


def _hours(starts_min: float, ends_min: float) -> IntArray:
    """Return the hours of the week, from time zero, that a span of time touches."""
    hours = np.arange(starts_min // MINUTES_PER_HOUR, -(-ends_min // MINUTES_PER_HOUR)).astype(np.int64)
    return hours % HOURS_PER_WEEK
