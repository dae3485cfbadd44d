"""Read hourly counts from a CSV file; what is wrong is listed with row, column and mend."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from experiments.files.reading import read_sheet
from experiments.files.sheet import Sheet
from experiments.report.numbers import counted
from experiments.schema import stop_at
from policies.forecast.calendar import us_federal_holidays
from policies.forecast.series import HourlySeries, Moments, no_holidays
from sim.faults import Fault
from sim.units import HOURS_PER_WEEK, BoolArray, FloatArray, IntArray

TIME = "time"
TIME_PARTS = ("year", "month", "day", "hour")
COUNT = "count"
TOTAL = "total"
FIRST_YEAR, LAST_YEAR = 1900, 2200
MOST_SERIES = 1000
LEAST_WEEKS = 16
IMPLAUSIBLE_P = 1e-6
"""A missing hour counts as zero unless a Poisson count of its usual mean is zero less often than this."""
_EXAMPLE = "give a whole hour of local time such as 2019-01-31T05:00"


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Hold the series of one file, what was noticed while reading, and the hash of the file."""

    file: str
    sha256: str
    series: tuple[HourlySeries, ...]
    notes: tuple[str, ...]


def read_counts(path: Path, columns: Sequence[str] = (), by: str = "", holidays: str = "us") -> Counts:
    """Read the counts of every hour, as one series for each column of counts, or for each name in column `by`.

    The hour is a column `time`, or four columns `year`, `month`, `day`, `hour`; rows may be in any order. `columns`
    name the columns of counts, by default `count`. With `by`, rows are added up to a series for each of its names
    and one for the total.

    Raises:
        ScenarioError: with all faults of the file.
    """
    wanted = [_plain(name) for name in columns] or [COUNT]
    sheet = read_sheet(path, [*wanted, *([_plain(by)] if by else [])])
    moments = _moments(sheet)
    values = [sheet.numbers(name, low=0, default=np.nan) for name in wanted if name in sheet.columns]
    if not sheet.faults:
        _blame_repeats(sheet, moments, _plain(by) if by else "")
        _blame_too_short(sheet, moments)
    stop_at(sheet.all_faults())
    table = _by_name(sheet, moments, values[0], _plain(by)) if by else _by_column(moments, values, columns or wanted)
    found = [_series(name, moments, counts, holidays) for name, counts in table]
    empty = [one.name for one in found if not np.nansum(one.counts) > 0]
    stop_at([Fault(path.name, name, "leave it out: nothing was ever counted") for name in empty])
    series, notes = zip(*settle_gaps(found, np.bincount(_row_of(moments)) > 0), strict=True)
    return Counts(path.name, sheet.sha256, series, tuple(note for note in notes if note))


def _plain(name: str) -> str:
    """Return a column's name as the reader knows it."""
    return "_".join(name.lower().split())


def _moments(sheet: Sheet) -> Moments:
    """Return the hour of every row, datetime64[h], NaT where the row was blamed."""
    if TIME in sheet.columns:
        return _moments_of_text(sheet)
    missing = [part for part in TIME_PARTS if part not in sheet.columns]
    if missing:
        if sheet.is_whole:
            sheet.faults.append(_no_time(sheet, missing))
        return np.full(len(sheet), np.datetime64("NaT", "h"))
    bounds = ((FIRST_YEAR, LAST_YEAR), (1, 12), (1, 31), (0, 23))
    parts = [
        sheet.whole_numbers(name, low=low, high=high) for name, (low, high) in zip(TIME_PARTS, bounds, strict=True)
    ]
    return _moments_of_parts(sheet, *parts)


def _no_time(sheet: Sheet, missing: Sequence[str]) -> Fault:
    found = ", ".join(sheet.columns)[:120]
    return Fault(f"{sheet.file} row 1", found, f"add the column {TIME}, or {', '.join(missing)}")


def _moments_of_parts(sheet: Sheet, year: IntArray, month: IntArray, day: IntArray, hour: IntArray) -> Moments:
    months = (year - 1970).astype("timedelta64[Y]") + np.datetime64("1970", "Y")
    first = (months.astype("datetime64[M]") + (month - 1)).astype("datetime64[D]")
    days = first + (day - 1)
    sheet.blame_all(days.astype("datetime64[M]") != first.astype("datetime64[M]"), "day", "give a day of the month")
    return np.asarray(days.astype("datetime64[h]") + hour)


def _moments_of_text(sheet: Sheet) -> Moments:
    cells = sheet.cells(TIME)
    known = {cell: _moment(cell) for cell in set(cells)}
    moments = np.array([known[cell] for cell in cells], dtype="datetime64[h]")
    sheet.blame_all(np.isnat(moments), TIME, _EXAMPLE)
    return moments


