"""What the terminal says before and after a study."""

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from experiments import summary
from experiments.build import check
from experiments.config import CellConfig, compose
from experiments.report import Answer
from experiments.report.folder import StoredRun

pytestmark = pytest.mark.unit


@cache
def cells(*overrides: str) -> list[CellConfig]:
    return compose(overrides, multirun=True)


def test_the_plan_of_one_cell_names_its_members() -> None:
    (cell,) = cells("information=none")
    lines = summary.plan([cell], check(cell.settings), 80).splitlines()
    assert lines == [
        "Question:  How do the city's hospitals fare as configured?",
        "City:      five_hospitals, 5 hospitals, 12 zones, about 1,000 emergency visits a",
        "           day",
        "Cells:     one: triage model, transfer stay_put, information none",
        "Each cell: 10 replications of 1 + 4 weeks (warm-up + measured), seed 20261122",
    ]


def test_the_plan_of_a_grid_names_factors_and_levels() -> None:
    grid = cells("transfer=stay_put,balance", "run.weeks=1,2", "experiment.question=''", "run.replications=1")
    lines = summary.plan(grid, check(grid[0].settings), 120).splitlines()
    assert lines[0].startswith("City:")
    assert lines[1] == "Cells:     4: transfer (stay_put, balance)  x  run.weeks (1, 2)"
    assert lines[2] == "Each cell: 1 replication of 1 + 1 weeks (warm-up + measured), seed 20261122"


def test_the_plan_of_a_run_from_a_census_names_it() -> None:
    (cell,) = cells("experiment=forecast_72h", "run.replications=2")
    last = summary.plan([cell], check(cell.settings), 160).splitlines()[-1]
    census = "72 hours from 2026-01-07 08:00 on (census census/five_hospitals.csv)"
    assert last == f"Each cell: 2 replications of {census}, seed 20261122"


def stored(n_failures: int) -> StoredRun:
    failed = [{"cell": "b", "replication": i, "error": f"Broken: {i}\nmore"} for i in range(n_failures)]
    return StoredRun(Path("nowhere"), {"failures": failed}, pd.DataFrame(), pd.DataFrame())


def test_failures_are_listed_up_to_five() -> None:
    lines = summary.failures(stored(7)).splitlines()
    assert lines[0] == "7 replications failed; the others are kept:"
    assert lines[1] == "  b replication 0: Broken: 0"
    assert lines[-1] == "  and 2 more, in manifest.json"
    assert len(lines) == 7


@pytest.mark.parametrize(
    ("words", "n_cells", "expected"),
    [
        ([], 1, "citycare run experiment=sharing_first    # what do hospitals gain by deciding together?"),
        (["run.weeks=2"], 1, "citycare run run.weeks=2 -m transfer=stay_put,balance    # what do"),
        (["transfer=balance", "run.folder=x"], 1, "citycare run -m transfer=stay_put,balance    # what do"),
        (["experiment=e", "run.folder=x"], 6, "citycare run experiment=e city.demand.scale=1.1    # the same with"),
        (["experiment=e", "city.demand.scale=1.1"], 6, "citycare run experiment=e city.demand.scale=1.1 run.replic"),
        (["--config-dir", "my study", "experiment=e"], 3, "citycare run --config-dir 'my study' experiment=e city."),
    ],
)
def test_suggests_a_next_command(
    monkeypatch: pytest.MonkeyPatch, words: list[str], n_cells: int, expected: str
) -> None:
    monkeypatch.setattr(summary, "which", lambda name: f"/bin/{name}")
    assert summary.suggestion(words, n_cells).startswith(expected)


def test_names_its_own_path_where_the_shell_does_not_find_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(summary, "which", lambda name: None)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", [str(tmp_path / ".venv/bin/citycare"), "run"])
    assert summary.suggestion([], 1).startswith(".venv/bin/citycare run experiment=sharing_first")


def test_closes_with_answer_report_and_suggestion(tmp_path: Path) -> None:
    answer = Answer("Why?", ("Because.", "Really."), "", None)
    text = summary.closing(answer, tmp_path / "report.html", "citycare run", 80)
    assert text == f"Answer:    Because. Really.\nReport:    {tmp_path / 'report.html'}\nTry next:  citycare run"


def test_what_is_to_be_copied_is_never_broken(tmp_path: Path) -> None:
    answer = Answer("Why?", ("The nearest-free rule cuts boarding by 41\u00a0minutes.",), "", None)
    path, command = tmp_path / "report.html", "citycare run " + "a=1 " * 20
    lines = summary.closing(answer, path, command, 40).splitlines()
    assert lines[:2] == ["Answer:    The nearest-free rule cuts", "           boarding by 41\u00a0minutes."]
    assert lines[2:] == [f"Report:    {path}", f"Try next:  {command}"]


def test_aligns_columns() -> None:
    assert summary.aligned([["a", "1"], ["bbb", "22"]]) == "a     1\nbbb  22"
