"""Reading hourly counts: layouts, gaps, and every fault with its row, column and mend."""

from pathlib import Path

import numpy as np
import pytest

from experiments.forecasting.counts import read_counts
from experiments.forecasting.split import split_of
from policies.forecast import HourlySeries
from sim.faults import ScenarioError
from tests.known_counts import MONDAY, poisson_series, rows_of

pytestmark = pytest.mark.unit

WEEKS = 16
CALLS = poisson_series(WEEKS, mean=30.0, seed=4)


def written(folder: Path, text: str) -> Path:
    path = folder / "calls.csv"
    path.write_text(text, encoding="utf-8")
    return path


def with_counts(series: HourlySeries, counts: np.ndarray) -> HourlySeries:
    return HourlySeries(series.name, series.start, counts, series.holidays)


def faults_of(path: Path, *columns: str, by: str = "") -> list[str]:
    with pytest.raises(ScenarioError) as stopped:
        read_counts(path, columns, by)
    return [str(fault) for fault in stopped.value.faults]


def test_a_column_of_counts_comes_back_as_it_was(tmp_path: Path) -> None:
    read = read_counts(written(tmp_path, rows_of({"Calls": CALLS})), ["Calls"])
    (series,) = read.series
    assert (series.name, series.start, read.notes) == ("Calls", MONDAY, ())
    assert np.array_equal(series.counts, CALLS.counts)
    assert "2024-07-04" in series.holidays.astype(str).tolist()
    assert len(read.sha256) == 64


def test_four_columns_may_say_the_hour_and_rows_may_be_in_any_order(tmp_path: Path) -> None:
    moments = CALLS.moments(np.arange(len(CALLS)))
    rows = [
        f"{str(m)[:4]},{str(m)[5:7]},{str(m)[8:10]},{str(m)[11:13]},{c:g}"
        for m, c in zip(moments, CALLS.counts, strict=True)
    ]
    path = written(tmp_path, "\n".join(["Year,Month,Day,Hour,count", *reversed(rows)]))
    assert np.array_equal(read_counts(path).series[0].counts, CALLS.counts)


def test_rows_by_name_become_series_and_their_total(tmp_path: Path) -> None:
    moments = CALLS.moments(np.arange(len(CALLS)))
    rows = [f"{m}:00,{name},{count:g}" for m, count in zip(moments, CALLS.counts, strict=True) for name in ("b", "a")]
    read = read_counts(written(tmp_path, "\n".join(["time,borough,count", *rows])), by="Borough")
    assert [one.name for one in read.series] == ["total", "a", "b"]
    assert np.array_equal(read.series[0].counts, 2 * CALLS.counts)
    assert np.array_equal(read.series[1].counts, CALLS.counts)


def test_a_missing_hour_is_zero_where_that_is_plausible_and_unknown_where_not(tmp_path: Path) -> None:
    busy, quiet = CALLS.counts.copy(), poisson_series(WEEKS, mean=0.5, seed=9).counts
    busy[100] = np.nan
    quiet[100] = 1.0
    quiet[quiet == 0] = np.nan
    moments = CALLS.moments(np.arange(len(CALLS)))
    rows = [
        f"{m}:00,{name},{count:g}"
        for name, counts in (("busy", busy), ("quiet", quiet))
        for m, count in zip(moments, counts, strict=True)
        if not np.isnan(count)
    ]
    read = read_counts(written(tmp_path, "\n".join(["time,place,count", *rows])), by="place")
    series = {one.name: one.counts for one in read.series}
    assert np.flatnonzero(np.isnan(series["busy"])).tolist() == [100]
    assert np.array_equal(np.nan_to_num(quiet), series["quiet"])
    assert "busy: 1 missing hour left out." in read.notes
    assert f"quiet: {int(np.isnan(quiet).sum()):,} missing hours counted as zero." in read.notes


