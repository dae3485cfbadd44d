"""Find where the mean of something simulated meets a target, and how sure that place is.

On common random numbers the mean over the same replications is an ordinary function of x, and its root is found by
regula falsi with the Illinois weight (Dowell and Jarratt 1971, doi:10.1007/BF01934364); this is sample average
approximation of stochastic root finding (Pasupathy and Kim 2011, doi:10.1145/1921598.1921603). The interval is the set
of all x at which a Student t test does not reject "the mean is the target" (inverting a test, as Fieller 1954 does for
ratios, doi:10.1111/j.2517-6161.1954.tb00159.x). Between points means and standard errors are taken to be straight; the
ends of the interval are simulated too, so that straight stretches are short where they matter.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf, isfinite

import numpy as np

from experiments.statistics.intervals import LEVEL, Interval, mean_interval
from sim.units import FloatArray

ValuesAt = Callable[[float], FloatArray]
REFINED = 2
"""How many times the ends of the interval are simulated."""


@dataclass(frozen=True, slots=True)
class Search:
    """Set between which ends to look, how close two points may come, and how many may be tried; whole numbers only?"""

    low: float
    high: float
    closest: float
    most_points: int = 20
    whole: bool = False
    level: float = LEVEL

    def on_grid(self, x: float) -> float:
        """Return the nearest x that may be tried: a whole number, or a tenth of the closest distance, twelve digits."""
        step = 1.0 if self.whole else self.closest / 10
        return float(f"{min(max(round(x / step) * step, self.low), self.high):.12g}")


@dataclass(frozen=True, slots=True)
class Root:
    """State where the mean meets the target, with its interval; an end is infinite where it lies beyond the range.

    `at` is NaN when the means at both ends of the range lie on the same side of the target. `points` holds the interval
    of the mean at every x that was tried, in order.
    """

    at: float
    low: float
    high: float
    points: dict[float, Interval] = field(default_factory=dict)

    @property
    def found(self) -> bool:
        """Return whether there is a root within the range."""
        return isfinite(self.at)


def find_root(values_at: ValuesAt, target: float, search: Search) -> Root:
    """Return where the mean of `values_at(x)`, shape (n,) over the same replications, meets the target.

    Raises:
        ValueError: when fewer than two replications are given, which have no interval.
    """
    points: dict[float, Interval] = {}

    def gap(x: float) -> float:
        if x not in points:
            points[x] = mean_interval(values_at(x) - target, search.level)
            if points[x].n < 2:
                raise ValueError("a root needs two finite replications or more at every point")
        return points[x].mean

    if gap(search.low) * gap(search.high) > 0:
        return _root(points, target)
    _narrow(gap, search)
    for _ in range(REFINED):
        for end in _root(points, target).low, _root(points, target).high:
            near = search.on_grid(end) if isfinite(end) else search.low
            if len(points) < search.most_points and min(abs(near - x) for x in points) >= search.closest / 2:
                gap(near)
    return _root(points, target)


def _narrow(gap: Callable[[float], float], search: Search) -> None:
    """Try points until the bracket is as narrow as two points may come."""
    (a, fa), (b, fb) = ((x, gap(x)) for x in (search.low, search.high))
    kept = ""
    for _ in range(search.most_points - 2 - 2 * REFINED):
        if fa == 0 or fb == 0 or b - a <= search.closest:
            break
        x = search.on_grid((a * fb - b * fa) / (fb - fa))
        x = x if a < x < b else search.on_grid((a + b) / 2)
        if x in (a, b):
            break
        fx = gap(x)
        if fx * fa > 0:  # the root lies between x and b, which, kept twice, weighs half
            a, fa, fb, kept = x, fx, fb / 2 if kept == "b" else fb, "b"
        else:
            b, fb, fa, kept = x, fx, fa / 2 if kept == "a" else fa, "a"


def _root(points: dict[float, Interval], target: float) -> Root:
    """Return root and interval from what was tried, straight between neighbors."""
    xs = np.array(sorted(points))
    found = [points[float(x)] for x in xs]
    mean, low, high = (np.array([getattr(one, name) for one in found]) for name in ("mean", "low", "high"))
    inside = (low <= 0) & (high >= 0)
    edges = [*_crossings(xs, low), *_crossings(xs, high), *xs[inside].tolist()]
    roots = _crossings(xs, mean)
    stated = {float(x): Interval(one.mean + target, one.half_width, one.n, one.n_dropped) for x, one in points.items()}
    stated = {x: stated[x] for x in sorted(stated)}
    if not roots:
        return Root(np.nan, -inf, inf, stated)
    ends = -inf if inside[0] else min(edges), inf if inside[-1] else max(edges)
    return Root(roots[0], *ends, stated)


def _crossings(xs: FloatArray, values: FloatArray) -> list[float]:
    """Return every x at which straight stretches between points cross zero, in order."""
    found = [float(x) for x, value in zip(xs, values, strict=True) if value == 0]
    for place in np.flatnonzero(values[:-1] * values[1:] < 0):
        a, b, fa, fb = xs[place], xs[place + 1], values[place], values[place + 1]
        found.append(float(a + (b - a) * fa / (fa - fb)))
    return sorted(found)
