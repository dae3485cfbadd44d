"""The table of published timetables: what it says, and that it goes on where it stopped."""

from pathlib import Path

import pytest

from experiments import timetable_table
from experiments.files.timetable import case_text
from experiments.kept_rows import read_rows, write_rows
from experiments.timetable_table import Row, order, page
from tests.small_timetable import ward

pytestmark = pytest.mark.unit


def rows() -> list[Row]:
    return [
        Row("i02", 1, "60 s", 110, 12.5, 100.0, 200.5, "0 0 10 0 0 0 0 100"),
        Row("i01", 2, "60 s", 202, -1.0, 99.5, 150.0, "0 0 2 0 0 0 0 200"),
        Row("i01", 1, "60 s", -1, -1.0, 99.5, 150.0, "0 0 0 0 0 0 0 0"),
        Row("x", 1, "10 s", 5, -1.0, 9.0, 1.0, "5 0 0 0 0 0 0 0"),
    ]


def test_the_table_says_gaps_and_their_mean() -> None:
    lines = page(rows(), {"i01": 200, "i02": 100}).splitlines()
    assert "- 10 s: no plan over 0 plans, 0 searches of 0 instances" in lines
    assert "- 60 s: mean gap 5.5 % over 2 plans, 3 searches of 2 instances" in lines
    assert lines[-4:] == [
        "| i01 | 1 | 60 s | – | 200 | – | – | 99.5 | 150 | 0 0 0 0 0 0 0 0 |",
        "| i01 | 2 | 60 s | 202 | 200 | 1.0 % | – | 99.5 | 150 | 0 0 2 0 0 0 0 200 |",
        "| i02 | 1 | 60 s | 110 | 100 | 10.0 % | 12.5 | 100 | 200.5 | 0 0 10 0 0 0 0 100 |",
        "| x | 1 | 10 s | 5 | – | – | – | 9 | 1 | 5 0 0 0 0 0 0 0 |",
    ]


def test_rows_are_kept(tmp_path: Path) -> None:
    assert read_rows(tmp_path / "none.csv", Row) == []
    write_rows(tmp_path / "rows.csv", Row, rows(), order)
    assert read_rows(tmp_path / "rows.csv", Row) == sorted(rows(), key=lambda row: (row.instance, row.seed))


def test_the_table_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two instances the first is there already: only the second is solved."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "instances").mkdir()
    for name in ("i01", "i02"):
        (tmp_path / "instances" / f"{name}.json").write_text(case_text(ward()), encoding="utf-8")
    (tmp_path / "best_known.csv").write_text("instance,best_known\ni01,100\ni02,1000000\n", encoding="utf-8")
    kept = Row("i01", 1, "0.5 s", 7777, -1.0, 1.0, 1.0, "7777 0 0 0 0 0 0 0")
    write_rows(timetable_table.KEPT, Row, [kept], order)
    timetable_table.main([str(tmp_path), "--instances", "i01", "i02", "--seeds", "1", "--seconds", "0.5"])
    first, second = read_rows(timetable_table.KEPT, Row)
    assert first == kept
    assert (second.instance, second.seed, second.limit) == ("i02", 1, "0.5 s")
    assert second.cost == sum(map(int, second.parts.split()))
    assert second.to_near_seconds >= 0
    assert "| i01 | 1 | 0.5 s | 7777 |" in timetable_table.PAGE.read_text(encoding="utf-8")


def test_a_limit_of_moves_gives_the_same_row_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "instances").mkdir()
    (tmp_path / "instances" / "i01.json").write_text(case_text(ward()), encoding="utf-8")
    (tmp_path / "best_known.csv").write_text("instance,best_known\ni01,100\n", encoding="utf-8")
    found = []
    for _ in range(2):
        timetable_table.main([str(tmp_path), "--instances", "i01", "--seeds", "7", "--million-moves", "1"])
        (row,) = read_rows(timetable_table.KEPT, Row)
        timetable_table.KEPT.unlink()
        found.append((row.instance, row.seed, row.limit, row.cost, row.million_moves, row.parts))
    assert found[0] == found[1]
    assert found[0][1:3] == (7, "1 million moves")
