"""Draw arrival times of a non-homogeneous Poisson process by exact inversion of its cumulative rate."""

import numpy as np

from sim.units import HOURS_PER_WEEK, MINUTES_PER_HOUR, FloatArray, on_grid


def arrival_times(hourly_rate: FloatArray, end_min: float, generator: np.random.Generator) -> FloatArray:
    """Return the sorted arrival times in minutes, in [0, end_min), of a weekly rate profile of shape (168,).

    Unit exponential gaps are summed to a unit-rate Poisson process on the axis of expected arrivals, and each point
    is carried back to time through the piecewise linear cumulative rate (Cinlar 1975, ch. 4.7). The k-th arrival
    uses the k-th gap, whatever the horizon.
    """
    hours = int(np.ceil(end_min / MINUTES_PER_HOUR))
    rates = np.resize(hourly_rate, hours) if hours > HOURS_PER_WEEK else hourly_rate[:hours]
    cumulative = np.concatenate(([0.0], np.cumsum(rates)))
    expected = float(cumulative[-1])
    if expected == 0.0:
        return np.empty(0)
    points = _unit_poisson(expected, generator)
    # The last hour whose cumulative rate is not above the point: hours without arrivals are passed over.
    hour = np.searchsorted(cumulative, points, side="right") - 1
    times = on_grid((hour + (points - cumulative[hour]) / rates[hour]) * MINUTES_PER_HOUR)
    return times[times < end_min]


def _unit_poisson(expected: float, generator: np.random.Generator) -> FloatArray:
    """Return the points of a unit-rate Poisson process below `expected`, drawing gaps in blocks."""
    block = int(expected + 4 * np.sqrt(expected)) + 16
    points = np.cumsum(generator.standard_exponential(block))
    while points[-1] < expected:
        more = np.cumsum(generator.standard_exponential(block)) + points[-1]
        points = np.concatenate((points, more))
    return points[points < expected]
