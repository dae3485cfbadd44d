"""Score forecasts of counts that are known by now: scaled errors, coverage, and the error of pure chance."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import poisson

from experiments.statistics import mean_interval
from policies.forecast import CalibratedForecaster, Forecast, HourlySeries
from policies.forecast.intervals import period_counts, period_starts
from policies.forecast.series import HOURS_PER_DAY
from sim.units import HOURS_PER_WEEK, FloatArray

SHARE = 0.9
PERIODS = {"hour": 1, "day": HOURS_PER_DAY}
NOISE_FLOOR = "perfect_poisson_mean"
"""The row of a forecaster that would know the mean of every period, if counts were Poisson around it."""


@dataclass(frozen=True, slots=True)
class Score:
    """State how one member did on one series; one row of scores.csv.

    `mae` is the mean absolute error of the median; `mase` divides it by `scale`, the mean absolute difference to a week
    before in the hours learned from (10.1016/j.ijforecast.2006.03.001). Half-widths are those of 95 % intervals
    from weeks, taken as independent. `held_out_mae` is the error of the mean in the periods held out for the
    intervals; that of hours chooses the member, never the test. `coverage_share` is how much of the test lies
    within 90 % intervals.
    """

    series: str
    period: str
    member: str
    chosen: bool
    n_periods: int
    mean_count: float
    scale: float
    mae: float
    mase: float
    mase_half_width: float
    mase_of_mean: float
    bias: float
    held_out_mae: float
    coverage_share: float
    coverage_half_width: float
    interval_width: float


def seasonal_scale(series: HourlySeries, period_h: int) -> float:
    """Return the mean absolute difference of a period's count to that a week before, the denominator of MASE."""
    at = period_starts(series, 0, len(series), period_h)
    counts = period_counts(series, at, period_h)
    per_week = HOURS_PER_WEEK // period_h
    return float(np.nanmean(np.abs(counts[per_week:] - counts[:-per_week])))


def score(
    series: str,
    member: str,
    counts: FloatArray,
    forecast: Forecast,
    scale: float,
    calibrated: CalibratedForecaster,
    chosen: bool,
) -> Score:
    """Return the score of forecasts of m known counts in a row, (m,)."""
    low, high = forecast.interval(SHARE)
    error = np.abs(counts - forecast.median)
    covered = ((counts >= low) & (counts <= high)).astype(float)
    per_week = HOURS_PER_WEEK // calibrated.period_h
    return Score(
        series,
        period_name(calibrated.period_h),
        member,
        chosen,
        n_periods=len(counts),
        mean_count=float(counts.mean()),
        scale=scale,
        mae=float(error.mean()),
        mase=float(error.mean()) / scale,
        mase_half_width=_half_width(error / scale, per_week),
        mase_of_mean=float(np.abs(counts - forecast.mean).mean()) / scale,
        bias=float((forecast.mean - counts).mean()),
        held_out_mae=calibrated.held_out_mae,
        coverage_share=float(covered.mean()),
        coverage_half_width=_half_width(covered, per_week),
        interval_width=float(np.mean(high - low)),
    )


def noise_floor(series: str, counts: FloatArray, mean: FloatArray, scale: float, period_h: int) -> Score:
    """Return the score that even a perfect forecaster would expect, if counts were Poisson with this `mean`, (m,)."""
    error = poisson_absolute_error(mean)
    low, high = poisson.ppf((1 - SHARE) / 2, mean), poisson.ppf((1 + SHARE) / 2, mean)
    coverage = np.asarray(poisson.cdf(high, mean) - poisson.cdf(low - 1, mean))
    mase, unknown = float(error.mean()) / scale, float("nan")
    return Score(
        series,
        period_name(period_h),
        NOISE_FLOOR,
        chosen=False,
        n_periods=len(counts),
        mean_count=float(mean.mean()),
        scale=scale,
        mae=float(error.mean()),
        mase=mase,
        mase_half_width=unknown,
        mase_of_mean=float((2 * mean * poisson.pmf(np.floor(mean), mean)).mean()) / scale,
        bias=0.0,
        held_out_mae=unknown,
        coverage_share=float(coverage.mean()),
        coverage_half_width=unknown,
        interval_width=float(np.mean(high - low)),
    )


def poisson_absolute_error(mean: FloatArray) -> FloatArray:
    """Return E|N - m| of Poisson counts N with this mean around their median m, the least there can be, any shape.

    E|N - m| = 2 m P(N <= m) - 2 mean P(N <= m - 1) + mean - m, from N P(N = n) = mean P(N = n - 1).
    """
    median = poisson.median(mean)
    below = 2 * median * poisson.cdf(median, mean) - 2 * mean * poisson.cdf(median - 1, mean)
    return np.asarray(below + mean - median)


def period_name(period_h: int) -> str:
    """Return the word for a period of so many hours."""
    return next(name for name, hours in PERIODS.items() if hours == period_h)


def _half_width(values: FloatArray, per_week: int) -> float:
    """Return the half-width of a 95 % interval of the mean of values (m,), from means of whole weeks."""
    n_weeks = len(values) // per_week
    return mean_interval(values[: n_weeks * per_week].reshape(n_weeks, per_week).mean(axis=1)).half_width
