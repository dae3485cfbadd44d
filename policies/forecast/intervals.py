"""Put intervals around what is expected, from errors that a forecaster made on hours it had not learned from."""

from dataclasses import dataclass
from math import ceil, floor

import numpy as np

from policies.forecast.base import Expectation, Forecaster
from policies.forecast.series import HOURS_PER_DAY, HourlySeries
from sim.units import FloatArray, IntArray

LEAST_MEAN = 0.05
"""Expected counts below this are widened as if they were this large, lest one patient be an infinite surprise."""

ROUNDING = 1e-9
"""Ranks bear this error: (1 - 0.8) / 2 is 0.09999999999999998, and a tenth of ten errors is one of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """Hold what is expected of m periods: `mean` and `sd`, (m,), and past `scores`, sorted, (k,)."""

    mean: FloatArray
    sd: FloatArray
    scores: FloatArray

    def quantile(self, p: float) -> FloatArray:
        """Return the counts that are not exceeded with probability `p`, shape (m,), at least zero.

        They are not rounded to whole patients: rounding outwards would cover more than is said.

        Raises:
            ValueError: if there are too few scores to say anything about so rare an event.
        """
        k = len(self.scores)
        rank = ceil((k + 1) * p - ROUNDING) if p >= 0.5 else floor((k + 1) * p + ROUNDING)
        if not 1 <= rank <= k:
            n = ceil(1 / min(p, 1 - p) - ROUNDING) - 1 if 0 < p < 1 else 0
            mend = f"hold out at least {n} periods" if n else "give a probability between 0 and 1"
            raise ValueError(f"p = {p} cannot be told from {k} held-out periods: {mend}")
        return np.maximum(self.mean + self.sd * float(self.scores[rank - 1]), 0.0)

    def interval(self, share: float) -> tuple[FloatArray, FloatArray]:
        """Return the ends, each (m,), between which a count lies with probability `share`, equal tails."""
        return self.quantile((1 - share) / 2), self.quantile((1 + share) / 2)

    @property
    def median(self) -> FloatArray:
        """Return the middle of the distribution, (m,), which has the least expected absolute error."""
        return self.quantile(0.5)


@dataclass(frozen=True, slots=True, eq=False)
class CalibratedForecaster:
    """Expect counts of periods of `period_h` hours, with intervals by split conformal prediction.

    The score of a held-out period is (count - mean) / sd with the sd of a negative binomial,

        sd² = mean + dispersion * mean²

    so a quantile of scores serves small and large counts alike. Intervals cover as promised when the error of a new
    period is exchangeable with those held out (Lei et al. 2018, 10.1080/01621459.2017.1307116). `held_out_mae` is the
    mean absolute error that the mean made on them.
    """

    expectation: Expectation
    period_h: int
    dispersion: float
    scores: FloatArray
    held_out_mae: float

    def forecast(self, series: HourlySeries, at: IntArray) -> Forecast:
        """Forecast the periods that begin at positions `at` of a series."""
        mean = _period_mean(self.expectation, series, at, self.period_h)
        return Forecast(mean, _sd(mean, self.dispersion), self.scores)


def fit_calibrated(
    forecaster: Forecaster, series: HourlySeries, lead_h: int, held_out_h: int, periods_h: tuple[int, ...] = (1,)
) -> tuple[CalibratedForecaster, ...]:
    """Fit without the last `held_out_h` hours, take the errors made there, then fit anew on all hours.

    One calibrated forecaster for each length of period, all with the same expectation; a day has its own errors, since
    those of its hours go together.

    Raises:
        ValueError: if nothing can be learned, or no period is held out, or a period is longer than the lead.
    """
    if max(periods_h) > lead_h:
        raise ValueError(f"periods of {max(periods_h)} hours need a lead of at least that, not {lead_h}")
    start = len(series) - held_out_h
    early = forecaster.fit(series.until(start), lead_h)
    final = forecaster.fit(series, lead_h)
    return tuple(_calibrated(early, final, series, start, period_h) for period_h in periods_h)


def _calibrated(
    early: Expectation, final: Expectation, series: HourlySeries, start: int, period_h: int
) -> CalibratedForecaster:
    at = period_starts(series, start, len(series), period_h)
    counts = period_counts(series, at, period_h)
    at, counts = at[np.isfinite(counts)], counts[np.isfinite(counts)]
    if len(at) == 0:
        raise ValueError(f"series {series.name!r} has no known period of {period_h} hours held out; hold out more")
    mean = _period_mean(early, series, at, period_h)
    dispersion = negative_binomial_dispersion(counts, mean)
    scores = np.sort((counts - mean) / _sd(mean, dispersion))
    return CalibratedForecaster(final, period_h, dispersion, scores, float(np.abs(counts - mean).mean()))


def period_starts(series: HourlySeries, start: int, end: int, period_h: int) -> IntArray:
    """Return where the whole periods between two positions begin; days and longer ones begin at midnight."""
    first = series.first_midnight(start) if period_h >= HOURS_PER_DAY else start
    return np.arange(first, end - period_h + 1, period_h, dtype=np.int64)


def period_counts(series: HourlySeries, at: IntArray, period_h: int) -> FloatArray:
    """Return the counts of the periods that begin at `at`, (m,); NaN where an hour is unknown."""
    return np.asarray(series.counts[at[:, None] + np.arange(period_h)].sum(axis=1))


def negative_binomial_dispersion(counts: FloatArray, mean: FloatArray) -> float:
    """Return the dispersion of sd² = mean + dispersion * mean² by moments, at least zero."""
    weight = float(np.sum(mean**2))
    return max(float(np.sum((counts - mean) ** 2 - mean)) / weight, 0.0) if weight > 0 else 0.0


def _period_mean(expectation: Expectation, series: HourlySeries, at: IntArray, period_h: int) -> FloatArray:
    hours = at[:, None] + np.arange(period_h)
    return np.asarray(expectation.mean(series, hours.ravel()).reshape(hours.shape).sum(axis=1))


def _sd(mean: FloatArray, dispersion: float) -> FloatArray:
    floored = np.maximum(mean, LEAST_MEAN)
    sd: FloatArray = np.sqrt(floored + dispersion * floored**2)
    return sd
