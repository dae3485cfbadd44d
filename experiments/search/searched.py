"""Spend a budget of replications on a search: half on new points, half on telling the best of them apart.

Every point begins with the same few replications. Once the space is filled, each new point is followed by as many
replications for points that may be best, shared by their means and variances (OCBA, `experiments.statistics
.allocation`; what replications do to all points alike is taken out first), unless the best is sure already. For one
objective a fifth of the budget is kept back: the best point and the configuration as it stands are run in replications
that the search has not seen, because the mean of what was selected for its mean is too good.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from experiments.search.asked import Question
from experiments.search.samplers import sampler_of, weights_of
from experiments.search.visited import Visited
from experiments.space.ranges import Levels
from experiments.space.words import present_value
from experiments.statistics.allocation import ocba_counts
from experiments.statistics.intervals import LEVEL, Interval, mean_interval
from experiments.statistics.pairs import Difference, paired_difference
from experiments.statistics.surrogate import noise_of
from sim.streams import Replication, stream
from sim.units import FloatArray

KEPT_BACK_SHARE = 0.2
MOST_REPEATS = 20
"""So often in a row may a sampler ask for what was visited before the space counts as seen."""

Simulate = Callable[[Levels, int], FloatArray]
"""Return the values at a point in so many replications, shape (k, n), each objective smaller is better."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """State the best point in fresh replications, and its difference to the configuration as it stands, if known."""

    best: Interval
    gain: Difference | None


@dataclass(frozen=True, slots=True)
class Searched:
    """Hold all that a search has seen, where the configuration as it stands is, and what fresh replications say."""

    visited: Visited
    present: Levels | None
    confirmed: Confirmed | None

    @property
    def best(self) -> Levels:
        """Return the point with the least mean of the first objective."""
        return self.visited.points[int(np.argmin(self.visited.means[:, 0]))]

    @property
    def standings(self) -> list[str]:
        """Return for every point: "front" by means, "perhaps" where nobody surely beats it, else "beaten"."""
        beaten = surely_beaten(self.visited)
        edge = self.visited.on_front
        return ["front" if on else "beaten" if out else "perhaps" for on, out in zip(edge, beaten, strict=True)]


def search(question: Question, simulate: Simulate) -> Searched:
    """Search until the budget is spent, or every point that can be set was seen.

    Raises:
        RuntimeError: when no point has a figure.
    """
    visited, present = Visited(question.space), present_levels(question)
    alone = len(question.objectives) == 1
    budget = question.budget - (int(question.budget * KEPT_BACK_SHARE) if alone else 0)
    sampler = sampler_of(question)
    rng = stream(Replication(0, question.space.cell.settings.run.root_seed), "allocation")

    def visit(levels: Levels, n: int) -> None:
        visited.values[levels] = simulate(levels, n)
        sampler.tell(levels, visited.values[levels])

    if present is not None:
        visit(present, question.first)
    repeats = 0
    while visited.spent + question.first <= budget and repeats < MOST_REPEATS:
        levels = sampler.ask()
        repeats = repeats + 1 if levels in visited.values else 0
        visit(levels, question.first) if not repeats else sampler.tell(levels, visited.values[levels])
        if len(visited.values) > question.n_initial:
            for point, n in further(visited, weights_of(rng, len(question.objectives)), question.first, budget).items():
                visit(point, n)
    if not visited.points:
        raise RuntimeError("no point of the search has a figure: its replications failed, or lack an objective")
    confirmed = _confirm(visited, question.budget, present, simulate) if alone else None
    return Searched(visited, present, confirmed)


def present_levels(question: Question) -> Levels | None:
    """Return the point at which the configuration stands, None where that is outside the ranges."""
    ranges, cell = question.space.ranges, question.space.cell
    found = [present_value(cell, one.key, []) for one in ranges]
    levels = tuple(float(f"{value:.6g}") for value in found if value is not None)
    inside = len(levels) == len(ranges) and all(r.low <= v <= r.high for r, v in zip(ranges, levels, strict=True))
    return levels if inside else None


def further(visited: Visited, weights: FloatArray, step: int, budget: int) -> dict[Levels, int]:
    """Return the points that get more replications, and how many they then have, `step` more in all."""
    if len(visited.points) < 2:
        return {}
    values = visited.as_one(weights)
    noise = noise_of(values)
    deviations = np.sqrt(noise.variances * np.isfinite(values).sum(axis=1))
    if not deviations.any() or not _in_doubt(values, int(np.argmin(noise.means))):
        return {}
    own = visited.counts
    most = int(own.sum()) + min(step, budget - visited.spent)
    wanted = ocba_counts(-noise.means, deviations, own, most)
    return {levels: int(n) for levels, n, had in zip(visited.points, wanted, own, strict=True) if n > had}


def _in_doubt(values: FloatArray, best: int) -> bool:
    """Say whether the leading point cannot be told from another one that is not its equal."""
    pairs = [paired_difference(values[best], other) for i, other in enumerate(values) if i != best]
    return any(one.low <= 0 and one.half_width > 0 for one in pairs)


def surely_beaten(visited: Visited) -> list[bool]:
    """Return for every point whether another one is better in every objective, in pairs, sure among all others."""
    values = [visited.of(objective) for objective in range(visited.means.shape[1])]
    level = 1 - 2 * (1 - LEVEL) / max(len(visited.points) - 1, 1)
    return [
        any(all(paired_difference(v[other], v[i], level).low > 0 for v in values) for other in _others(visited, i))
        for i in range(len(visited.points))
    ]


def _others(visited: Visited, i: int) -> list[int]:
    return [other for other in range(len(visited.points)) if other != i]


def _confirm(visited: Visited, budget: int, present: Levels | None, simulate: Simulate) -> Confirmed | None:
    """Run the best point, and the configuration as it stands, in fresh replications; None where none are left."""
    best = Searched(visited, present, None).best
    pair = dict.fromkeys(levels for levels in (best, present) if levels is not None)
    had = {levels: visited.values[levels].shape[1] for levels in pair}
    seen, until = max(had.values()), (budget - visited.spent + sum(had.values())) // len(pair)
    if until - seen < 2:
        return None
    fresh = {levels: simulate(levels, until)[0, seen:] for levels in pair}
    gain = paired_difference(fresh[present], fresh[best]) if present not in (None, best) else None
    return Confirmed(mean_interval(fresh[best]), gain)
