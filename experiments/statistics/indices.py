"""Say how much each of d parameters moves an outcome over its whole range, with intervals.

Morris (1991, doi:10.1080/00401706.1991.10484804), with the absolute mean of Campolongo, Cariboni and Saltelli (2007,
doi:10.1016/j.envsoft.2006.10.004): an elementary effect is the change of the outcome over a step of one parameter,
divided by the step in shares of its range. `mu_star` is the mean of absolute effects, `mu` their mean, `sigma` their
standard deviation, which is not zero where the effect depends on where the others stand.

Sobol: with independent designs A and B, and AB[j] equal to A but for parameter j from B, with V the variance of f(A)
and f(B) together,

    S[j] = mean(f(B) (f(AB[j]) - f(A))) / V       (Saltelli and others 2010, doi:10.1016/j.cpc.2009.09.018)
    T[j] = mean((f(A) - f(AB[j]))²) / 2V          (Jansen 1999, doi:10.1016/S0010-4655(98)00154-4)

S is the share of variance that j explains alone, T the share that it has any part in; f(B) is counted from the mean
of all points.

Two chances play: which points were drawn, and what the replications dealt. The first is bootstrapped over trajectories,
or rows of A and B (Archer, Saltelli and Sobol 1997, doi:10.1080/00949659708811825); the second is jackknifed over
replications, which meet the same chance at all points, and which also takes out that noise of a mean of few
replications adds to squares (Efron and Stein 1981, doi:10.1214/aos/1176345462). Half-widths add in squares.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np

from experiments.statistics.intervals import LEVEL, t_quantile
from sim.streams import Replication, stream
from sim.units import FloatArray

RESAMPLES = 400
NORMAL = 10**6
"""Degrees of freedom at which Student's t is normal."""

Estimate = Callable[[FloatArray], FloatArray]
"""Return q figures, shape (q, ...), of blocks that are means over replications, shape (m, c, ...)."""


@dataclass(frozen=True, slots=True)
class Index:
    """State an index of a parameter with its interval."""

    name: str
    parameter: int
    value: float
    half_width: float

    @property
    def low(self) -> float:
        """Return the lower end."""
        return self.value - self.half_width

    @property
    def high(self) -> float:
        """Return the upper end."""
        return self.value + self.half_width


def morris_indices(points: FloatArray, values: FloatArray, seed: int = 1) -> list[Index]:
    """Return mu_star, mu and sigma of every parameter, from trajectories of d + 1 points each.

    `points`, shape (m (d + 1), d), lie in the unit cube; `values` has shape (m (d + 1), n). A trajectory with a value
    that is not finite is left out.
    """
    return _indices(("mu_star", "mu", "sigma"), elementary_effects(points, values), _morris, seed)


def sobol_indices(values: FloatArray, d: int, seed: int = 1) -> list[Index]:
    """Return first-order ("first") and total ("total") indices of d parameters.

    `values`, shape (m (d + 2), n), come row by row as f(A), f(AB[0]), ..., f(AB[d - 1]), f(B). A row with a value that
    is not finite is left out.
    """
    return _indices(("first", "total"), values.reshape(-1, d + 2, values.shape[1]), _sobol, seed)


def elementary_effects(points: FloatArray, values: FloatArray) -> FloatArray:
    """Return the effect of every parameter in every trajectory and replication, shape (m, d, n)."""
    d = points.shape[1]
    steps = np.diff(points.reshape(-1, d + 1, d), axis=1)
    changes = np.diff(values.reshape(-1, d + 1, values.shape[1]), axis=1)
    moved = np.abs(steps).argmax(axis=2)
    length = np.take_along_axis(steps, moved[:, :, None], axis=2)
    effects = np.empty_like(changes)
    np.put_along_axis(effects, moved[:, :, None], changes / length, axis=1)
    return effects


def _morris(effects: FloatArray) -> FloatArray:
    """Return mu_star, mu and sigma, shape (3 d, ...), of effects, shape (m, d, ...)."""
    return np.concatenate([np.abs(effects).mean(axis=0), effects.mean(axis=0), effects.std(axis=0, ddof=1)])


def _sobol(rows: FloatArray) -> FloatArray:
    """Return first-order and total indices, shape (2 d, ...), of rows, shape (m, d + 2, ...); 0 of what never moves."""
    a, ab, b = rows[:, :1], rows[:, 1:-1], rows[:, -1:]
    both = np.concatenate([a, b], axis=1)
    variance = both.var(axis=(0, 1))
    safe = np.where(variance > 0, variance, np.inf)
    first = ((b - rows.mean(axis=(0, 1))) * (ab - a)).mean(axis=0) / safe
    return np.concatenate([first, ((a - ab) ** 2).mean(axis=0) / 2 / safe])


def _indices(names: tuple[str, ...], blocks: FloatArray, estimate: Estimate, seed: int) -> list[Index]:
    """Return every figure with its interval; `blocks` has shape (m, c, n)."""
    kept = blocks[np.isfinite(blocks).all(axis=(1, 2))]
    n_figures = estimate(blocks[:2, :, 0]).shape[0]
    values, half_widths = _with_widths(kept, estimate, seed) if len(kept) > 1 else (np.full(n_figures, nan),) * 2
    d = n_figures // len(names)
    pairs = zip(values.tolist(), half_widths.tolist(), strict=True)
    return [Index(names[place // d], place % d, *pair) for place, pair in enumerate(pairs)]


def _with_widths(blocks: FloatArray, estimate: Estimate, seed: int) -> tuple[FloatArray, FloatArray]:
    m, _, n = blocks.shape
    mean = blocks.mean(axis=2)
    rng = stream(Replication(0, seed), "indices")
    drawn = np.stack([estimate(mean[rng.integers(0, m, m)]) for _ in range(RESAMPLES)])
    widths = t_quantile(NORMAL, LEVEL) * drawn.std(axis=0, ddof=1)
    whole = estimate(mean)
    if n < 2:
        return whole, widths
    without = estimate((mean[:, :, None] * n - blocks) / (n - 1))
    pseudo = n * whole[:, None] - (n - 1) * without
    by_replication = t_quantile(n - 1, LEVEL) * pseudo.std(axis=1, ddof=1) / sqrt(n)
    return pseudo.mean(axis=1), np.hypot(widths, by_replication)
