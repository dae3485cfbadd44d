"""Quantiles from held-out errors, periods, dispersion, and the staff that a forecast asks for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimize.contract import Ending
from optimize.cover import CoverProblem
from optimize.cover_case import CoverCase
from optimize.solver import solve
from policies.forecast import Forecast, HourlySeries, fit_calibrated, staff_required
from policies.forecast.intervals import negative_binomial_dispersion, period_counts, period_starts
from tests.known_counts import MONDAY, KnowsTruth, poisson_series

pytestmark = pytest.mark.unit


def forecast_with(scores: list[float], mean: float = 10.0, sd: float = 2.0) -> Forecast:
    return Forecast(np.array([mean]), np.array([sd]), np.array(scores))


def test_quantiles_are_ranks_among_past_errors() -> None:
    forecast = forecast_with([-2, -1, 0, 1, 2, 3, 4, 5, 6])
    assert [forecast.quantile(p)[0] for p in (0.1, 0.2, 0.5, 0.85, 0.9)] == [6, 8, 14, 22, 22]
    assert [end[0] for end in forecast.interval(0.8)] == [6, 22]
    assert forecast.median[0] == 14


def test_an_interval_leaves_out_as_much_below_as_above() -> None:
    forecast = forecast_with([float(i) for i in range(1, 100)], mean=0.0, sd=1.0)
    assert [end[0] for end in forecast.interval(0.9)] == [5, 95]


def test_no_quantile_is_below_zero() -> None:
    assert forecast_with([-9.0] * 9).quantile(0.1)[0] == 0


@pytest.mark.parametrize(
    ("p", "words"),
    [(0.05, "hold out at least 19 periods"), (0.95, "at least 19"), (0.0, "between 0 and 1"), (1.5, "between 0 and 1")],
)
def test_what_too_few_errors_cannot_tell_is_refused(p: float, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        forecast_with([-1, 0, 1]).quantile(p)


@given(st.lists(st.floats(-5, 5), min_size=40, max_size=60), st.floats(0.03, 0.97), st.floats(0.03, 0.97))
def test_quantiles_do_not_cross(scores: list[float], p: float, q: float) -> None:
    forecast = forecast_with(sorted(scores))
    low, high = forecast.quantile(min(p, q))[0], forecast.quantile(max(p, q))[0]
    assert low <= high


def test_dispersion_is_found_by_moments() -> None:
    mean = np.array([10.0, 10.0])
    assert negative_binomial_dispersion(np.array([5.0, 15.0]), mean) == pytest.approx((25 - 10) / 100)
    assert negative_binomial_dispersion(np.array([9.0, 11.0]), mean) == 0.0
    assert negative_binomial_dispersion(np.zeros(2), np.zeros(2)) == 0.0


def test_days_begin_at_midnight_and_end_within_the_series() -> None:
    series = HourlySeries("s", np.datetime64("2024-01-01T20", "h"), np.arange(60.0))
    starts = period_starts(series, 0, len(series), 24)
    assert starts.tolist() == [4, 28]
    assert period_counts(series, starts, 24).tolist() == [sum(range(4, 28)), sum(range(28, 52))]
    assert period_starts(series, 7, 10, 1).tolist() == [7, 8, 9]


def test_a_day_with_an_unknown_hour_is_unknown() -> None:
    counts = np.ones(48)
    counts[30] = np.nan
    series = HourlySeries("s", MONDAY, counts)
    assert np.isnan(period_counts(series, np.array([0, 24]), 24)).tolist() == [False, True]


def test_a_day_is_expected_to_be_the_sum_of_its_hours_and_has_intervals_of_its_own() -> None:
    series = poisson_series(20, mean=5.0, seed=3)
    hours, days = fit_calibrated(KnowsTruth(5.0), series, 24, 6 * 168, (1, 24))
    at = np.array([len(series)])
    day, by_hour = days.forecast(series, at), hours.forecast(series, len(series) + np.arange(24))
    assert day.mean[0] == pytest.approx(by_hour.mean.sum())
    assert (len(days.scores), len(hours.scores)) == (42, 6 * 168)
    assert day.sd[0] < by_hour.sd.sum()


def test_the_held_out_error_is_that_of_hours_not_learned_from() -> None:
    series = HourlySeries("s", MONDAY, np.tile(KnowsTruth(5.0).mean(poisson_series(1, 5.0, 0), np.arange(168)), 20) + 2)
    (calibrated,) = fit_calibrated(KnowsTruth(5.0), series, 24, 336)
    assert calibrated.held_out_mae == pytest.approx(2.0)


def test_a_day_cannot_be_forecast_half_a_day_ahead() -> None:
    with pytest.raises(ValueError, match="periods of 24 hours need a lead of at least that, not 12"):
        fit_calibrated(KnowsTruth(5.0), poisson_series(20, 5.0, 1), 12, 336, (1, 24))


def test_without_held_out_periods_there_are_no_intervals() -> None:
    with pytest.raises(ValueError, match="no known period of 24 hours held out"):
        fit_calibrated(KnowsTruth(5.0), poisson_series(20, 5.0, 1), 24, 10, (24,))


@pytest.mark.parametrize(
    ("patients", "rate", "least", "staff"),
    [(0.0, 2.0, 0, 0), (0.0, 2.0, 1, 1), (4.0, 2.0, 0, 2), (4.1, 2.0, 0, 3), (0.7, 0.1, 0, 7), (0.3, 0.1, 0, 3)],
)
def test_staff_suffice_and_nobody_is_too_many(patients: float, rate: float, least: int, staff: int) -> None:
    assert staff_required(np.array([patients]), rate, least).tolist() == [staff]


@given(st.lists(st.floats(0, 500), min_size=1, max_size=24), st.floats(0.1, 20))
def test_one_fewer_would_not_do(patients: list[float], rate: float) -> None:
    wanted = np.array(patients)
    staff = staff_required(wanted, rate)
    assert np.all(staff * rate >= wanted * (1 - 1e-6) - 1e-6)
    assert np.all((staff - 1) * rate < np.maximum(wanted, 1e-9))


def test_impossible_requirements_are_refused_all_at_once() -> None:
    with pytest.raises(ValueError, match=r"patients_per_staff_hour = 0.*least = -1.*patients_per_hour"):
        staff_required(np.array([np.nan]), 0, -1)


def test_a_forecast_feeds_a_covering_program() -> None:
    patients = forecast_with([0.0] * 19, mean=10.0).quantile(0.9)
    needed = np.repeat(staff_required(patients, patients_per_staff_hour=4.0), 2).astype(float)
    case = CoverCase(
        activities=("early", "late", "both"),
        requirements=("first hour", "second hour"),
        coverage=np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]]),
        needed=needed,
        cost=np.array([1.0, 1.0, 1.5]),
        whole=True,
    )
    solved = solve(CoverProblem(case))
    assert solved.ending is Ending.OPTIMAL
    assert solved.objective == pytest.approx(4.5)
