"""Rosters: spans of hours, weekdays in front, and the way back to text."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.files.roster import read_roster, write_roster

pytestmark = pytest.mark.unit

levels_of_a_week = st.lists(st.integers(0, 12), min_size=24, max_size=24).flatmap(
    lambda day: st.lists(st.booleans(), min_size=7, max_size=7).map(
        lambda open_days: np.concatenate([np.array(day) * is_open for is_open in open_days])
    )
)


def test_spans_without_weekdays_hold_every_day() -> None:
    expected = ([6] * 7 + [12] * 8 + [10] * 8 + [6]) * 7
    assert read_roster("07-15:12 15-23:10 23-07:6").tolist() == expected


def test_a_span_over_midnight_ends_on_the_next_day() -> None:
    assert np.flatnonzero(read_roster("Sun 22-02:1")).tolist() == [0, 1, 166, 167]


def test_spans_that_overlap_add_up() -> None:
    assert read_roster("00-24:2 Mon 10-12:3")[8:13].tolist() == [2, 2, 5, 5, 2]


def test_weekdays_hold_until_others_are_named() -> None:
    levels = read_roster("Sat-Mon 8-9:1 10-11:2 wed 8-9:4").reshape(7, 24)
    assert levels[:, 8].tolist() == [1, 0, 4, 0, 0, 1, 1]
    assert levels[:, 10].tolist() == [2, 0, 0, 0, 0, 2, 2]


@pytest.mark.parametrize("midnight", ["23-00:1", "23-24:1"])
def test_midnight_is_written_as_0_or_24(midnight: str) -> None:
    assert np.flatnonzero(read_roster(f"Mon {midnight}")).tolist() == [23]


@pytest.mark.parametrize(
    "text", ["07-15", "7-25:1", "24-7:1", "07-07:3", "Mo 07-15:1", "mon-xyz 07-15:1", "07-15:-1", "0-1:999999", "a:b"]
)
def test_what_is_no_roster_is_refused_with_a_mend(text: str) -> None:
    with pytest.raises(ValueError, match=r"write spans|begin at an hour|at most"):
        read_roster(text)


@given(levels_of_a_week)
def test_a_roster_reads_back_as_it_was_written(levels: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
    np.testing.assert_array_equal(read_roster(write_roster(levels)), levels)


def test_equal_days_are_written_together() -> None:
    week = np.tile([0] * 8 + [3] * 8 + [1] * 8, 7).reshape(7, 24)
    assert write_roster(week.ravel()) == "08-16:3 16-24:1"
    week[5:] = 2
    assert write_roster(week.ravel()) == "Mon-Fri 08-16:3 16-24:1 Sat-Sun 00-24:2"
