"""Draw the arrivals of patients with appointments, who come early, late or not at all."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from sim.arrivals.base import Arrivals, Generators, Pattern
from sim.distributions import Distribution, Fixed
from sim.faults import Fault
from sim.units import HOURS_PER_WEEK, MINUTES_PER_HOUR, MINUTES_PER_WEEK, FloatArray, hour_of_week, on_grid


@dataclass(frozen=True, slots=True)
class Scheduled(Pattern):
    """Describe appointments at `times_min`, minutes since time zero.

    With `weekly` they are those of one week, and every week has the same. A patient arrives `lateness` after the
    appointment, less `early_min`; nobody arrives before time zero. Each stays away with probability `p_no_show`.
    """

    times_min: tuple[float, ...]
    weekly: bool = False
    lateness: Distribution = field(default_factory=lambda: Fixed(0.0))
    early_min: float = 0.0
    p_no_show: float = 0.0

    def draw(self, end_min: float, generators: Generators) -> Arrivals:
        """Return one arrival for each appointment, in the order of appointments."""
        booked = self._booked(end_min + self.early_min)
        late = self.lateness.quantile(generators("lateness").random(len(booked)))
        minutes = on_grid(np.maximum(booked + late - self.early_min, 0.0))
        comes = generators("no_show").random(len(booked)) >= self.p_no_show if self.p_no_show > 0 else None
        return Arrivals(minutes, comes).before(end_min)

    def _booked(self, end_min: float) -> FloatArray:
        """Return the times of all appointments before the end."""
        times = np.sort(np.array(self.times_min, dtype=np.float64))
        if self.weekly:
            weeks = np.arange(math.ceil(end_min / MINUTES_PER_WEEK)) * MINUTES_PER_WEEK
            times = (weeks[:, None] + times).ravel()
        booked: FloatArray = times[times < end_min]
        return booked

    def hourly_rate(self) -> FloatArray:
        """Return how many patients come in each hour of the week, on time; zero for a list that ends."""
        if not self.weekly:
            return np.zeros(HOURS_PER_WEEK)
        counts = np.bincount(hour_of_week(np.array(self.times_min, dtype=np.float64)), minlength=HOURS_PER_WEEK)
        return counts.astype(np.float64) * (1.0 - self.p_no_show)

    def turned(self, hour: int) -> Self:
        """Return the appointments of weeks that begin at this hour."""
        if not self.weekly:
            return self
        return replace(self, times_min=tuple((t - hour * MINUTES_PER_HOUR) % MINUTES_PER_WEEK for t in self.times_min))

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield faults of the times, the lateness and the probability."""
        end = MINUTES_PER_WEEK if self.weekly else math.inf
        for minutes in [one for one in self.times_min if not 0 <= one < end]:
            yield Fault(f"{field}.times_min", minutes, f"give minutes from 0 to below {end:g}")
        yield from self.lateness.faults(f"{field}.lateness")
        if not 0 <= self.early_min < math.inf:
            yield Fault(f"{field}.early_min", self.early_min, "give minutes of zero or more")
        if not 0 <= self.p_no_show <= 1:
            yield Fault(f"{field}.p_no_show", self.p_no_show, "give a probability between 0 and 1")
