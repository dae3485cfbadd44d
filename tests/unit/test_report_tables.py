"""What the report reads from stored tables, on folders with known numbers."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.report import answer, evidence
from experiments.report.figures import all_figures
from experiments.report.folder import Cell, StoredRun, read_folder
from experiments.report.profiles import patients_by_zone, places_of, quoted, sensitivity, wait_quantiles, weekly_profile
from experiments.report.tables import SUPPRESSED, has_reserve, measure_rows, part_of_city, zone_table
from experiments.report.words import describe, describe_against, label, scaled_supply
from sim.faults import ScenarioError
from tests.report_folder import CELLS, HOSPITALS, WARM_UP_MIN, Design, patients_of, write_run_folder

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> StoredRun:
    return read_folder(write_run_folder(tmp_path_factory.mktemp("run"), Design(tornado=True)))


def test_a_folder_without_tables_is_refused_with_every_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"manifest\.json, measures\.parquet, comparisons\.csv"):
        read_folder(tmp_path)


def test_only_finished_replications_are_read(tmp_path: Path) -> None:
    run = read_folder(write_run_folder(tmp_path, Design(n_replications=3)))
    (tmp_path / "batches" / "balance-live-r001.parquet").unlink()
    names = [Path(table).name for table in run.tables("patients", "balance-live")]
    assert names == ["balance-live-r000.parquet", "balance-live-r002.parquet"]


def test_wait_quantiles_leave_out_warm_up_planned_patients_and_the_unseen(run: StoredRun) -> None:
    cell = next(cell for cell in CELLS if cell.name == "balance-live")
    patients = pd.concat([patients_of(Design(), cell, index) for index in range(4)])
    waits = patients["emergency.assessment_started"] - patients["arrived"]
    kept = (patients["arrived"] >= WARM_UP_MIN) & patients["zone"].notna() & waits.notna() & (patients["acuity"] == 3)
    found = wait_quantiles(run, "balance-live").set_index("acuity")
    assert found.loc[3, "n"] == kept.sum()
    np.testing.assert_allclose(found.loc[3, "p90"], np.quantile(waits[kept], 0.9), rtol=1e-12)
    assert found.to_numpy().max() < 1e5  # the waits of the warm-up are a million minutes


def test_waits_are_absent_when_no_step_was_logged(run: StoredRun, tmp_path: Path) -> None:
    write_run_folder(tmp_path, Design(n_replications=1))
    for path in (tmp_path / "patients").iterdir():
        pd.read_parquet(path).drop(columns="emergency.assessment_started").to_parquet(path)
    assert wait_quantiles(read_folder(tmp_path), "balance-live").empty


def test_weekly_profile_of_known_levels(tmp_path: Path) -> None:
    run = read_folder(write_run_folder(tmp_path, Design(n_replications=2)))
    levels = pd.DataFrame(
        {
            "hospital": ["h1"] * 5,
            "pool": ["medical_bed", "medical_bed", "ed_space", "ct_scanner", "surgical_bed"],
            "hour": [0, 168, 168, 168, 168],
            "busy_min": [999.0, 90.0, 60.0, 60.0, 30.0],
            "queue_min": [0.0, 0.0, 30.0, 0.0, 0.0],
            "duty_min": [1000.0, 150.0, 120.0, 60.0, 120.0],
            "overtime_min": [0.0, 30.0, 0.0, 0.0, 0.0],
        }
    )
    for index, busier in enumerate((0.0, 30.0)):
        changed = levels.assign(busy_min=levels["busy_min"] + busier * (levels["pool"] == "surgical_bed"))
        changed.to_parquet(tmp_path / "levels" / f"balance-live-r{index:03d}.parquet")
    (found,) = weekly_profile(run, "balance-live").to_dict("records")
    assert (found["hospital"], found["hour"]) == ("h1", 0)
    assert found["occupancy"] == (90 + 30 + 90 + 60) / 480  # staffed time; neither overtime nor the warm-up count
    assert found["census"] == 1.5
    assert found["census_per_space"] == 0.75


def test_beds_are_the_places_of_transferable_phases() -> None:
    phases = [
        {"name": "emergency", "place": "bay"},
        {"name": "ward", "place": "bed", "transferable": True},
        {"name": "rehabilitation", "place": "mat"},
        {"name": "door"},
    ]
    assert places_of(Cell("a", {}, {"pathways": {"x": {"phases": phases}}})) == (["bed"], ["bay"])
    assert places_of(Cell("a")) == ([], ["ed_space"])


def test_names_of_columns_cannot_leave_their_quotes() -> None:
    assert quoted('a" FROM x --') == '"a"" FROM x --"'


def test_counts_under_four_are_suppressed() -> None:
    counts = pd.DataFrame({"zone": ["a", "a", "b"], "condition": ["x", "y", "x"], "n": [3, 4, 1200]})
    assert zone_table(counts, "c", {"b": "Bay"}).rows == (("a", SUPPRESSED, "4"), ("Bay", "1,200", "0"))


def test_patients_by_zone_counts_after_the_warm_up(run: StoredRun) -> None:
    counts = patients_by_zone(run, "stay_put-live")
    assert counts["n"].sum() == 4 * 200
    assert "no zone: planned" in set(counts["zone"])


def test_sensitivity_puts_the_largest_shift_first(run: StoredRun) -> None:
    assert list(sensitivity(run, "boarding_hours_per_day", "balance-live")["assumption"]) == ["A2", "A3", "A1"]
    assert sensitivity(run, "boarding_hours_per_day", "nearest_free-live").empty


def test_every_stored_measure_has_a_row_in_the_order_of_the_registry(run: StoredRun) -> None:
    rows = measure_rows(run, run.cells)
    assert [row.label for row in rows][:3] == ["Boarding", "Boarding per admission", "Door to provider"]
    boarding = dict(zip([cell.name for cell in run.cells], rows[0].cells, strict=True))
    assert boarding["stay_put-live"].verdict == ""
    assert boarding["balance-live"].verdict == "better"
    assert boarding["balance-live"].difference.startswith("−40 ±")


def test_what_never_changes_is_called_unchanged(tmp_path: Path) -> None:
    run = read_folder(write_run_folder(tmp_path, Design(n_replications=2)))
    run.comparisons.loc[run.comparisons["measure"] == "arrivals_per_day", ["difference", "half_width"]] = 0.0
    cells = dict(zip([row.label for row in measure_rows(run, run.cells)], measure_rows(run, run.cells), strict=True))
    assert [(cell.difference, cell.verdict) for cell in cells["Arrivals"].cells[2:]] == [("", "unchanged")] * 4


@pytest.mark.parametrize(("p_holm", "reserve"), [(0.2, True), (0.05, False), (float("nan"), False)])
def test_a_verdict_has_a_reserve_when_holm_does_not_agree(p_holm: float, reserve: bool) -> None:
    assert has_reserve({"verdict": "better", "p_value_holm": p_holm}) is reserve
    assert not has_reserve({"verdict": "undecided", "p_value_holm": p_holm})


def test_what_differs_between_cells_is_listed_and_marked() -> None:
    cells = [Cell("a", {}, {"x": {"y": 1, "z": [1, 2]}, "w": None}), Cell("b", {}, {"x": {"y": 2, "z": [1, 2]}})]
    assert evidence.differing_paths(cells) == [(("x", "y"), ("1", "2")), (("w",), ("null", "–"))]
    x, w = evidence.configuration_tree(cells)
    assert (x.differs, [(node.key, node.value, node.differs) for node in x.branches]) == (
        True,
        [("y", "1", True), ("z", "[1, 2]", False)],
    )
    assert w.differs


def test_endings_give_the_share_solved_to_optimality(tmp_path: Path) -> None:
    endings = {"balance-live": {"optimal": 3, "feasible": 1, "rule": 6}, "stay_put-live": {"rule": 10}}
    run = read_folder(write_run_folder(tmp_path, Design(n_replications=1, manifest={"endings": endings})))
    table = evidence.endings_table(run)
    assert table.columns == ("Cell", "Decisions", "feasible", "optimal", "rule", "Solved to optimality")
    assert table.rows == (
        ("On their own, live", "10", "0", "0", "10", "no solver"),
        ("Balance model, live", "10", "1", "3", "6", "75.0 %"),
    )


def test_the_command_can_be_typed_again(run: StoredRun) -> None:
    words = "citycare run experiment=sharing_first run.replications=4 run.weeks=1 run.warm_up_weeks=1"
    assert evidence.command(run) == f"{words} run.root_seed=20261122"


def test_a_stored_command_is_kept_and_a_grid_is_asked_for_by_its_levels(tmp_path: Path) -> None:
    stored = write_run_folder(tmp_path / "stored", Design(n_replications=1, manifest={"command": "citycare run 'a b'"}))
    assert evidence.command(read_folder(stored), "x=1") == "citycare run 'a b' x=1"
    cells = [{"name": cell.name, "factors": cell.factors} for cell in CELLS]
    unnamed = write_run_folder(tmp_path / "unnamed", Design(n_replications=1, manifest={"cells": cells}))
    asked = "citycare run -m information=live,delayed transfer=stay_put,nearest_free,balance"
    assert evidence.command(read_folder(unnamed)) == asked


def test_cells_in_words() -> None:
    settings = {"information": {"delay_min": 90}}
    late = Cell("x", {"information": "delayed", "transfer": "balance"}, settings)
    own = Cell("y", {"information": "delayed", "transfer": "stay_put"}, settings)
    assert describe(late) == "deciding together by the hourly balance model with beds known only 1.5\u00a0h late"
    assert describe_against(own, late) == "every hospital on its own"
    assert label(late) == "Balance model, delayed"
    assert describe(Cell("z", {"staff": "more"})) == "staff = more"
    assert label(Cell("base")) == "base"


def test_hospitals_of_one_name_keep_their_id() -> None:
    names = {"hospitals": {"a": "Mercy", "b": "Mercy", "c": "River"}}
    run = StoredRun(Path("nowhere"), {"names": names}, pd.DataFrame(), pd.DataFrame())
    assert run.names("hospitals") == {"a": "Mercy (a)", "b": "Mercy (b)", "c": "River"}
    assert run.names("zones") == {}


def test_parts_of_the_city_have_names_in_figures_and_tables(run: StoredRun) -> None:
    parts = [("all", "all"), ("hospital", "h2"), ("zone", "z01"), ("zone", "z04"), ("acuity", "3")]
    assert [part_of_city(run, *part) for part in parts] == [
        "whole city",
        "St Mary",
        "Old Town",
        "zone z04",
        "acuity 3",
    ]
    figures = all_figures(run, answer(run).lead)
    named = {str(row["name"]) for row in figures["gains"].rows if row["panel"] == "hospital"}
    assert named == set(HOSPITALS.values())
    assert {str(row["name"]) for row in figures["beds"].rows} == set(HOSPITALS.values())
    assert {row[1] for row in figures["gains"].table.rows} >= set(HOSPITALS.values())


@pytest.mark.parametrize(
    ("factor", "value", "words"),
    [
        ("city.ward_beds.scale", "1.05", "5\u00a0% more ward beds"),
        ("city.ward_beds.scale", "0.95", "5\u00a0% fewer ward beds"),
        ("city.staff.scale", "0.9", "10\u00a0% less staff"),
        ("city.demand.scale", "1.0", "emergency patients as usual"),
        ("scenario", "one_more_ed_nurse", "“one more ed nurse”"),
        ("transfer", "balance", ""),
    ],
)
def test_scales_and_scenarios_are_said_in_words(factor: str, value: str, words: str) -> None:
    assert scaled_supply(factor, value) == words