def test_an_hour_without_any_row_is_unknown_for_small_series_too(tmp_path: Path) -> None:
    busy, quiet = CALLS.counts.copy(), np.ones(len(CALLS))
    busy[100] = quiet[100] = np.nan
    text = rows_of({"busy": with_counts(CALLS, busy), "quiet": with_counts(CALLS, quiet)})
    read = read_counts(written(tmp_path, text), ["busy", "quiet"])
    assert [np.flatnonzero(np.isnan(one.counts)).tolist() for one in read.series] == [[100], [100]]


def test_without_holidays_there_are_none(tmp_path: Path) -> None:
    read = read_counts(written(tmp_path, rows_of({"count": CALLS})), holidays="none")
    assert read.series[0].holidays.size == 0


def test_every_fault_is_listed_with_its_row_and_mend(tmp_path: Path) -> None:
    lines = rows_of({"count": CALLS}).splitlines()
    lines[1] = "2024-01-01T00:30,1"
    lines[2] = "yesterday,1"
    lines[3] = "2024-01-01T02:00+01:00,1"
    lines[4] = lines[4].split(",")[0] + ",-3"
    assert faults_of(written(tmp_path, "\n".join(lines))) == [
        "calls.csv row 2, column time = '2024-01-01T00:30': give a whole hour of local time such as 2019-01-31T05:00",
        "calls.csv row 3, column time = 'yesterday': give a whole hour of local time such as 2019-01-31T05:00",
        "calls.csv row 4, column time = '2024-01-01T02:00+01:00': "
        "give a whole hour of local time such as 2019-01-31T05:00",
        "calls.csv row 5, column count = '-3': give a number of at least 0",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("day,count\n1,2\n", "add the column time, or year, month, hour"),
        ("time,calls\n2024-01-01T00:00,2\n", "add the column count"),
        ("time,count\n2024-01-01T00:00,2\n2024-01-08T00:00,2\n", "169 hours': give at least 16 weeks"),
        ("year,month,day,hour,count\n2024,2,30,0,1\n", "column day = '30': give a day of the month"),
        ("time,count\n2024-01-01T00:00,2\n2024-01-01T00:00,2\n", "give every hour once"),
    ],
)
def test_what_is_no_table_of_hours_is_refused(text: str, fault: str, tmp_path: Path) -> None:
    assert any(fault in line for line in faults_of(written(tmp_path, text)))


def test_an_hour_twice_for_one_name_is_refused(tmp_path: Path) -> None:
    text = "time,place,count\n2024-01-01T00:00,a,2\n2024-01-01T00:00,b,2\n2024-01-01T00:00,a,2\n"
    (fault, _) = faults_of(written(tmp_path, text), by="place")
    assert "row 4" in fault
    assert "(as in row 2)" in fault
    assert "give every hour once for each place" in fault


def test_a_column_in_which_nothing_happens_is_refused(tmp_path: Path) -> None:
    text = rows_of({"count": with_counts(CALLS, np.zeros(len(CALLS)))})
    assert faults_of(written(tmp_path, text)) == ["calls.csv = 'count': leave it out: nothing was ever counted"]


def test_the_test_is_the_last_quarter_or_year_from_midnight_on() -> None:
    short, long = (HourlySeries("s", MONDAY + 5, np.ones(n)) for n in (16 * 168, 5 * 365 * 24 + 5))
    split = split_of(short, 24)
    assert split.test_from == short.first_midnight(12 * 168)
    assert split.held_out_h == split.test_from // 4
    assert (split_of(long, 24).test_from - 19) % 24 == 0
    assert len(long) - split_of(long, 24).test_from <= 365 * 24
    assert split_of(long, 24).held_out_h == 365 * 24


def test_leads_under_a_day_forecast_no_days() -> None:
    assert [split_of(CALLS, lead_h).periods_h for lead_h in (12, 24, 48)] == [(1,), (1, 24), (1, 24)]


def test_a_day_to_test_from_is_taken() -> None:
    assert split_of(CALLS, 24, "2024-04-01").test_from == 13 * 168


@pytest.mark.parametrize("day", ["2024-01-20", "2024-04-21", "1999-01-01", "soon"])
def test_a_day_that_leaves_too_little_is_refused(day: str) -> None:
    with pytest.raises(ScenarioError, match=rf"--test-from = '{day}': give a day"):
        split_of(CALLS, 24, day)
