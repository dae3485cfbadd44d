"""Keep what a search has seen: points, and the replications of each, all objectives smaller is better."""

from dataclasses import dataclass, field

import numpy as np

from experiments.space.ranges import Levels, Space
from experiments.statistics.pareto import front, joined
from experiments.statistics.surrogate import noise_of
from sim.units import BoolArray, FloatArray, IntArray


@dataclass(slots=True)
class Visited:
    """Hold the values at every point, in the order of visits, each of shape (k, n): k objectives, n replications."""

    space: Space
    values: dict[Levels, FloatArray] = field(default_factory=dict)

    @property
    def points(self) -> list[Levels]:
        """Return the points that have figures: two finite replications or more in every objective."""
        return [levels for levels, found in self.values.items() if np.isfinite(found).all(axis=0).sum() >= 2]

    @property
    def shares(self) -> FloatArray:
        """Return these points in the unit cube, shape (m, d)."""
        return np.array([self.space.shares(levels) for levels in self.points])

    @property
    def means(self) -> FloatArray:
        """Return their means, shape (m, k), apart from what replications did that not all of them have."""
        n_objectives = len(self.values[self.points[0]])
        return np.stack([noise_of(self.of(objective)).means for objective in range(n_objectives)], axis=1)

    @property
    def counts(self) -> IntArray:
        """Return how many replications each of these points was given, failed ones too, shape (m,)."""
        return np.array([self.values[levels].shape[1] for levels in self.points], dtype=np.int64)

    @property
    def spent(self) -> int:
        """Return the replications of all points."""
        return sum(found.shape[1] for found in self.values.values())

    @property
    def on_front(self) -> BoolArray:
        """Return which of the points no other one beats in every objective, by means, shape (m,)."""
        return front(self.means)

    def of(self, objective: int) -> FloatArray:
        """Return one objective, shape (m, most n), NaN where a point has no such replication, or it failed."""
        made = np.full((len(self.points), int(self.counts.max())), np.nan)
        for row, levels in enumerate(self.points):
            found = self.values[levels]
            made[row, : found.shape[1]] = np.where(np.isfinite(found).all(axis=0), found[objective], np.nan)
        return made

    def as_one(self, weights: FloatArray) -> FloatArray:
        """Return one figure a point and replication, shape (m, most n), NaN where there is none; smaller is better.

        One objective stays in its unit. Several are joined between the best and the worst of the front.
        """
        values = np.stack([self.of(objective) for objective in range(len(weights))])
        if len(weights) == 1:
            return self.of(0)
        edge = self.means[self.on_front]
        return joined(values, edge.min(axis=0), edge.max(axis=0), weights)
