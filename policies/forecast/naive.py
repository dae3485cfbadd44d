"""Expect what was: the two members that learn nothing, against which all others are judged."""

from dataclasses import dataclass

import numpy as np

from policies.forecast.base import Expectation
from policies.forecast.features import KnownPast, recent_level
from policies.forecast.series import HourlySeries
from sim.units import FloatArray, IntArray


@dataclass(slots=True)
class SeasonalNaive:
    """Expect the count of the same hour a week ago, the scale of MASE (Hyndman & Koehler 2006).

    Source: 10.1016/j.ijforecast.2006.03.001. Where that hour is unknown, the level of the last 28 days stands in.
    """

    def fit(self, series: HourlySeries, lead_h: int) -> Expectation:
        """Keep the lead; there is nothing to learn."""
        return _SameHours(lead_h, n_weeks=1)


@dataclass(slots=True)
class MovingAverage:
    """Expect the mean of the same hour over the last `n_weeks` weeks."""

    n_weeks: int = 8

    def fit(self, series: HourlySeries, lead_h: int) -> Expectation:
        """Keep the lead; there is nothing to learn."""
        return _SameHours(lead_h, self.n_weeks)


@dataclass(frozen=True, slots=True)
class _SameHours:
    lead_h: int
    n_weeks: int

    def mean(self, series: HourlySeries, at: IntArray) -> FloatArray:
        past = KnownPast.of(series, self.lead_h)
        means = past.seasonal_mean(self.n_weeks)[at]
        return np.where(np.isfinite(means), means, np.nan_to_num(recent_level(past)[at]))
