"""Arrivals: exact inversion of the cumulative rate."""

from typing import cast

import numpy as np
import pytest
from scipy.stats import chi2, kstest

from sim.arrivals import arrival_times
from sim.streams import Replication, stream

pytestmark = pytest.mark.theory

DAY_AND_NIGHT = np.where(np.arange(168) % 24 < 12, 30.0, 0.0)


def test_counts_follow_the_rate_of_each_hour_and_no_hour_without_a_rate_has_arrivals() -> None:
    times = np.concatenate([arrival_times(DAY_AND_NIGHT, 10080.0, stream(Replication(r, 1), "a")) for r in range(50)])
    counts = np.bincount((times // 60).astype(int), minlength=168)
    expected = 50 * DAY_AND_NIGHT
    assert counts[expected == 0].sum() == 0
    busy = expected > 0
    statistic = ((counts[busy] - expected[busy]) ** 2 / expected[busy]).sum()
    assert statistic < chi2.ppf(0.9999, busy.sum())


def test_arrivals_within_an_hour_are_uniform() -> None:
    times = arrival_times(np.full(168, 100.0), 10080.0, stream(Replication(0, 2), "a"))
    assert kstest(times % 60 / 60, "uniform").pvalue > 1e-4


def test_a_longer_horizon_only_adds_arrivals() -> None:
    short, long = (arrival_times(DAY_AND_NIGHT, end, stream(Replication(3, 3), "a")) for end in (700.0, 30000.0))
    assert np.array_equal(short, long[long < 700.0])
    assert long[-1] > 20160.0


class EvenGaps:
    """Stand in for a generator: all gaps are alike."""

    def __init__(self, gap: float) -> None:
        self.gap = gap

    def standard_exponential(self, n: int) -> np.ndarray:
        return np.full(n, self.gap)


def even(rate: np.ndarray, end_min: float, gap: float) -> list[float]:
    return arrival_times(rate, end_min, cast(np.random.Generator, EvenGaps(gap))).tolist()


def test_a_gap_is_as_many_expected_arrivals() -> None:
    assert even(np.full(168, 30.0), 50.0, 8.0) == [16.0, 32.0, 48.0]
    assert even(np.full(168, 30.0), 48.0, 8.0) == [16.0, 32.0]
    assert even(np.array([1.0, *[0.0] * 167]), 60.0, 0.5) == [30.0]
    rates = np.array([30.0, 60.0, *[0.0] * 166])
    assert even(rates, 180.0, 15.0) == [30.0, 60.0, 75.0, 90.0, 105.0]


def test_hours_without_arrivals_are_passed_over() -> None:
    assert even(DAY_AND_NIGHT, 2880.0, 180.0) == [360.0, 1440.0, 1800.0]


def test_the_week_begins_anew() -> None:
    rates = np.array([2.0, *[1.0] * 167])
    assert even(rates, 10080.0 + 120.0, 1.0)[-3:] == [10080.0, 10110.0, 10140.0]


def test_gaps_are_drawn_until_the_end_is_reached() -> None:
    """Thirty arrivals are expected, and the first block of 67 gaps reaches only to a sixteenth or half of that."""
    for gap in (0.25, 0.03125):
        n = int(30 / gap) - 1
        assert even(np.array([30.0, *[0.0] * 167]), 60.0, gap) == [2.0 * gap * k for k in range(1, n + 1)]


def test_no_rate_gives_no_arrivals() -> None:
    assert len(arrival_times(np.zeros(168), 1000.0, stream(Replication(0, 0), "a"))) == 0
