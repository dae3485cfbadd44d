"""The table on the terminal shows means and what each cell changes, in the width that there is."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from experiments.report.folder import StoredRun, read_folder
from experiments.results_table import SHOWN, results_table
from experiments.study import run_study
from tests import stand_in
from tests.report_folder import CELLS, write_run_folder

pytestmark = pytest.mark.unit

LABELS = ("Boarding,", "Door to", "Emergency", "Left without", "Transfers,")


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> StoredRun:
    folder = tmp_path_factory.mktemp("results") / "run"
    run_study(stand_in.study(), folder, 1, runner=stand_in.run)
    return read_folder(folder)


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> StoredRun:
    return read_folder(write_run_folder(tmp_path_factory.mktemp("wide")))


def printed(stored: StoredRun, width: int = 100, **options: str) -> str:
    console = Console(file=(stream := StringIO()), width=width, **options)  # type: ignore[arg-type]
    console.print(results_table(stored, width))
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
    text = printed(stored)
    assert [label in text for label in LABELS] == [False, True, False, False, False]
    assert "more" not in text


@pytest.mark.parametrize(("width", "n_measures"), [(20, 1), (40, 1), (66, 3), (80, 4), (120, 5)])
def test_as_many_measures_are_shown_as_fit_and_nothing_is_cut_off(wide: StoredRun, width: int, n_measures: int) -> None:
    text = printed(wide, width)
    assert [label in text for label in LABELS] == [True] * n_measures + [False] * (5 - n_measures)
    assert max(map(len, text.splitlines())) <= width
    assert "\u2026" not in text
    flat, table = " ".join(text.split()), results_table(wide, 1000).renderables[0]
    left_out = len(SHOWN) - n_measures
    assert (f"The report has {left_out} more measure" in flat) == bool(left_out)
    for column in table.columns[1 : n_measures + 1]:  # type: ignore[union-attr]
        for entry in column.cells:
            assert all(line in text for line in str(entry).split("\n"))


def test_names_of_cells_are_folded_not_cut(wide: StoredRun) -> None:
    text = "".join(line.split(" ")[0] for line in printed(wide, 24).splitlines())
    for cell in CELLS:
        assert cell.name in text


def test_a_single_cell_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    run_study(stand_in.study(("stay_put",)), tmp_path / "run", runner=stand_in.run)
    assert "difference" not in printed(read_folder(tmp_path / "run"))


def test_only_so_many_cells_are_shown(tmp_path: Path) -> None:
    study = stand_in.study(tuple(f"cell{index:02d}" for index in range(26)), 1)
    run_study(study, tmp_path / "run", runner=stand_in.run)
    text = printed(read_folder(tmp_path / "run"))
    assert "cell23" in text
    assert "cell24" not in text
    assert "The report has 2 more cells." in text
