"""Warm-up by MSER-5, rhythms taken out, and trends told: exact series, and error rates over many repetitions."""

import numpy as np
import pytest
from scipy.stats import binom

from experiments.statistics.pairs import verdict
from experiments.statistics.steady import BATCH, DAY, WEEK, mser5, trend, without_rhythm

pytestmark = pytest.mark.theory


def test_a_step_is_cut_where_it_ends() -> None:
    rng = np.random.default_rng(1)
    series = np.concatenate([np.full(50, 10.0), np.zeros(450)]) + rng.normal(0, 0.1, 500)
    found = mser5(series)
    assert found.settled
    assert found.n_left_out == 50


def test_the_truncation_is_the_smallest_of_all_by_definition() -> None:
    rng = np.random.default_rng(2)
    series = 5 * np.exp(-np.arange(300) / 30) + rng.normal(0, 1, 300)
    z = series.reshape(-1, BATCH).mean(axis=1)
    m = len(z)
    spreads = [((z[k:] - z[k:].mean()) ** 2).sum() / (m - k) ** 2 for k in range(m - BATCH)]
    assert mser5(series).n_left_out == BATCH * int(np.argmin(spreads))


def test_an_exponential_start_is_left_out_to_a_small_part() -> None:
    # the bias of what is kept: mser5 cuts a start of 20 (time constant 40) until little of it is left
    rng = np.random.default_rng(3)
    time = np.arange(1000)
    cuts = [mser5(20 * np.exp(-time / 40) + rng.normal(0, 1, 1000)).n_left_out for _ in range(200)]
    left = np.array([20 * np.exp(-np.arange(cut, 1000) / 40).mean() for cut in cuts])
    assert np.median(left) < 0.05 < 20 * np.exp(-time / 40).mean()


def test_a_series_that_rises_throughout_never_settles() -> None:
    assert not mser5(np.arange(400.0)).settled
    assert not mser5(np.zeros(3 * BATCH)).settled


def test_the_rhythm_of_days_and_weeks_is_taken_out_whole() -> None:
    hours = np.arange(6 * WEEK)
    series = 5 + np.sin(2 * np.pi * hours / DAY) + np.cos(2 * np.pi * hours / WEEK)
    assert without_rhythm(series[None, :])[0] == pytest.approx(np.full(len(hours), 5.0))


def test_a_short_series_keeps_its_rhythm() -> None:
    series = np.sin(np.arange(60.0))
    assert np.array_equal(without_rhythm(series), series)


def test_a_start_survives_taking_the_rhythm_out() -> None:
    hours = np.arange(6 * WEEK)
    start = np.where(hours < 100, 3.0, 0.0)
    found = without_rhythm((start + np.sin(2 * np.pi * hours / DAY))[None, :])[0]
    assert found - found[-1] == pytest.approx(start)


def test_hours_without_a_value_stay_unknown() -> None:
    series = np.tile(np.arange(24.0), 28)
    series[5] = np.nan
    found = without_rhythm(series[None, :])[0]
    assert np.isnan(found[5])
    assert found[6:] == pytest.approx(np.full(len(series) - 6, 11.5))


def test_a_line_rises_by_its_slope_times_its_length() -> None:
    series = np.array([[0.0, 1, 2, 3, 4], [1.0, 3, 5, 7, 9]])
    assert trend(series).mean == pytest.approx(6.0)


def test_level_series_show_a_trend_as_often_as_the_level_says_and_rising_ones_nearly_always() -> None:
    rng, n_repetitions = np.random.default_rng(4), 1000
    noise = rng.normal(0, 1, (n_repetitions, 10, 60)).cumsum(axis=2) * 0.1 + rng.normal(0, 1, (n_repetitions, 10, 60))
    false = sum(verdict(trend(one), "lower") != "undecided" for one in noise)
    low, high = (binom.ppf(p, n_repetitions, 0.05) for p in (0.0005, 0.9995))
    assert low <= false <= high
    found = sum(trend(one + np.linspace(0, 3, 60)).low > 0 for one in noise)
    assert found > 0.95 * n_repetitions