def _moment(cell: str) -> np.datetime64:
    """Return the hour a cell names; NaT for minutes, time zones, and what is no time."""
    try:
        found = datetime.fromisoformat(cell)
    except ValueError:
        return np.datetime64("NaT", "h")
    is_hour = (found.minute, found.second, found.microsecond, found.tzinfo) == (0, 0, 0, None)
    in_reach = FIRST_YEAR <= found.year <= LAST_YEAR
    return np.datetime64(found, "h") if is_hour and in_reach else np.datetime64("NaT", "h")


def _blame_repeats(sheet: Sheet, moments: Moments, by: str) -> None:
    names = sheet.texts(by, required=True) if by else [""] * len(sheet)
    column = TIME if TIME in sheet.columns else TIME_PARTS[-1]
    keys = list(zip(moments.astype(np.int64).tolist(), names, strict=True))
    sheet.blame_repeats(keys, column, "give every hour once" + (f" for each {by}" if by else ""))
    if len(set(names)) > MOST_SERIES:
        sheet.faults.append(Fault(f"{sheet.file}, column {by}", len(set(names)), f"give at most {MOST_SERIES} names"))


def _blame_too_short(sheet: Sheet, moments: Moments) -> None:
    n_hours = int((moments.max() - moments.min()).astype(np.int64)) + 1
    if n_hours < LEAST_WEEKS * HOURS_PER_WEEK:
        sheet.faults.append(Fault(sheet.file, f"{n_hours} hours", f"give at least {LEAST_WEEKS} weeks"))


def _by_column(
    moments: Moments, values: Sequence[FloatArray], names: Sequence[str]
) -> Iterable[tuple[str, tuple[IntArray, FloatArray]]]:
    rows = _row_of(moments)
    return [(name, (rows, counts)) for name, counts in zip(names, values, strict=True)]


def _by_name(
    sheet: Sheet, moments: Moments, counts: FloatArray, by: str
) -> Iterable[tuple[str, tuple[IntArray, FloatArray]]]:
    names = np.array(sheet.texts(by))
    rows = _row_of(moments)
    parts = [(str(name), (rows[names == name], counts[names == name])) for name in np.unique(names)]
    return [(TOTAL, (rows, counts)), *parts]


def _row_of(moments: Moments) -> IntArray:
    """Return each row's hour, counted from the first."""
    return np.asarray((moments - moments.min()).astype(np.int64))


def _series(name: str, moments: Moments, found: tuple[IntArray, FloatArray], holidays: str) -> HourlySeries:
    """Return a series over the whole span of the file; hours without a row are NaN."""
    rows, values = found
    n_hours = int(_row_of(moments).max()) + 1
    has_row = np.bincount(rows, minlength=n_hours) > 0
    counts = np.where(has_row, np.bincount(rows, weights=values, minlength=n_hours), np.nan)
    return HourlySeries(name, np.datetime64(moments.min(), "h"), counts, _calendar(moments, holidays))


def _calendar(moments: Moments, holidays: str) -> Moments:
    years = [int(moment.astype("datetime64[Y]").astype(np.int64)) + 1970 for moment in (moments.min(), moments.max())]
    return us_federal_holidays(years[0] - 1, years[1] + 1) if holidays == "us" else no_holidays()


def settle_gaps(series: Sequence[HourlySeries], has_row: BoolArray) -> Iterator[tuple[HourlySeries, str]]:
    """Yield each series with missing hours counted as zero where that is plausible, and what was done in words.

    Tables of counts leave out hours in which nothing happened, but also hours in which nothing was recorded, and the
    hour that does not exist when clocks go forward. The mean of the same hour of the week tells them apart: that of
    the series, or where the file has no row at all (`has_row`, shape (n,)) that of its busiest series.
    """
    usual = np.stack([_usual(one) for one in series])
    for one, own in zip(series, usual, strict=True):
        plausible = np.exp(-np.where(has_row, own, usual.max(axis=0))) >= IMPLAUSIBLE_P
        gaps = np.isnan(one.counts)
        told = [(int(np.sum(gaps & plausible)), "counted as zero"), (int(np.sum(gaps & ~plausible)), "left out")]
        words = ", ".join(f"{counted(n, 'missing hour')} {fate}" for n, fate in told if n)
        yield replace(one, counts=np.where(gaps & plausible, 0.0, one.counts)), f"{one.name}: {words}." if words else ""


def _usual(series: HourlySeries) -> FloatArray:
    """Return the mean of all known counts at the same hour of the week, zero where none is known, shape (n,)."""
    known, hour_of_week = np.isfinite(series.counts), series.hour_of_week(np.arange(len(series)))
    totals = np.bincount(hour_of_week[known], weights=series.counts[known], minlength=HOURS_PER_WEEK)
    numbers = np.bincount(hour_of_week[known], minlength=HOURS_PER_WEEK)
    return np.asarray(totals / np.maximum(numbers, 1))[hour_of_week]
