"""Know the holidays of a year by rule, so that no file and no network is needed."""

import numpy as np

from policies.forecast.series import Moments

FIXED = ((1, 1), (7, 4), (11, 11), (12, 25))
JUNETEENTH = (6, 19)
FIRST_JUNETEENTH = 2021
# Month, weekday (Monday is 0) and which one of the month: King, Presidents, Labor, Columbus, Thanksgiving.
NTH = ((1, 0, 3), (2, 0, 3), (9, 0, 1), (10, 0, 2), (11, 3, 4))
EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday


def us_federal_holidays(first_year: int, last_year: int) -> Moments:
    """Return the holidays of these years as days, datetime64[D], sorted (5 U.S.C. 6103(a)).

    They are the days themselves, not the weekday on which offices close instead. Inauguration Day is left out.
    """
    days = [day for year in range(first_year, last_year + 1) for day in _days_of(year)]
    return np.array(sorted(days), dtype="datetime64[D]")


def _days_of(year: int) -> list[np.datetime64]:
    fixed = [*FIXED, JUNETEENTH] if year >= FIRST_JUNETEENTH else FIXED
    memorial = nth_weekday(year, 6, 0, 1) - np.timedelta64(7, "D")
    return [np.datetime64(f"{year}-{m:02d}-{d:02d}") for m, d in fixed] + [
        *(nth_weekday(year, month, weekday, n) for month, weekday, n in NTH),
        memorial,
    ]


def nth_weekday(year: int, month: int, weekday: int, n: int) -> np.datetime64:
    """Return the n-th of a weekday (Monday is 0) in a month, and counting on, those of the months after."""
    first = np.datetime64(f"{year}-{month:02d}-01")
    ahead = (weekday - EPOCH_WEEKDAY - int(first.astype(np.int64))) % 7
    return np.datetime64(first + np.timedelta64(ahead + 7 * (n - 1), "D"))
