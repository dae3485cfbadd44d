"""The report's table of waits by acuity against those of real departments."""

from pathlib import Path

import pandas as pd
import pytest

from experiments.report.folder import StoredRun, read_folder
from experiments.report.page import page_of
from experiments.report.real_waits import MEASURE, real_waits_table
from tests.report_folder import CELLS, write_run_folder

pytestmark = pytest.mark.unit

WAITS = {"1": 4.0, "2": 8.0, "3": 10.0, "4": 30.0}


def a_run(folder: Path, told: bool = True) -> StoredRun:
    """Return a run whose first cell knows waits by level, of two replications one above and one below them."""
    write_run_folder(folder)
    measures = pd.read_parquet(folder / "measures.parquet")
    measures = measures[measures["measure"] != MEASURE]
    rows = [(CELLS[0].name, replication, MEASURE, "all", "all", 20.0) for replication in (0, 1)]
    rows += [
        (CELLS[0].name, replication, MEASURE, "acuity", level, wait + shift)
        for level, wait in WAITS.items()
        for replication, shift in ((0, -1.0), (1, 1.0))
    ]
    added = pd.DataFrame(
        rows if told else [], columns=["cell", "replication", "measure", "dimension", "level", "value"]
    )
    pd.concat([measures, added.astype(measures.dtypes.to_dict())]).to_parquet(folder / "measures.parquet")
    return read_folder(folder)


def test_levels_stand_over_the_mean_of_all_beside_real_ones(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    table = real_waits_table(run, run.cells)
    assert table is not None
    assert table.columns == ("Cell", "Level 1", "Level 2", "Level 3", "Level 4", "Level 5")
    assert [row[1:] for row in table.rows] == [
        ("0.20", "0.40", "0.50", "1.50", "–"),
        ("0.66", "0.88", "1.06", "0.97", "0.95"),
    ]
    assert "Does urgency count as it does in reality?" in page_of(run)


def test_there_is_no_table_without_waits_by_acuity(tmp_path: Path) -> None:
    run = a_run(tmp_path, told=False)
    assert real_waits_table(run, run.cells) is None
    assert "Does urgency count" not in page_of(run)
