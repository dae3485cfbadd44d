"""Draw arrival times of a non-homogeneous Poisson process by exact inversion of its cumulative rate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

import numpy as np

from sim.arrivals.base import Arrivals, Generators, Pattern
from sim.faults import Fault
from sim.units import HOURS_PER_WEEK, MINUTES_PER_HOUR, FloatArray, on_grid

MONTHS, WEEKS = 12, 52
HOURS_PER_DAY = 24


def arrival_times(hourly_rate: FloatArray, end_min: float, generator: np.random.Generator) -> FloatArray:
    """Return the sorted arrival times in minutes, in [0, end_min), of a weekly rate profile of shape (168,)."""
    return times_at_rates(np.resize(hourly_rate, _hours(end_min)), end_min, generator)


def times_at_rates(rates: FloatArray, end_min: float, generator: np.random.Generator) -> FloatArray:
    """Return the sorted arrival times in minutes, in [0, end_min), at a rate per hour for each hour until the end.

    Unit exponential gaps are summed to a unit-rate Poisson process on the axis of expected arrivals, and each point
    is carried back to time through the piecewise linear cumulative rate (Cinlar 1975, ch. 4.7). The k-th arrival
    uses the k-th gap, whatever the horizon.
    """
    cumulative = np.concatenate(([0.0], np.cumsum(rates)))
    expected = float(cumulative[-1])
    if expected == 0.0:
        return np.empty(0)
    points = _unit_poisson(expected, generator)
    # The last hour whose cumulative rate is not above the point: hours without arrivals are passed over.
    hour = np.searchsorted(cumulative, points, side="right") - 1
    times = on_grid((hour + (points - cumulative[hour]) / rates[hour]) * MINUTES_PER_HOUR)
    return times[times < end_min]


@dataclass(frozen=True, slots=True, eq=False)
class Seasonal(Pattern):
    """Describe Poisson arrivals at a rate for each hour of the week, times a factor for the season.

    `weekly_rate` counts patients per hour, shape (168,), from time zero on. `factors` holds 12 numbers, one for each
    month, or 52, one for each week of the year (the last one lasts until the year ends). `starts_at` is the date and
    full hour of time zero.
    """

    weekly_rate: FloatArray
    factors: tuple[float, ...]
    starts_at: datetime

    def draw(self, end_min: float, generators: Generators) -> Arrivals:
        """Return the arrivals of one Poisson process."""
        hours = _hours(end_min)
        rates = np.resize(self.weekly_rate, hours) * self.factor_by_hour(hours)
        return Arrivals(times_at_rates(rates, end_min, generators("arrivals")))

    def factor_by_hour(self, n_hours: int) -> FloatArray:
        """Return the factor of each hour from time zero, shape (n_hours,)."""
        day = (np.arange(n_hours) + self.starts_at.hour) // HOURS_PER_DAY
        days = (self.starts_at + timedelta(int(one)) for one in range(int(day[-1]) + 1))
        return np.array([self._factor(one) for one in days])[day]

    def _factor(self, day: datetime) -> float:
        if len(self.factors) == MONTHS:
            return self.factors[day.month - 1]
        return self.factors[min((day.timetuple().tm_yday - 1) // 7, WEEKS - 1)]

    def hourly_rate(self) -> FloatArray:
        """Return the rate of an average season."""
        return self.weekly_rate * float(np.mean(self.factors))

    def turned(self, hour: int) -> Self:
        """Return the pattern whose weekly profile begins at this hour."""
        return replace(self, weekly_rate=np.roll(self.weekly_rate, -hour))

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield faults of the rates, the factors and the start."""
        yield from rate_faults(self.weekly_rate, f"{field}.weekly_rate")
        yield from season_faults(self.factors, f"{field}.factors")
        if (self.starts_at.minute, self.starts_at.second, self.starts_at.microsecond) != (0, 0, 0):
            yield Fault(f"{field}.starts_at", self.starts_at.isoformat(), "start on a full hour")


def season_faults(factors: Sequence[float], field: str) -> Iterator[Fault]:
    """Yield faults of factors that are not one for each month or week, or that are negative."""
    if len(factors) not in (MONTHS, WEEKS):
        yield Fault(field, len(factors), f"give {MONTHS} factors, one for each month, or {WEEKS}, one for each week")
    for factor in factors:
        if not 0 <= factor < np.inf:
            yield Fault(field, factor, "give finite factors of zero or more; 1 changes nothing")


def rate_faults(rates: FloatArray, field: str) -> Iterator[Fault]:
    """Yield faults of a weekly profile that is not 168 finite numbers of zero or more."""
    if rates.shape != (HOURS_PER_WEEK,):
        yield Fault(field, rates.shape, "give 168 rates per hour")
    for rate in rates[~(np.isfinite(rates) & (rates >= 0))][:1].tolist():
        yield Fault(field, rate, "give finite rates of zero or more")


def _hours(end_min: float) -> int:
    return int(np.ceil(end_min / MINUTES_PER_HOUR))


def _unit_poisson(expected: float, generator: np.random.Generator) -> FloatArray:
    """Return the points of a unit-rate Poisson process below `expected`, drawing gaps in blocks."""
    block = int(expected + 4 * np.sqrt(expected)) + 16
    points = np.cumsum(generator.standard_exponential(block))
    while points[-1] < expected:
        more = np.cumsum(generator.standard_exponential(block)) + points[-1]
        points = np.concatenate((points, more))
    return points[points < expected]
