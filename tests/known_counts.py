"""Make series of counts whose true mean is known, for tests of forecasts."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from policies.forecast import HourlySeries
from sim.units import HOURS_PER_WEEK, FloatArray, IntArray

MONDAY = np.datetime64("2024-01-01T00", "h")


def weekly_profile(mean: float) -> FloatArray:
    """Return 168 means around `mean` that all differ: busy afternoons, quiet weekends."""
    hour = np.arange(HOURS_PER_WEEK)
    daily = 1.0 + 0.5 * np.sin(2 * np.pi * (hour % 24 - 9) / 24)
    weekly = np.where(hour >= 120, 0.8, 1.08)
    return np.asarray(mean * daily * weekly * (1 + 1e-4 * hour))


def poisson_series(weeks: int, mean: float, seed: int, name: str = "calls") -> HourlySeries:
    """Return Poisson counts around the weekly profile, from Monday midnight."""
    rates = np.tile(weekly_profile(mean), weeks)
    counts = np.random.Generator(np.random.PCG64(seed)).poisson(rates)
    return HourlySeries(name, MONDAY, counts.astype(float))


@dataclass(frozen=True)
class KnowsTruth:
    """Expect the true mean of a Poisson series: nobody can do better."""

    mean_count: float

    def fit(self, series: HourlySeries, lead_h: int) -> "KnowsTruth":
        return self

    def mean(self, series: HourlySeries, at: IntArray) -> FloatArray:
        return np.asarray(weekly_profile(self.mean_count)[series.hour_of_week(at)])


@dataclass(frozen=True)
class Peeks:
    """Look at the very count that is asked for."""

    def fit(self, series: HourlySeries, lead_h: int) -> "Peeks":
        return self

    def mean(self, series: HourlySeries, at: IntArray) -> FloatArray:
        known = np.concatenate((np.nan_to_num(series.counts), np.zeros(HOURS_PER_WEEK)))
        return np.asarray(known[at])


def rows_of(series: Mapping[str, HourlySeries]) -> str:
    """Return a CSV file with a column of counts for each series; unknown hours have no row."""
    first = next(iter(series.values()))
    moments = first.moments(np.arange(len(first)))
    lines = [",".join(["time", *series])]
    for i, moment in enumerate(moments):
        cells = [one.counts[i] for one in series.values()]
        if not np.isnan(cells).all():
            lines.append(",".join([str(moment) + ":00", *(f"{cell:g}" for cell in cells)]))
    return "\n".join(lines) + "\n"
