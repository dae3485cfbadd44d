"""Describe durations by quantiles that were observed."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Self

import numpy as np

from sim.distributions.base import Distribution, powers_between
from sim.faults import Fault
from sim.units import FloatArray


@dataclass(frozen=True, slots=True)
class Empirical(Distribution):
    """Describe a duration by its quantiles at given probabilities, with straight lines between them.

    The probabilities rise from 0 to 1; equal quantiles in a row put their whole probability on one duration.
    """

    probabilities: tuple[float, ...]
    quantiles_min: tuple[float, ...]

    def quantile(self, p: FloatArray) -> FloatArray:
        """Return the point on the line between the quantiles on both sides."""
        return np.asarray(np.interp(p, self.probabilities, self.quantiles_min), dtype=np.float64)

    def partial_moment(self, order: int, x: FloatArray) -> FloatArray:
        """Return the sum over pieces, each spread evenly between two quantiles."""
        total = np.zeros(np.shape(x))
        for share, (low, high) in zip(np.diff(self.probabilities), pairwise(self.quantiles_min), strict=True):
            if high > low:
                total += share * powers_between(order, low, np.clip(x, low, high)) / (high - low)
            else:
                total += share * np.where(x >= low, low**order, 0.0)
        return total

    def scaled(self, factor: float) -> Self:
        """Return the distribution of `factor` times the duration."""
        return replace(self, quantiles_min=tuple(minutes * factor for minutes in self.quantiles_min))

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield faults of probabilities and quantiles that are no distribution."""
        p, minutes = self.probabilities, self.quantiles_min
        if len(p) < 2 or p[0] != 0 or p[-1] != 1 or not all(a < b for a, b in pairwise(p)):
            yield Fault(f"{field}.probabilities", list(p), "give probabilities that rise from 0 to 1")
        if len(minutes) != len(p):
            yield Fault(f"{field}.quantiles_min", len(minutes), f"give {len(p)}, one for each probability")
        if not all(0 <= one < math.inf for one in minutes) or not all(a <= b for a, b in pairwise(minutes)):
            yield Fault(f"{field}.quantiles_min", list(minutes), "give finite minutes of zero or more that never fall")
