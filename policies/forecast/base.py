"""Say what a forecaster is: it learns from a series, and then expects hours whose recent past is hidden from it."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from policies.forecast.features import KnownPast, lag_features, recent_level
from policies.forecast.series import HourlySeries
from sim.units import HOURS_PER_WEEK, BoolArray, FloatArray, IntArray


class Expectation(Protocol):
    """Expect counts: what a forecaster has learned."""

    def mean(self, series: HourlySeries, at: IntArray) -> FloatArray:
        """Return the expected counts at positions `at` of a series, shape (m,), finite and at least zero.

        Positions reach up to `lead_h` hours beyond the series. The count at a position and the `lead_h` - 1 hours
        before it are never looked at, so one call answers for every origin up to `lead_h` hours earlier.
        """
        ...


class Forecaster(Protocol):
    """Learn what to expect; a member of the family is a dataclass whose fields are its settings."""

    def fit(self, series: HourlySeries, lead_h: int) -> Expectation:
        """Learn from all hours of a series to expect hours `lead_h` ahead and nearer.

        Raises:
            ValueError: if the series holds no hour to learn from.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """Hold the hours that can be learned from: positions `at`, `looks` back (m, 9), `level` and `ratio` to it, (m,).

    Members learn the ratio, weighted by the level, so that growth over the years is no matter to them. For Poisson
    counts with mean level * f(x) this is exactly Poisson regression with exposure: the weighted deviances are equal.
    """

    at: IntArray
    looks: FloatArray
    level: FloatArray
    ratio: FloatArray

    @classmethod
    def of(cls, series: HourlySeries, lead_h: int) -> "Lesson":
        """Keep the hours whose count is known, after a first week to look back at.

        Raises:
            ValueError: if there is no such hour.
        """
        past = KnownPast.of(series, lead_h)
        level = recent_level(past)[: len(series)]
        late_enough = np.arange(len(series)) >= HOURS_PER_WEEK + lead_h
        usable: BoolArray = np.isfinite(series.counts) & (level > 0) & late_enough
        at = np.flatnonzero(usable)
        if len(at) == 0:
            raise ValueError(f"series {series.name!r} has {len(series)} hours and none to learn from; give more weeks")
        return cls(at, lag_features(past)[at], level[at], series.counts[at] / level[at])


def level_and_looks(series: HourlySeries, lead_h: int, at: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return the level (m,) and the looks back (m, 9) at these positions; a level never known is zero."""
    past = KnownPast.of(series, lead_h)
    return np.nan_to_num(recent_level(past)[at]), lag_features(past)[at]
