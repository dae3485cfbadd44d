"""The report's section on sharing: supply over demand, alerts, evenness and the ledger, from numbers written down."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.comparisons import baselines, compare
from experiments.measures import MEASURES
from experiments.report.answer import answer
from experiments.report.findings import Finding
from experiments.report.folder import StoredRun, read_folder
from experiments.report.page import page_of
from experiments.report.sharing import (
    alerts_table,
    evenness_table,
    kind_name,
    ledger_table,
    ratio_over_time,
    sharing_tables,
    shortest_kinds,
    supply,
)
from experiments.report.supply_chart import ends_of
from experiments.store import stem
from sim.platform.monitor import BUSY, SHORT
from tests.report_folder import CELLS, Design, measures_of, write_run_folder

pytestmark = pytest.mark.unit

SMALL = Design(n_replications=2)


def folder_with_sharing(folder: Path) -> StoredRun:
    """Write a run folder whose cells have alerts, a ledger, and measures of evenness."""
    write_run_folder(folder, SMALL)
    rows = [
        (cell.name, index, "wait_gini", "across", "hospital", 0.25 - 0.05 * ("balance" in cell.name) + 0.002 * index)
        for cell in CELLS
        for index in range(2)
    ]
    even = pd.DataFrame(rows, columns=["cell", "replication", "measure", "dimension", "level", "value"])
    measures = pd.concat([measures_of(SMALL), even])
    measures.to_parquet(folder / "measures.parquet", index=False)
    compare(measures, baselines(CELLS, {"transfer": "stay_put"}), MEASURES).to_csv(
        folder / "comparisons.csv", index=False
    )
    alerts = pd.DataFrame(
        [("h1", "ed_space", SHORT, 170, 2, 0.8), ("h2", "ed_space", SHORT, 180, 4, 0.5), ("h1", "x", BUSY, 1, 1, 0.97)],
        columns=["hospital", "pool", "reason", "first_hour", "n_hours", "worst"],
    )
    ledger = pd.DataFrame(
        [("bed", "h2", "h1", "request", f"transfer/{n}") for n in range(3)]
        + [("bed", "h2", "h1", "book", "transfer/0"), ("staff", "h1", "h3", "book", "loan/0")]
        + [("bed", "*", "*", "agree", "agreement/0")]
        + [("information", "*", "*", "look", f"view/transfer/{day}") for day in range(2)],
        columns=["kind", "owner", "user", "action", "subject"],
    ).assign(units=24.0, time_min=1e6)
    for cell in CELLS:
        for name, table in (("alerts", alerts), ("ledger", ledger)):
            (folder / name).mkdir(exist_ok=True)
            for index in range(2):
                table.to_parquet(folder / name / f"{stem(cell.name, index)}.parquet", index=False)
    return read_folder(folder)


def lead_of(run: StoredRun) -> Finding:
    lead = answer(run).lead
    assert lead
    return lead


def test_the_ratio_is_that_of_the_sums_over_hospitals_and_replications(tmp_path: Path) -> None:
    run = folder_with_sharing(tmp_path)
    cell = lead_of(run).baseline.name
    table = ratio_over_time(run, cell)
    assert set(table["hour"]) == set(range(168))  # the warm-up is left out and the hours count from its end
    levels = pd.read_parquet(run.tables("levels", cell)[0])
    mine = levels[(levels["pool"] == "ed_space") & (levels["hour"] == 168 + 20)]
    expected = mine["duty_min"].sum() / (mine["busy_min"] + mine["queue_min"]).sum()
    found = table[(table["pool"] == "ed_space") & (table["hour"] == 20)]["ratio"].iloc[0]
    assert np.isclose(found, expected, rtol=1e-12)


def test_the_shortest_kinds_come_first_and_what_nobody_wants_is_left_out() -> None:
    table = pd.DataFrame({"pool": ["a", "b", "b", "c"], "supply": [9.0, 1, 2, 5], "demand": [3.0, 2, 2, 0]})
    assert shortest_kinds(table) == ["b", "a"]


def test_axes_hold_all_values_and_one() -> None:
    assert ends_of([1.02, 1.1]) == (0.75, 1.25)
    assert ends_of([0.3, 3.0]) == (0.25, 3.0)


def test_the_figure_has_rows_for_both_cells_and_a_table_behind(tmp_path: Path) -> None:
    run = folder_with_sharing(tmp_path)
    figure = supply(run, lead_of(run))
    assert figure
    assert len({row["cell"] for row in figure.rows}) == 2
    assert max(row["value"] for row in figure.rows) <= 3.0
    assert len(figure.table.rows) == 2 * 4
    assert "<svg" in figure.pictures["wide"]


def test_alerts_are_counted_by_week_with_the_worst_of_all(tmp_path: Path) -> None:
    run = folder_with_sharing(tmp_path)
    table = alerts_table(run, lead_of(run))
    assert table
    entries = {row[:2]: row[2:5] for row in table.rows}
    assert entries["ED space", SHORT] == ("2.0", "3.0", "0.50")
    assert entries["X", BUSY] == ("1.0", "1.0", "0.97")


def test_evenness_stands_before_and_after_with_its_difference(tmp_path: Path) -> None:
    run = folder_with_sharing(tmp_path)
    table = evenness_table(run, lead_of(run))
    assert table
    assert [row[:4] for row in table.rows] == [("Inequality of waits", "hospitals", "0.251", "0.201")]
    assert table.rows[0][-1] == "better"


def test_few_patients_are_not_printed_but_loans_are(tmp_path: Path) -> None:
    run = folder_with_sharing(tmp_path)
    table = ledger_table(run, lead_of(run), ("kind", "owner", "user"))
    assert table
    assert table.columns == ("Kind", "Owner", "User", "Request", "Book", "Look")
    assert table.rows == (
        ("Bed", "St Mary", "North General", "4 or more", "< 4", "0"),
        ("Information", "any", "any", "0", "0", "96"),
        ("Staff", "North General", "River", "0", "2", "0"),
    )


def test_a_run_without_such_tables_has_no_such_section(tmp_path: Path) -> None:
    run = read_folder(write_run_folder(tmp_path, SMALL))
    assert sharing_tables(run, lead_of(run)) is None
    assert sharing_tables(run, None) is None


def test_the_page_has_the_section_with_figure_and_tables(tmp_path: Path) -> None:
    page = page_of(folder_with_sharing(tmp_path))
    section = page[page.index('<section id="supply">') :]
    section = section[: section.index("</section>")]
    for words in ("Who shares what", "figure-supply", "How evenly waits", "Ledger of", "Alerts of the monitor"):
        assert words in section
    assert page.count('href="#supply"') == 1


def test_codes_become_words() -> None:
    assert [kind_name(code) for code in ("ed_space", "ct_scanner", "medical_bed")] == [
        "ED space",
        "CT scanner",
        "Medical bed",
    ]
