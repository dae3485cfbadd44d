"""Hold what is expected of a week: how many of each staff are at work, from a past that no replication ever meets."""

from dataclasses import dataclass

import numpy as np

from sim.units import HOURS_PER_WEEK, MINUTES_PER_HOUR, FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class ExpectedWork:
    """Hold for h hospitals and r roles the `load` (h, r, 168), how many would be at work if nobody ever waited.

    Hours count from time zero. `minutes` (h, r) is the mean that one patient takes.
    """

    hospital_ids: tuple[str, ...]
    roles: tuple[str, ...]
    load: FloatArray
    minutes: FloatArray

    def during(self, starts_min: float, ends_min: float) -> FloatArray:
        """Return the mean load of a span of time, (h, r); every hour that it touches counts alike."""
        hours = np.arange(starts_min // MINUTES_PER_HOUR, -(-ends_min // MINUTES_PER_HOUR)).astype(np.int64)
        mean: FloatArray = self.load[:, :, hours % HOURS_PER_WEEK].mean(axis=2)
        return mean
