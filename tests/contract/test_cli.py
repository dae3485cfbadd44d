"""The command line: exit codes, faults in words, and quick answers."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from experiments import cli
from experiments.commands import COMMANDS
from tests.city_files import rewrite, write_documented_city
from tests.report_folder import Design, write_run_folder

pytestmark = pytest.mark.contract

HEAVY = ("numpy", "pandas", "hydra", "omegaconf", "simpy", "scipy", "sklearn", "pyomo", "highspy", "altair", "duckdb")


def test_help_loads_nothing_heavy() -> None:
    code = f"import sys, experiments.cli as c; c.make_parser().format_help(); print({HEAVY!r} & sys.modules.keys())"
    code = code.replace(f"{HEAVY!r} &", f"set({HEAVY!r}) &")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


SLOW = ("pyomo", "sklearn", "altair", "vl_convert", "duckdb", "jinja2", "scipy.stats", "scipy.optimize")

START = f"""
import sys
from experiments import cli, study

def stop(*_, **__):
    print([name for name in {SLOW!r} if name in sys.modules])
    sys.exit()

study.run_study = stop
cli.main(["run", "-m", "transfer=stay_put,balance"])
"""


def test_a_run_loads_nothing_slow_before_it_shows_progress() -> None:
    done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_shows_examples_and_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["--help"])
    assert stopped.value.code == 0
    text = capsys.readouterr().out
    for word in ("run", "report", "import", "check", "init", "experiment=sharing_first", "exit codes: 0 done"):
        assert word in text


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out == f"citycare {cli.project_version()}\n"


def test_a_misspelt_option_is_named_with_or_without_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--verison"], ["run", "--verison"]):
        with pytest.raises(SystemExit):
            cli.main(arguments)
        assert capsys.readouterr().err.startswith("citycare: unknown argument --verison\n")
    with pytest.raises(SystemExit):
        cli.main([])
    names = [name.replace("importing", "import").replace("_", "-") for name in COMMANDS]
    assert capsys.readouterr().err.startswith(f"citycare: name a command: {', '.join(names)}\n")


@pytest.mark.parametrize("arguments", [[], ["rnu"], ["run", "--wrong"], ["report"], ["report", "a", "b=c"]])
def test_wrong_arguments_end_with_2_and_where_help_is(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(arguments)
    assert stopped.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("citycare: ")
    assert "--help" in error


def test_wrong_input_is_one_block_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", "run.replicatons=3", "run.weeks=-1"]) == 2
    captured = capsys.readouterr()
    assert captured.err.splitlines()[0] == "citycare: 2 things to mend; nothing was run."
    assert len(captured.err.splitlines()) == 3
    assert "Traceback" not in captured.err
    assert captured.out.startswith("CityCare ")


def test_faults_of_meaning_stop_before_anything_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "run"
    lines = ["transfer.policy=nobody", "conditions.stroke.pathway=strok", f"run.folder={folder}"]
    assert cli.main(["run", *lines]) == 2
    assert capsys.readouterr().err.count("\n") == 3
    assert not folder.exists()


def test_overrides_and_options_may_be_mixed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", "run.weeks=-1", "-m", "transfer=stay_put,balance", "--debug"][:-1]) == 2
    assert "run.weeks = -1.0" in capsys.readouterr().err


def test_debug_shows_where() -> None:
    with pytest.raises(ValueError, match="folder"):
        cli.main(["report", "nowhere", "--debug"])


def test_a_folder_that_is_no_run_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["report", str(tmp_path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("manifest.json", "{", "Expecting property name"),
        ("manifest.json", "[]", "it is not a table of keys and values"),
        ("measures.parquet", "no parquet", "parquet"),
        ("comparisons.csv", "", "No columns"),
        ("comparisons.csv", "a,b\n1,2\n", "columns expected but not found"),
    ],
)
def test_a_broken_file_of_a_run_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, text: str, reason: str
) -> None:
    (write_run_folder(tmp_path, Design(n_replications=1)) / file).write_text(text)
    assert cli.main(["report", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert f"{tmp_path / file}'" in error
    assert reason in error
    assert error.count("\n") == 2


def test_signs_that_a_terminal_lacks_are_replaced(tmp_path: Path) -> None:
    folder = write_run_folder(tmp_path / "run", Design(n_replications=2))
    command = [sys.executable, "-c", "import sys; from experiments import cli; sys.exit(cli.main())", "report", folder]
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, check=True, env=ascii_only)
    assert b"95?% interval" in done.stdout


def test_an_unforeseen_error_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.explain(RuntimeError("the disk is full")) == 1
    assert capsys.readouterr().err == (
        "citycare: RuntimeError: the disk is full\n  The same command with --debug shows where.\n"
    )


def test_check_of_a_city_tells_its_size_and_load(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "it's a city"
    folder.mkdir()
    write_documented_city(folder)
    assert cli.main(["check", str(folder)]) == 0
    text = capsys.readouterr().out
    assert "is in order; nothing was run." in text
    assert "2 hospitals, 2 zones" in text
    assert "expected occupancy" in text
    assert f"The least-cost plan of {folder / 'medical_service.csv'} costs 3,230;" in text
    assert cli.main(["check", str(folder), "city.demand.scale=9"]) == 0
    assert "Queues will grow without end: " in capsys.readouterr().out


def test_check_tells_why_a_covering_program_has_no_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_documented_city(tmp_path)
    rewrite(tmp_path / "medical_service.csv", "nurses_at_evening,,,1,5", "nurses_at_evening,,,,5")
    assert cli.main(["check", str(tmp_path)]) == 0
    assert capsys.readouterr().out.endswith("nurses_at_evening needs 5, and no activity gives any\n")


def test_check_lists_faults_of_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_documented_city(tmp_path)
    (tmp_path / "patient_case.csv").unlink()
    (tmp_path / "medical_demand.csv").unlink()
    assert cli.main(["check", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert "patient_case.csv" in error
    assert "medical_demand.csv" in error


def test_import_lists_faults_of_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "h.csv").write_text("id,name\n1,A\n")
    arguments = ["--hospitals", str(tmp_path / "h.csv"), "--zones", str(tmp_path / "z.csv")]
    assert cli.main(["import", "city", *arguments, "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert "h.csv" in error
    assert "z.csv" in error
    assert not (tmp_path / "out").exists()
