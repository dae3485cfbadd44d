"""Let patients arrive when recorded patients did."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.arrivals.base import Arrivals, Generators, Pattern
from sim.faults import Fault
from sim.units import HOURS_PER_WEEK, FloatArray, on_grid


@dataclass(frozen=True, slots=True)
class Replay(Pattern):
    """Describe arrivals at `times_min`, recorded minutes since time zero, in any order."""

    times_min: tuple[float, ...]

    def draw(self, end_min: float, generators: Generators) -> Arrivals:
        """Return the recorded arrivals before the end; nothing is drawn."""
        return Arrivals(on_grid(np.sort(np.array(self.times_min, dtype=np.float64)))).before(end_min)

    def hourly_rate(self) -> FloatArray:
        """Return zeros: what was recorded ends."""
        return np.zeros(HOURS_PER_WEEK)

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield a fault for every time that is negative or not finite."""
        for index, minutes in enumerate(self.times_min):
            if not 0 <= minutes < math.inf:
                yield Fault(f"{field}.times_min[{index}]", minutes, "give finite minutes of zero or more")
