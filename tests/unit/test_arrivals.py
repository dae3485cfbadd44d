"""Arrivals: exact inversion of the cumulative rate."""

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


def test_no_rate_gives_no_arrivals() -> None:
    assert len(arrival_times(np.zeros(168), 1000.0, stream(Replication(0, 0), "a"))) == 0
