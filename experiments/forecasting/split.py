"""Divide the hours of a series: learned from, held out for intervals, judged."""

from dataclasses import dataclass

import numpy as np

from experiments.forecasting.scores import PERIODS
from experiments.schema import stop_at
from policies.forecast import HourlySeries
from policies.forecast.series import HOUR, HOURS_PER_DAY
from sim.faults import Fault
from sim.units import HOURS_PER_WEEK

LONGEST_TEST_H = 365 * HOURS_PER_DAY
LEAST_TEST_H = 2 * HOURS_PER_WEEK
LEAST_LEARNED_H = 12 * HOURS_PER_WEEK


@dataclass(frozen=True, slots=True)
class Split:
    """Say which hours are for what: learned from before `test_from`, of these the last `held_out_h` for intervals."""

    lead_h: int
    held_out_h: int
    test_from: int

    @property
    def periods_h(self) -> tuple[int, ...]:
        """Return the lengths of period that can be forecast: hours, and days if the lead is at least one."""
        return tuple(hours for hours in PERIODS.values() if hours <= self.lead_h)


def split_of(series: HourlySeries, lead_h: int, test_from: str = "") -> Split:
    """Return the split; without a day `test_from` the test is the last year, or the last quarter if that is shorter.

    As many hours are held out for the intervals as a year has, at most a quarter of those learned from.

    Raises:
        ScenarioError: if the day is none, or leaves too little to learn from or to judge by.
    """
    n = len(series)
    first = _position(series, test_from) if test_from else series.first_midnight(n - min(n // 4, LONGEST_TEST_H))
    if not LEAST_LEARNED_H <= first <= n - LEAST_TEST_H:
        earliest, latest = (series.start + hours * HOUR for hours in (LEAST_LEARNED_H, n - LEAST_TEST_H))
        mend = f"give a day from {_next_day(earliest)} to {latest.astype('datetime64[D]')}"
        stop_at([Fault("--test-from", test_from or str(series.start + first * HOUR), mend)])
    return Split(lead_h, min(first // 4, LONGEST_TEST_H), first)


def _position(series: HourlySeries, day: str) -> int:
    try:
        return int((np.datetime64(day, "D").astype("datetime64[h]") - series.start).astype(np.int64))
    except ValueError:
        stop_at([Fault("--test-from", day, "give a day such as 2019-01-01")])
        raise


def _next_day(moment: np.datetime64) -> str:
    return str((moment - HOUR).astype("datetime64[D]") + 1)
