"""The table on the terminal shows means and what each cell changes."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from experiments.report.folder import StoredRun, read_folder
from experiments.results_table import results_table
from experiments.study import run_study
from tests import stand_in

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> StoredRun:
    folder = tmp_path_factory.mktemp("results") / "run"
    run_study(stand_in.study(), folder, 1, runner=stand_in.run)
    return read_folder(folder)


def printed(stored: StoredRun, **options: str) -> str:
    console = Console(file=(stream := StringIO()), width=100, **options)  # type: ignore[arg-type]
    console.print(results_table(stored))
    return stream.getvalue()


def test_each_cell_has_its_mean_and_all_but_the_baseline_a_difference(stored: StoredRun) -> None:
    lines = [line for line in printed(stored).splitlines() if "±" in line and "half-width" not in line]
    baseline, treatment, difference = lines
    assert "stay_put" in baseline
    assert "balance" in treatment
    assert "\u2212" not in baseline + treatment
    assert "\u2212" in difference


def test_a_difference_that_is_better_is_green(stored: StoredRun) -> None:
    assert "\x1b[32m\u2212" in printed(stored, color_system="standard", force_terminal="yes")


def test_measures_that_were_not_taken_are_left_out(stored: StoredRun) -> None:
    assert len(results_table(stored).columns) == 2


def test_only_so_many_cells_are_shown(tmp_path: Path) -> None:
    study = stand_in.study(tuple(f"cell{index:02d}" for index in range(26)), 1)
    run_study(study, tmp_path / "run", runner=stand_in.run)
    table = results_table(read_folder(tmp_path / "run"))
    assert table.row_count == 24
    assert "2 more cells in the report" in str(table.caption)
