"""`citycare solve roster`: what it prints and writes, what it refuses, and the table of published instances."""

import csv
from pathlib import Path

import pytest

from experiments import roster_table
from experiments.cli import main
from experiments.files.roster_text import read_roster_text
from experiments.kept_rows import read_rows, write_rows
from experiments.roster_table import Row, order, page
from optimize.roster.check import breaches, score
from tests.small_roster import ONE_WEEK_TEXT, ward

pytestmark = pytest.mark.unit

ROUNDS = ["--rounds", "2", "--seed", "1"]


@pytest.fixture
def ward_file(tmp_path: Path) -> str:
    path = tmp_path / "ward.txt"
    path.write_text(ONE_WEEK_TEXT, encoding="utf-8")
    return str(path)


def test_a_checked_roster_is_written(ward_file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "roster.txt"
    assert main(["solve", "roster", ward_file, *ROUNDS, "--out", str(out)]) == 0
    printed = capsys.readouterr()
    assert "Optimal: objective 2, bound 2  gap 0.00 %" in printed.out
    assert "Costs: wish 2" in printed.out
    assert "3 employees, 7 days, 2 shifts, 5 needs" in printed.err
    assert "(first roster)" in printed.err
    assert "(bound)" in printed.err
    (roster,) = read_roster_text(out, ward())
    assert breaches(ward(), roster) == []
    assert score(ward(), roster).total == 2


def test_rosters_are_judged(ward_file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "roster.txt"
    main(["solve", "roster", ward_file, *ROUNDS, "--out", str(out)])
    assert main(["solve", "roster", ward_file, "--check", str(out)]) == 0
    assert "Roster 1: objective 2 (wish 2)" in capsys.readouterr().out
    days = ["\t".join([name, *["."] * 7]) for name in ("ann", "ben", "cat")]
    out.write_text("\n".join(days), encoding="utf-8")
    assert main(["solve", "roster", ward_file, "--check", str(out)]) == 2
    judged = capsys.readouterr().err
    assert "Roster 1: objective 603 (under 600, wish 3)" in judged
    assert "ann works 0 minutes; 960 to 1920 are allowed" in judged


def test_needs_that_nobody_can_meet_are_explained_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "ward.txt", tmp_path / "roster.txt"
    path.write_text(ONE_WEEK_TEXT.replace("1,N,1,100,1", "1,N,3,100,1"), encoding="utf-8")
    assert main(["solve", "roster", str(path), *ROUNDS, "--hard-cover", "--out", str(out)]) == 2
    told = capsys.readouterr().err
    assert "N on Tuesday of week 1 needs 3; only 2 may work it" in told
    assert "1 less would do" in told
    assert not out.exists()


def test_fair_nights_are_an_option(ward_file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["solve", "roster", ward_file, *ROUNDS, "--nights", "N", "--night-spread-cost", "5"]) == 0
    assert "objective 2" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["--nights", "X"], "--nights = 'X': name some of D, N"),
        (["--night-spread-cost", "2"], "say by --nights"),
    ],
)
def test_options_that_do_not_fit_are_named(
    ward_file: str, words: list[str], fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["solve", "roster", ward_file, *words]) == 2
    assert fault in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--seed", "x"], ["--night-spread-cost", "-1"], ["--night-spread-cost", "much"]])
def test_numbers_that_are_none_are_refused(ward_file: str, words: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["solve", "roster", ward_file, *words])
    assert caught.value.code == 2


def rows() -> list[Row]:
    return [
        Row(2, 1, 60.0, 110.0, 99.0, 1.5, 0.5, "feasible"),
        Row(1, 1, 60.0, 2.0, 2.0, 0.5, 0.25, "optimal"),
        Row(3, 1, 60.0, -1.0, -1.0, 60.0, 9.0, "no_answer"),
    ]


def test_the_table_says_gap_and_distance_from_the_best_known() -> None:
    lines = page(rows(), {1: 2.0, 2: 100.0}).splitlines()[-3:]
    assert lines == [
        "| 1 | 1 | 60 | 2 | 2 | 0.0 % | 2 | 0.0 % | 0.5 | 0.25 | optimal |",
        "| 2 | 1 | 60 | 110 | 99 | 10.0 % | 100 | 10.0 % | 1.5 | 0.5 | feasible |",
        "| 3 | 1 | 60 | – | – | – | – | – | 60 | 9 | no_answer |",
    ]


def test_rows_are_kept(tmp_path: Path) -> None:
    assert read_rows(tmp_path / "none.csv", Row) == []
    write_rows(tmp_path / "rows.csv", Row, rows(), order)
    assert read_rows(tmp_path / "rows.csv", Row) == sorted(rows(), key=lambda row: row.instance)


def test_the_table_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two instances the first is there already: only the second is solved."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "curtois").mkdir()
    for number in (1, 2):
        (tmp_path / "curtois" / f"Instance{number}.txt").write_text(ONE_WEEK_TEXT, encoding="utf-8")
    (tmp_path / "best_known_curtois.csv").write_text("instance,best_UB\n1,2\n2,2\n", encoding="utf-8")
    kept = Row(1, 1, 60.0, 7.0, 1.0, 3.0, 2.0, "feasible")
    write_rows(roster_table.KEPT, Row, [kept], order)
    roster_table.main([str(tmp_path), "--instances", "1", "2", "--seconds", "60"])
    first, second = read_rows(roster_table.KEPT, Row)
    assert first == kept
    assert (second.instance, second.objective, second.bound, second.ending) == (2, 2, 2, "optimal")
    assert roster_table.PAGE.read_text(encoding="utf-8").count("| feasible |") == 1
    with roster_table.KEPT.open(encoding="utf-8") as lines:
        assert len(list(csv.reader(lines))) == 3
