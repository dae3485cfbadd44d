"""Forecasts by regression on time: lines are continued exactly, and the held-out error is what a hand computes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.trend import forecast_trend

pytestmark = pytest.mark.unit


@given(st.integers(4, 30), st.floats(0, 50), st.floats(0, 5))
def test_a_line_is_continued_without_error(n: int, level: float, slope: float) -> None:
    trend = forecast_trend((level + slope * np.arange(n))[:, None])
    assert trend.forecast == pytest.approx(np.array([level + slope * n]), abs=1e-6)
    assert trend.error == pytest.approx(np.zeros(1), abs=1e-6)
    assert trend.last_value_error == pytest.approx(np.array([slope * (trend.n_held_out + 1) / 2]), abs=1e-6)
    assert trend.n_held_out == n // 4


def test_the_error_is_that_of_periods_the_line_did_not_see() -> None:
    """The line through 1, 2, 3 says 4 where 10 comes; repeating 3 misses by 7."""
    trend = forecast_trend(np.array([[1.0], [2], [3], [10]]))
    assert (trend.error.tolist(), trend.last_value_error.tolist()) == ([pytest.approx(6)], [7])
    assert trend.forecast == pytest.approx(np.array([4 + 2.5 * 2.8]))


def test_forecasts_are_never_negative() -> None:
    trend = forecast_trend(np.array([[6.0], [4], [2], [0]]))
    assert trend.forecast.tolist() == [0]


@pytest.mark.parametrize("n", [1, 2, 3])
def test_short_histories_repeat_the_last_value_and_claim_no_error(n: int) -> None:
    trend = forecast_trend(np.arange(2.0 * n).reshape(n, 2))
    assert trend.forecast.tolist() == [2 * n - 2, 2 * n - 1]
    assert np.isnan([trend.error, trend.last_value_error]).all()
    assert trend.n_held_out == 0


@pytest.mark.parametrize("values", [np.empty((0, 2)), np.array([[np.nan]])])
def test_gaps_are_refused(values: np.ndarray) -> None:
    with pytest.raises(ValueError, match="at least one period"):
        forecast_trend(values)
