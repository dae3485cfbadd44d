"""Hours in which patients come: days and weeks, counts that add up, and every fault of such a table."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import ArrayLike

from experiments.importing.hours import HourlyProfile, ProfileFile, ProfileUse, hour_rows, read_hours
from experiments.importing.tables import PublicTables

pytestmark = pytest.mark.unit

DAY = np.arange(1.0, 25.0)
WEEK = np.arange(1.0, 169.0)


def table(folder: Path, hours: ArrayLike, counts: ArrayLike, header: str = "hour,share") -> Path:
    rows = zip(np.ravel(hours).tolist(), np.ravel(counts).tolist(), strict=True)
    path = folder / "profile.csv"
    path.write_text("\n".join([header, *(f"{hour:g},{count:g}" for hour, count in rows)]), encoding="utf-8")
    return path


def profile(path: Path, use: ProfileUse = ProfileUse.CHECK) -> HourlyProfile:
    tables = PublicTables()
    found = ProfileFile(path, use).read(tables)
    assert tables.faults() == []
    assert found is not None
    return found


@pytest.mark.parametrize("scale", [1.0, 1000.0])
def test_only_the_shape_of_a_day_counts(tmp_path: Path, scale: float) -> None:
    np.testing.assert_allclose(profile(table(tmp_path, np.arange(24), scale * DAY)).share, DAY / 300)


def test_a_week_has_168_hours_and_its_days_add_up(tmp_path: Path) -> None:
    found = profile(table(tmp_path, np.arange(168), WEEK))
    np.testing.assert_allclose(found.share, WEEK / WEEK.sum())
    np.testing.assert_allclose(found.by_day, WEEK.reshape(7, 24).sum(axis=0) / WEEK.sum())


def test_rows_of_one_hour_add_up_in_any_order_under_other_names(tmp_path: Path) -> None:
    """A record of two days, the second backwards, with counts under the name that dispatch centers use."""
    hours = [*range(24), *reversed(range(24))]
    path = table(tmp_path, hours, [*DAY, *(2 * DAY[::-1])], "Hour of day,num_calls")
    np.testing.assert_allclose(profile(path).share, DAY / 300)


def test_arrivals_follow_only_a_profile_that_is_meant_for_it(tmp_path: Path) -> None:
    usual = np.outer([2.0, 1, 1, 1, 1, 1, 1], np.full(24, 1 / 24)).ravel() / 8
    week = table(tmp_path, np.arange(168), WEEK)
    assert profile(week).rhythm(usual) is usual
    np.testing.assert_allclose(profile(week, ProfileUse.ARRIVALS).rhythm(usual), WEEK / WEEK.sum())
    day = table(tmp_path, np.arange(24), DAY)
    followed = profile(day, ProfileUse.ARRIVALS).rhythm(usual).reshape(7, 24)
    np.testing.assert_allclose(followed.sum(axis=1), [2 / 8] + [1 / 8] * 6)
    np.testing.assert_allclose(followed[0] / followed[0].sum(), DAY / 300)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("hour,share\n0,1\n2,1\n", "profile.csv, column hour"),
        ("hour,share\n" + "".join(f"{hour},0\n" for hour in range(24)), "profile.csv, column share"),
        ("hour,share\n168,1\n", "profile.csv row 2, column hour"),
        ("hour,share\n0,-1\n", "profile.csv row 2, column share"),
        ("hour,people\n0,1\n", "profile.csv row 1"),
        ("hour,share\n" + "".join(f"{hour},1\n" for hour in range(25)), "profile.csv, column hour"),
    ],
)
def test_what_is_no_profile_is_a_fault(tmp_path: Path, text: str, place: str) -> None:
    (tmp_path / "profile.csv").write_text(text, encoding="utf-8")
    tables = PublicTables()
    assert ProfileFile(tmp_path / "profile.csv").read(tables) is None
    assert [fault.field for fault in tables.faults()] == [place]


def test_a_file_that_is_not_there_is_a_fault_of_its_option(tmp_path: Path) -> None:
    tables = PublicTables()
    assert ProfileFile(tmp_path / "nowhere.csv").read(tables) is None
    assert [fault.field for fault in tables.faults()] == ["--hourly-profile"]


def test_rows_of_the_folder_read_back(tmp_path: Path) -> None:
    path = tmp_path / "hours.csv"
    kept = HourlyProfile(WEEK / WEEK.sum(), "calls.csv", ProfileUse.ARRIVALS)
    path.write_text("\n".join(",".join(f'"{cell}"' for cell in row) for row in hour_rows(kept)), encoding="utf-8")
    sheet, share, source = read_hours(path)
    assert sheet.all_faults() == []
    np.testing.assert_allclose(share, kept.by_day, atol=1e-6)
    assert source == "calls.csv, arrivals follow it"
    path.write_text("hour,share\n0,1\n0,1\n", encoding="utf-8")
    assert [fault.field for fault in read_hours(path)[0].all_faults()] == ["hours.csv, column hour"]
