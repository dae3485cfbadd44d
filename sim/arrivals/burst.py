"""Draw the arrivals of an incident with many casualties."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.arrivals.base import Arrivals, Generators, Pattern
from sim.faults import Fault
from sim.units import HOURS_PER_WEEK, FloatArray, on_grid


@dataclass(frozen=True, slots=True)
class Burst(Pattern):
    """Describe `patients` casualties who arrive from `at_min` on, spread evenly over `over_min` minutes.

    Their number is fixed, or with `poisson` a Poisson number with that mean.
    """

    at_min: float
    patients: float
    over_min: float
    poisson: bool = False

    def draw(self, end_min: float, generators: Generators) -> Arrivals:
        """Return the casualties who arrive before the end."""
        n = self._number(generators) if self.poisson else int(self.patients)
        return Arrivals(on_grid(self.at_min + self.over_min * generators("arrivals").random(n))).before(end_min)

    def _number(self, generators: Generators) -> int:
        """Draw a Poisson number by inversion, so that more casualties on average are never fewer."""
        from scipy.stats import poisson

        return int(poisson.ppf(generators("number").random(), self.patients))

    def hourly_rate(self) -> FloatArray:
        """Return zeros: an incident does not come every week."""
        return np.zeros(HOURS_PER_WEEK)

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield faults of the moment, the number and the minutes."""
        for name in ("at_min", "over_min"):
            if not 0 <= getattr(self, name) < math.inf:
                yield Fault(f"{field}.{name}", getattr(self, name), "give minutes of zero or more")
        if not 0 <= self.patients < math.inf or not (self.poisson or float(self.patients).is_integer()):
            mend = "give a mean of zero or more" if self.poisson else "give a whole number of zero or more"
            yield Fault(f"{field}.patients", self.patients, mend)
