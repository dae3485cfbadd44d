"""Describe an hour to forecast by its calendar and by counts that are known early enough."""

from dataclasses import dataclass

import numpy as np

from policies.forecast.series import HOURS_PER_DAY, HourlySeries
from sim.units import HOURS_PER_WEEK, FloatArray, IntArray

LEVEL_WINDOW_H = 28 * HOURS_PER_DAY
YEAR_WEEKS = 52
DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, slots=True, eq=False)
class KnownPast:
    """Look back from every hour of a series without ever seeing the last `lead_h` hours before it.

    A forecast made at any origin reaches at most `lead_h` hours ahead, so all that is looked at lies before that
    origin. `n` positions are prepared: those of the series and `lead_h` more, whose counts are still unknown.
    """

    lead_h: int
    counts: FloatArray

    @classmethod
    def of(cls, series: HourlySeries, lead_h: int) -> "KnownPast":
        """Prepare a series and the `lead_h` hours after it; `lead_h` is at least 1.

        Raises:
            ValueError: if the lead is below one hour.
        """
        if lead_h < 1:
            raise ValueError(f"lead_h = {lead_h}: give at least 1 hour")
        return cls(lead_h, np.concatenate((series.counts, np.full(lead_h, np.nan))))

    def lagged(self, period_h: int, steps: int = 0) -> FloatArray:
        """Return the count one shortest known multiple of `period_h` ago, and `steps` periods before that."""
        return self._shifted(self.counts, self._first_lag(period_h) + steps * period_h)

    def mean_of_last(self, window_h: int) -> FloatArray:
        """Return the mean of the last `window_h` known hours at every position; NaN where none is known."""
        return self._shifted(_moving_mean(self.counts, window_h), self.lead_h)

    def seasonal_mean(self, n_periods: int, period_h: int = HOURS_PER_WEEK) -> FloatArray:
        """Return the mean of the same hour in the last `n_periods` known periods; NaN where none is known."""
        lags = [self.lagged(period_h, step) for step in range(n_periods)]
        return _mean_of_known(np.stack(lags))

    def around(self, lag_h: int, half_window_h: int) -> FloatArray:
        """Return the mean of the hours from `lag_h` - `half_window_h` to `lag_h` + `half_window_h` ago."""
        means = _moving_mean(self.counts, 2 * half_window_h + 1)
        return self._shifted(means, max(lag_h - half_window_h, self.lead_h))

    def _first_lag(self, period_h: int) -> int:
        return -(-self.lead_h // period_h) * period_h

    def _shifted(self, values: FloatArray, lag_h: int) -> FloatArray:
        moved = np.full(len(values), np.nan)
        moved[lag_h:] = values[: max(len(values) - lag_h, 0)]
        return moved


def _moving_mean(counts: FloatArray, window_h: int) -> FloatArray:
    """Return the mean of the known counts among the last `window_h`, the present one included, shape (n,)."""
    known = np.isfinite(counts)
    totals = np.cumsum(np.concatenate(([0.0], np.where(known, counts, 0.0))))
    numbers = np.cumsum(np.concatenate(([0], known)))
    ends = np.arange(1, len(counts) + 1)
    starts = np.maximum(ends - window_h, 0)
    n = numbers[ends] - numbers[starts]
    return np.where(n > 0, (totals[ends] - totals[starts]) / np.maximum(n, 1), np.nan)


def _mean_of_known(rows: FloatArray) -> FloatArray:
    """Return the means of the columns without their NaN, shape (n,)."""
    known = np.isfinite(rows)
    n = known.sum(axis=0)
    return np.where(n > 0, np.where(known, rows, 0.0).sum(axis=0) / np.maximum(n, 1), np.nan)


def recent_level(past: KnownPast) -> FloatArray:
    """Return the level that members learn relative to: the mean of the last 28 known days; NaN where none is."""
    return past.mean_of_last(LEVEL_WINDOW_H)


def lag_features(past: KnownPast) -> FloatArray:
    """Return looks back as ratios to a level, shape (n, 9), NaN where they reach before the series.

    Columns: one and two days ago, a week ago; means of the same hour of the week over 8 and 52 weeks; means of the
    last day and the last week; this hour of the week a year ago, and the level of that time.
    """
    month, year = recent_level(past), past.mean_of_last(YEAR_WEEKS * HOURS_PER_WEEK)
    year_h = YEAR_WEEKS * HOURS_PER_WEEK
    a_year_ago = _mean_of_known(np.stack([past.lagged(year_h), past.around(year_h + HOURS_PER_WEEK, 0)]))
    over_month = [
        past.lagged(HOURS_PER_DAY),
        past.lagged(HOURS_PER_DAY, 1),
        past.lagged(HOURS_PER_WEEK),
        past.seasonal_mean(8),
        past.mean_of_last(HOURS_PER_DAY),
        past.mean_of_last(HOURS_PER_WEEK),
    ]
    over_year = [past.seasonal_mean(YEAR_WEEKS), a_year_ago, past.around(year_h, 2 * HOURS_PER_WEEK)]
    return np.stack([_ratio(look, month) for look in over_month] + [_ratio(look, year) for look in over_year], axis=1)


def _ratio(looks: FloatArray, level: FloatArray) -> FloatArray:
    return looks / np.where(level > 0, level, np.nan)


def knows_seasons(series: HourlySeries) -> bool:
    """Say whether a series is so long that every season has come twice; one that came once is no season yet."""
    return len(series) >= 2 * YEAR_WEEKS * HOURS_PER_WEEK


def calendar_features(series: HourlySeries, at: IntArray, seasons: bool) -> FloatArray:
    """Return hour of the day, weekday, day of the year, and whether today, tomorrow, yesterday is a holiday: (m, 6).

    Without `seasons` the day of the year is zero.
    """
    hour_of_week = series.hour_of_week(at)
    holidays = [series.is_holiday(at, days) for days in (0, 1, -1)]
    columns = [
        hour_of_week % HOURS_PER_DAY,
        hour_of_week // HOURS_PER_DAY,
        day_of_year(series, at) * seasons,
        *holidays,
    ]
    return np.stack([np.asarray(column, dtype=float) for column in columns], axis=1)


def day_of_year(series: HourlySeries, at: IntArray) -> FloatArray:
    """Return the days since New Year, 0 to 365, shape (m,)."""
    moments = series.moments(at)
    days = moments.astype("datetime64[D]") - moments.astype("datetime64[Y]")
    return np.asarray(days.astype(np.int64), dtype=float)


def calendar_columns(series: HourlySeries, at: IntArray, seasons: bool) -> FloatArray:
    """Return the calendar for linear members, shape (m, 208): what trees find by themselves is spelled out.

    One column for each hour of the week (168) and for each hour of a holiday (24), eves and days after holidays (2),
    three yearly waves (6), and the first two of them times a daily wave (8).
    Without `seasons` the last two kinds are zero.
    """
    hour_of_week = series.hour_of_week(at)
    hour = hour_of_week % HOURS_PER_DAY
    of_week = np.eye(HOURS_PER_WEEK)[hour_of_week]
    of_holiday = np.eye(HOURS_PER_DAY)[hour] * series.is_holiday(at)[:, None]
    beside = np.stack([series.is_holiday(at, 1), series.is_holiday(at, -1)], axis=1).astype(float)
    yearly = _waves(day_of_year(series, at) / DAYS_PER_YEAR, 3)
    daily = _waves(hour / HOURS_PER_DAY, 1)
    products = (yearly[:, :4, None] * daily[:, None, :]).reshape(len(at), 8)
    return np.concatenate((of_week, of_holiday, beside, yearly * seasons, products * seasons), axis=1)


def _waves(turns: FloatArray, n: int) -> FloatArray:
    """Return sines and cosines of 1 to n turns, shape (m, 2n)."""
    angles = 2 * np.pi * np.multiply.outer(turns, np.arange(1, n + 1))
    return np.stack((np.sin(angles), np.cos(angles)), axis=2).reshape(len(turns), 2 * n)
