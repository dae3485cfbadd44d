"""`citycare solve`: every problem is offered, ends with 0 or 2, and writes its file whole or not at all."""

import argparse
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from experiments import cli
from experiments.solve import command
from experiments.solve.command import Command, Told
from tests.city_files import documented_examples

pytestmark = pytest.mark.contract

WIDE = documented_examples()["medical_service.csv"]
LONG = documented_examples()["medical_service_long.csv"]


@pytest.mark.parametrize("name", command.PROBLEMS)
def test_every_problem_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["solve", name, "--help"])
    assert stopped.value.code == 0
    assert "--out" in capsys.readouterr().out


def test_names_are_those_of_the_modules_in_order() -> None:
    assert list(command.PROBLEMS) == sorted(command.PROBLEMS)
    assert [one.name for one in command.commands()] == list(command.PROBLEMS)


def test_help_of_all_problems_loads_no_solver() -> None:
    code = (
        "import sys, experiments.cli as c; c.make_parser(); "
        "print({'numpy', 'pyomo', 'highspy', 'pandas'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("content", [WIDE, LONG])
def test_both_layouts_give_the_same_plan(content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "medical_service.csv", tmp_path / "plan.csv"
    file.write_text(content, encoding="utf-8")
    assert cli.main(["solve", "cover", str(file), "--out", str(out)]) == 0
    text = capsys.readouterr().out
    assert "costs 3,230; levels may be fractions of a unit" in text
    assert f"Written to {out}" in text
    assert out.read_text(encoding="utf-8").splitlines()[0] == "activity,level,unit_cost,cost"


def test_whole_levels_are_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Half a unit of each of three pairs costs 1.5; whole units need two."""
    file = tmp_path / "odd.csv"
    file.write_text("requirement,a,b,c,required\nab,1,1,,1\nbc,,1,1,1\nca,1,,1,1\ncost,1,1,1,\n", encoding="utf-8")
    assert cli.main(["solve", "cover", str(file)]) == 0
    assert "costs 1.5; levels may be fractions" in capsys.readouterr().out
    assert cli.main(["solve", "cover", str(file), "--whole"]) == 0
    assert "costs 2; levels are whole units" in capsys.readouterr().out


def test_nothing_fits_is_explained_and_nothing_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "medical_service.csv", tmp_path / "plan.csv"
    file.write_text(WIDE.replace("nurses_at_evening,,,1,5", "nurses_at_evening,,,,5"), encoding="utf-8")
    out.write_text("old", encoding="utf-8")
    assert cli.main(["solve", "cover", str(file), "--out", str(out)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "nurses_at_evening needs 5" in told.err
    assert out.read_text(encoding="utf-8") == "old"


def test_all_faults_of_the_file_come_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "medical_service.csv", tmp_path / "plan.csv"
    broken = WIDE.replace("cost,280", "cost,-280").replace("nurses_at_noon,1,1,1,8", "nurses_at_noon,x,1,1,")
    file.write_text(broken, encoding="utf-8")
    assert cli.main(["solve", "cover", str(file), "--out", str(out)]) == 2
    told = capsys.readouterr().err
    assert "3 things to mend" in told
    for words in ("row 3, column early_shift = 'x'", "column required", "row cost, column early_shift = -280.0"):
        assert words in told
    assert not out.exists()


@pytest.mark.parametrize("cell", ["1e300", "-1e10", "1e16"])
def test_numbers_that_no_solver_can_hold_are_faults(
    cell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "medical_service.csv"
    file.write_text(f"requirement,a,required\nx,{cell},2\ncost,1,\n", encoding="utf-8")
    assert cli.main(["solve", "cover", str(file)]) == 2
    assert f"row 2, column a = '{cell}': give a number from -1e+09 to 1e+09" in capsys.readouterr().err


def test_large_numbers_are_solved_within_their_own_precision(tmp_path: Path) -> None:
    file = tmp_path / "medical_service.csv"
    content = "requirement,a,b,required\nx,999999937,0.001,987654321\ny,0.333,1,3\ncost,1e9,0.001,\n"
    file.write_text(content, encoding="utf-8")
    assert cli.main(["solve", "cover", str(file)]) == 0


def test_where_to_write_is_checked_before_anything_is_solved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for out, mend in ((tmp_path / "no" / "plan.csv", "folder that exists"), (tmp_path, "name a file, not a folder")):
        assert cli.main(["solve", "cover", "anything.csv", "--out", str(out)]) == 2
        assert mend in capsys.readouterr().err


@pytest.mark.parametrize(("option", "words"), [("--seconds=0", "not more than 0"), ("--gap=2", "not a share"),
                                               ("--gap=x", "not a number")])  # fmt: skip
def test_impossible_options_are_named(option: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["solve", "cover", "a.csv", option])
    assert stopped.value.code == 2
    assert words in capsys.readouterr().err


def test_a_problem_of_ones_own_module_gets_options_and_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(options: argparse.Namespace) -> Told:
        tried = command.options_of(options)
        return Told(f"{options.word} {tried.gap} {tried.fuse_seconds}", out="content\n")

    def add(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("word")

    made = SimpleNamespace(COMMAND=Command("mine", "decide something", add, run))
    monkeypatch.setattr(command, "PROBLEMS", ("mine",))
    importing: Callable[[str], object] = {"experiments.solve.mine": made}.__getitem__
    monkeypatch.setattr(command, "import_module", importing)
    out = tmp_path / "mine.txt"
    assert cli.main(["solve", "mine", "hello", "--gap", "0.5", "--seconds", "7", "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"hello 0.5 7.0\nWritten to {out}\n"
    assert out.read_bytes() == b"content\n"
    assert list(tmp_path.iterdir()) == [out]


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "plan.csv"
    out.write_text("old", encoding="utf-8")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(command.os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        command.write_whole(out, "new")
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["old"]
