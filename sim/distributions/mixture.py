"""Describe durations of patients of several kinds, of whom nobody knows who is who."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from sim.distributions.base import EDGE, Distribution
from sim.faults import Fault
from sim.units import FloatArray


@dataclass(frozen=True, slots=True)
class Mixture(Distribution):
    """Describe a duration that follows `parts[i]` with probability `weights[i]`; the weights sum to 1."""

    weights: tuple[float, ...]
    parts: tuple[Distribution, ...]

    def quantile(self, p: FloatArray) -> FloatArray:
        """Return the least durations at which the distribution function of the mixture reaches `p`."""
        wanted = np.clip(np.asarray(p, dtype=np.float64), 0.0, 1.0 - EDGE)
        of_parts = np.stack([part.quantile(wanted) for part in self.parts])
        return _least_reaching(self, wanted, of_parts.min(axis=0), of_parts.max(axis=0))

    def partial_moment(self, order: int, x: FloatArray) -> FloatArray:
        """Return the weighted sum over the parts."""
        moments = [w * part.partial_moment(order, x) for w, part in zip(self.weights, self.parts, strict=True)]
        return np.asarray(sum(moments), dtype=np.float64)

    def scaled(self, factor: float) -> Self:
        """Return the distribution of `factor` times the duration."""
        return replace(self, parts=tuple(part.scaled(factor) for part in self.parts))

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield faults of the weights, their number and every part."""
        if len(self.weights) != len(self.parts) or not self.parts:
            yield Fault(f"{field}.weights", len(self.weights), f"give {len(self.parts)}, one for each part")
        if not all(w >= 0 for w in self.weights) or not np.isclose(sum(self.weights), 1.0):
            yield Fault(f"{field}.weights", list(self.weights), "give weights of zero or more that sum to 1")
        for index, part in enumerate(self.parts):
            yield from part.faults(f"{field}.parts[{index}]")


def _least_reaching(law: Distribution, p: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return the least x in [low, high] with cdf(x) >= p, to the last digits, by Chandrupatla's method.

    At `high` the distribution function has reached p; where it has at `low` already, that is the answer.
    """
    from scipy.optimize.elementwise import find_root

    answer = np.array(low, dtype=np.float64)
    between = np.flatnonzero(law.cdf(low).ravel() < p.ravel())
    if len(between):
        left, right, target = low.ravel()[between], high.ravel()[between], p.ravel()[between]
        root: Any = find_root  # its stubs know no further arguments
        found = root(lambda x, q: law.cdf(x) - q, (left, right), args=(target,))
        np.put(answer, between, np.where(found.f_x == 0.0, found.x, found.bracket[1]))
    return answer
