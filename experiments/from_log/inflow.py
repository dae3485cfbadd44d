"""Fit arrivals by hour of the week: the simplest pattern that the counts support, by AIC.

Counts of an hour are Poisson. Patterns: even; by hour of the day; by hour and day of the week, as a product; every
hour of the week for itself. More of them would always fit better; AIC (Akaike 1974, doi:10.1109/TAC.1974.1100705) says
which pay for their parameters. The interval of the rate is exact (Garwood 1936, doi:10.1093/biomet/28.3-4.437).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from scipy.special import gammaln, xlogy
from scipy.stats import chi2

from sim.units import HOURS_PER_WEEK, MINUTES_PER_DAY, MINUTES_PER_HOUR, FloatArray

DAYS, HOURS = 7, 24
EVEN, DAILY, WEEKLY, EVERY = "even", "hour of the day", "hour and weekday", "every hour of the week"
N_PARAMETERS: Mapping[str, int] = {EVEN: 1, DAILY: HOURS, WEEKLY: HOURS + DAYS - 1, EVERY: HOURS_PER_WEEK}
FEWEST_A_CELL = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Inflow:
    """Hold the fitted arrivals of one hospital.

    `rate` has patients an hour for each hour of the week from Monday, shape (7, 24); `per_day` is (value, low, high)
    with its 95 % interval; `dispersion` the variance of daily counts over their mean, 1 for Poisson arrivals.
    """

    pattern: str
    rate: FloatArray
    per_day: tuple[float, float, float]
    aic: Mapping[str, float]
    dispersion: float
    n: int


def fit_inflow(arrived_min: FloatArray, origin: datetime, days: int) -> Inflow:
    """Return the arrivals fitted to moments in minutes since `origin`, a midnight, over so many whole days."""
    start = origin.weekday()
    weekday = (start + np.floor(arrived_min / MINUTES_PER_DAY).astype(int)) % DAYS
    hour = np.floor(arrived_min / MINUTES_PER_HOUR).astype(int) % HOURS
    counts = np.zeros((DAYS, HOURS))
    np.add.at(counts, (weekday, hour), 1)
    exposed = np.bincount((start + np.arange(days)) % DAYS, minlength=DAYS).astype(float)[:, None]
    rates = {name: rate for name, rate in _rates(counts, exposed).items() if np.isfinite(rate).all()}
    aic = {
        name: 2.0 * N_PARAMETERS[name] - 2.0 * _log_likelihood(counts, rate * exposed) for name, rate in rates.items()
    }
    best = min(aic, key=aic.__getitem__)
    n, daily = len(arrived_min), np.bincount(np.floor(arrived_min / MINUTES_PER_DAY).astype(int), minlength=days)
    interval = (n / days, float(chi2.ppf(0.025, 2 * n)) / (2 * days), float(chi2.ppf(0.975, 2 * n + 2)) / (2 * days))
    dispersion = float(daily.var(ddof=1) / daily.mean()) if days > 1 else float("nan")
    return Inflow(best, rates[best], interval, aic, dispersion, n)


def _rates(counts: FloatArray, exposed: FloatArray) -> dict[str, FloatArray]:
    """Return the likeliest rates of each pattern, shape (7, 24); not finite where a day was never seen."""
    total, hours = counts.sum(), exposed.sum() * HOURS
    by_hour = counts.sum(axis=0) / exposed.sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        by_day = counts.sum(axis=1, keepdims=True) / exposed / (by_hour.sum() or 1.0)
        every = counts / exposed
    return {
        EVEN: np.full((DAYS, HOURS), total / hours),
        DAILY: np.tile(by_hour, (DAYS, 1)),
        WEEKLY: _product(counts, exposed, by_hour, by_day),
        EVERY: every,
    }


def _product(counts: FloatArray, exposed: FloatArray, by_hour: FloatArray, by_day: FloatArray) -> FloatArray:
    """Return rates that are a product of hour and day: the hours' weights allow for days that were seen more often."""
    weights: FloatArray = counts.sum(axis=0) / (exposed * np.nan_to_num(by_day)).sum()
    return np.asarray(by_day * weights, dtype=np.float64)


def _log_likelihood(counts: FloatArray, expected: FloatArray) -> float:
    """Return the Poisson log likelihood; minus infinity where something came that could not."""
    if np.any((expected == 0) & (counts > 0)):
        return float("-inf")
    return float(np.sum(xlogy(counts, expected) - expected - gammaln(counts + 1)))
