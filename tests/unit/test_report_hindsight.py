"""The report's table of regret: cost, bound and their difference within replications, for each seat and cell."""

from pathlib import Path

import pandas as pd
import pytest

from experiments.comparisons import baselines, compare
from experiments.measures import MEASURES
from experiments.report.folder import StoredRun, read_folder
from experiments.report.hindsight import COLUMNS, hindsight_table
from experiments.report.page import page_of
from tests.report_folder import CELLS, write_run_folder

pytestmark = pytest.mark.unit

COSTS = {"cost_transfer": 40.0, "bound_transfer": 15.0, "regret_transfer": 25.0}


def a_run(folder: Path, told: bool) -> StoredRun:
    """Return a run of six cells; the second cell of transfers has regret, 10 less for each replication than the first.

    Costs vary by replication as their bounds do, so that regret does not.
    """
    write_run_folder(folder)
    measures = pd.read_parquet(folder / "measures.parquet")
    rows = [
        (
            cell.name,
            replication,
            name,
            "all",
            "all",
            value - saved + (0.0 if name == "regret_transfer" else replication),
        )
        for cell, saved in ((CELLS[0], 0.0), (CELLS[2], 10.0))
        for replication in sorted(set(measures["replication"]))
        for name, value in COSTS.items()
    ]
    if told:
        more = pd.DataFrame(rows, columns=["cell", "replication", "measure", "dimension", "level", "value"])
        measures = pd.concat([measures, more], ignore_index=True)
        measures.to_parquet(folder / "measures.parquet", index=False)
        compared = compare(measures, baselines(CELLS, {"transfer": "stay_put"}), MEASURES)
        compared.to_csv(folder / "comparisons.csv", index=False)
    return read_folder(folder)


def test_each_seat_and_cell_has_a_row(tmp_path: Path) -> None:
    table = hindsight_table(a_run(tmp_path, told=True))
    assert table is not None
    assert table.columns == COLUMNS
    first, second = table.rows
    assert first[0].startswith("waits for beds, ")
    assert first[2].startswith("41.5 ± ")
    assert first[3].startswith("16.5 ± ")
    assert first[4] == "25.0"  # no interval: the noise of costs and bounds is that of pairs, and cancels
    assert second[4] == "15.0"
    assert second[5].replace("−", "-").startswith("-10")
    assert first[5] not in second[5]


def test_the_page_has_the_section_only_where_seats_were_judged(tmp_path: Path) -> None:
    told, silent = (page_of(a_run(tmp_path / name, told=name == "told")) for name in ("told", "silent"))
    assert 'id="hindsight"' in told
    assert 'id="hindsight"' not in silent
    assert hindsight_table(read_folder(tmp_path / "silent")) is None
