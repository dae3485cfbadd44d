"""Looks back, calendars and columns of forecasters, on cases small enough to count by hand."""

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.forecast import HourlySeries, us_federal_holidays
from policies.forecast.calendar import nth_weekday
from policies.forecast.features import (
    KnownPast,
    calendar_columns,
    calendar_features,
    day_of_year,
    knows_seasons,
    lag_features,
)
from sim.units import FloatArray
from tests.known_counts import MONDAY

pytestmark = pytest.mark.unit

NAN = float("nan")


def series_of(*counts: float, start: np.datetime64 = MONDAY, holidays: tuple[str, ...] = ()) -> HourlySeries:
    return HourlySeries("s", start, np.array(counts, dtype=float), np.array(holidays, dtype="datetime64[D]"))


def past_of(*counts: float, lead_h: int) -> KnownPast:
    return KnownPast.of(series_of(*counts), lead_h)


def listed(values: FloatArray) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]


def test_a_lag_is_the_shortest_multiple_of_its_period_that_is_known() -> None:
    past = past_of(1, 2, 3, 4, 5, lead_h=2)
    assert listed(past.lagged(1)) == [None, None, 1, 2, 3, 4, 5]
    assert listed(past.lagged(2)) == [None, None, 1, 2, 3, 4, 5]
    assert listed(past.lagged(3)) == [None, None, None, 1, 2, 3, 4]
    assert listed(past.lagged(2, steps=1)) == [None, None, None, None, 1, 2, 3]


def test_a_mean_of_the_last_hours_ends_before_the_lead_and_leaves_out_gaps() -> None:
    past = past_of(1, NAN, 3, 6, 8, lead_h=1)
    assert listed(past.mean_of_last(2)) == [None, 1, 1, 3, 4.5, 7]
    assert listed(past_of(NAN, NAN, 4, lead_h=2).mean_of_last(1)) == [None, None, None, None, 4]


def test_a_seasonal_mean_takes_the_same_hours() -> None:
    past = past_of(1, 10, 3, 20, 5, 30, lead_h=1)
    assert listed(past.seasonal_mean(2, period_h=2)) == [None, None, 1, 10, 2, 15, 4]


def test_hours_around_a_lag_are_averaged_and_never_reach_into_the_lead() -> None:
    past = past_of(1, 2, 6, 4, 5, 9, lead_h=1)
    assert listed(past.around(3, 1))[4:] == [3.0, 4.0, 5.0]
    assert listed(past.around(1, 1))[4:] == [4.0, 5.0, 6.0]


@given(st.integers(1, 30), st.integers(1, 40), st.integers(0, 60))
def test_no_look_back_sees_what_is_hidden(lead_h: int, period_h: int, position: int) -> None:
    n = 80
    one, other = np.ones(n), np.ones(n)
    other[max(position - lead_h + 1, 0) :] = 7.0
    looks: list[Callable[[KnownPast], FloatArray]] = [
        lambda past: past.lagged(period_h),
        lambda past: past.mean_of_last(period_h),
        lambda past: past.seasonal_mean(3, period_h),
        lambda past: past.around(period_h, 3),
    ]
    for look in looks:
        values = [look(KnownPast(lead_h, counts))[position] for counts in (one, other)]
        assert values[0] == values[1] or np.isnan(values).all()


def test_looks_back_of_an_even_flow_are_one() -> None:
    series = HourlySeries("even", MONDAY, np.full(53 * 168, 3.0))
    looks = lag_features(KnownPast.of(series, 24))
    assert looks.shape == (53 * 168 + 24, 9)
    assert looks[-1] == pytest.approx(np.ones(9))


def test_a_series_knows_its_hours_days_and_midnights() -> None:
    series = series_of(*range(50), start=np.datetime64("2024-01-03T22", "h"), holidays=("2024-01-04",))
    at = np.array([0, 1, 2, 26])
    assert series.hour_of_week(at).tolist() == [70, 71, 72, 96]
    assert series.is_holiday(at).tolist() == [False, False, True, False]
    assert series.is_holiday(at, days_later=1).tolist() == [True, True, False, False]
    assert series.is_holiday(at, days_later=-1).tolist() == [False, False, False, True]
    assert [series.first_midnight(p) for p in (0, 2, 3)] == [2, 2, 26]
    assert series.until(3).counts.tolist() == [0, 1, 2]


def test_the_day_of_the_year_counts_from_new_year() -> None:
    series = series_of(0, start=np.datetime64("2024-12-31T23", "h"))
    assert day_of_year(series, np.array([0, 1])).tolist() == [365, 0]


@pytest.mark.parametrize(
    ("counts", "start", "words"),
    [
        ([1, -1], MONDAY, "negative or infinite"),
        ([1, np.inf], MONDAY, "negative or infinite"),
        ([[1]], MONDAY, "give one row of hours"),
        ([1], np.datetime64("2024-01-01", "D"), "give a whole hour"),
    ],
)
def test_a_series_that_cannot_be_is_refused(counts: list[float], start: np.datetime64, words: str) -> None:
    with pytest.raises(ValueError, match=f"series 's'.*{words}"):
        HourlySeries("s", start, np.array(counts, dtype=float))


def test_trees_see_hour_weekday_day_and_holidays() -> None:
    series = series_of(0, start=np.datetime64("2024-07-03T23", "h"), holidays=("2024-07-04",))
    assert calendar_features(series, np.array([0, 1]), seasons=True).tolist() == [
        [23, 2, 184, 0, 1, 0],
        [0, 3, 185, 1, 0, 0],
    ]
    assert calendar_features(series, np.array([0]), seasons=False)[0, 2] == 0


def test_lines_see_one_column_for_each_hour_of_the_week_and_of_a_holiday() -> None:
    series = series_of(0, start=np.datetime64("2024-07-04T05", "h"), holidays=("2024-07-04",))
    row = calendar_columns(series, np.array([0]), seasons=False)[0]
    assert row.shape == (208,)
    assert np.flatnonzero(row).tolist() == [3 * 24 + 5, 168 + 5]
    assert np.count_nonzero(calendar_columns(series, np.array([0]), seasons=True)[0]) > 10


def test_a_season_is_known_when_it_came_twice() -> None:
    lengths = (103 * 168, 104 * 168)
    assert [knows_seasons(HourlySeries("s", MONDAY, np.ones(n))) for n in lengths] == [False, True]


def test_the_holidays_of_two_years_are_known() -> None:
    days = ["01-01", "01-21", "02-18", "05-27", "07-04", "09-02", "10-14", "11-11", "11-28", "12-25"]
    assert us_federal_holidays(2019, 2019).astype(str).tolist() == [f"2019-{day}" for day in days]
    assert "2021-06-19" in us_federal_holidays(2021, 2021).astype(str).tolist()
    assert us_federal_holidays(2010, 2020).size == 11 * 10


@given(st.integers(1950, 2100), st.integers(1, 12), st.integers(0, 6), st.integers(1, 4))
def test_the_nth_weekday_is_found(year: int, month: int, weekday: int, n: int) -> None:
    days = [date(year, month, 1) + timedelta(i) for i in range(28)]
    expected = [day for day in days if day.weekday() == weekday][n - 1]
    assert str(nth_weekday(year, month, weekday, n)) == expected.isoformat()
