"""Hourly series, controls, and the section on certainty say of small runs with a known end what they deserve."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.comparisons import compare
from experiments.control_measures import CONTROLS, control_rows, expected_visits
from experiments.measure import Measure
from experiments.report.certainty import controlled_table, league_tables, rare_table, stopping_table, typical_table
from experiments.report.findings import finding
from experiments.report.folder import StoredRun, read_folder, records
from experiments.report.settling import (
    censored_rows,
    settling_figure,
    settling_table,
    settlings,
    unsettled_sentence,
    without_steady_state,
)
from experiments.report.tables import REFUSED, MeasureCell, MeasureRow, without
from experiments.series import SERIES_OF, hourly_series
from experiments.store import SERIES, STOPPING, stem
from sim.run import Run, simulate
from sim.scenario import Horizon, Scenario
from sim.streams import Replication
from tests.report_folder import CELLS, Design, write_run_folder
from tests.two_hospitals import POLICIES, two_hospitals

pytestmark = pytest.mark.unit

DAY, HOURS = 1440.0, 24 * 14


def world(rate_per_hour: float = 3.0, horizon: Horizon | None = None) -> Scenario:
    """Return two hospitals whose zone sends so many patients an hour, twice as many in the second hour of the week."""
    rate = np.full(168, rate_per_hour)
    rate[1] *= 2
    scenario = two_hospitals()
    return replace(
        scenario, horizon=horizon or Horizon(DAY, 2 * DAY), sources=(replace(scenario.sources[0], hourly_rate=rate),)
    )


def ran(scenario: Scenario, index: int = 0) -> Run:
    return simulate(scenario, POLICIES, Replication(index, 5))


def test_visits_are_expected_by_the_hours_of_the_week() -> None:
    (source,) = world().sources
    assert expected_visits(source, 0.0, 60.0) == pytest.approx(3.0)
    assert expected_visits(source, 30.0, 90.0) == pytest.approx(1.5 + 3.0)
    assert expected_visits(source, 0.0, 2 * 168 * 60.0) == pytest.approx(2 * (167 * 3 + 6))
    assert expected_visits(source, 168 * 60.0 - 60, 168 * 60.0 + 120) == pytest.approx(3 + 3 + 6)


def test_controls_have_a_mean_of_zero() -> None:
    scenario = world(3.0, Horizon(30.0, DAY))
    found = np.array([[value for *_, value in control_rows(scenario, ran(scenario, k))] for k in range(60)])
    assert found.shape == (60, 2)
    z = found.mean(axis=0) / found.std(axis=0, ddof=1) * np.sqrt(60)
    assert (abs(z) < 3.3).all()
    # Poisson: as many in variance as in mean, two fifths of them urgent
    assert found.var(axis=0, ddof=1) / [75, 30] == pytest.approx([1, 1], abs=3.3 * np.sqrt(2 / 59))


def test_what_depends_on_more_than_rates_has_no_controls() -> None:
    scenario, run = world(), ran(world())
    started = replace(scenario, sources=(replace(scenario.sources[0], at_start=3),))
    assert list(control_rows(started, run)) == []
    assert len(list(control_rows(scenario, run))) == 2


def test_controls_are_no_tests_of_the_family() -> None:
    rows = [
        (cell, index, measure, "all", "all", float(value))
        for cell, shift in (("a", 0), ("b", 3))
        for measure in (CONTROLS[0], "wait")
        for index, value in enumerate(np.array([1.0, 2.0, 4.0, 8.0]) * (1 + shift))
    ]
    table = pd.DataFrame(rows, columns=["cell", "replication", "measure", "dimension", "level", "value"])
    found = compare(table, {"b": "a"}, {"wait": Measure("wait", "Wait", "min", "", "lower", 1)})
    p = dict(zip(found["measure"], found["p_value_holm"], strict=True))
    assert np.isnan(p[CONTROLS[0]])
    assert p["wait"] < 1


def test_series_follow_every_hour_of_the_run_and_hold_what_levels_and_patients_say() -> None:
    scenario = world()
    run = ran(scenario)
    table = hourly_series(scenario, run)
    wide = table.pivot(index="hour", columns="measure", values="value")
    assert list(dict.fromkeys(table["measure"])) == list(SERIES_OF)
    assert list(wide.index) == list(range(72))
    beds = run.levels[run.levels["pool"] == "bed"]
    assert wide["waiting_patients"].sum() * 60 == pytest.approx(beds["queue_min"].sum())
    first = run.patients[run.patients["arrived"] < 60]
    waits = (first["emergency.scan_started"] - first["arrived"]).dropna()
    assert wide["wait_for_provider_min"][0] == pytest.approx(waits.mean(), nan_ok=True)


def folder_with(path: Path, series: dict[str, np.ndarray], kind: str = "terminating") -> StoredRun:
    """Return a stored run of the two first cells with these bed occupancies, shape (replications, hours)."""
    write_run_folder(path, Design())
    (path / SERIES).mkdir()
    for cell, values in series.items():
        for index, each in enumerate(values):
            table = pd.DataFrame({"measure": "bed_occupancy", "hour": np.arange(len(each)), "value": each})
            table.to_parquet(path / SERIES / f"{stem(cell, index)}.parquet")
    manifest = json.loads((path / "manifest.json").read_text())
    for cell in manifest["cells"]:
        cell["configuration"]["run"]["kind"] = kind
    (path / "manifest.json").write_text(json.dumps(manifest))
    return read_folder(path)


@pytest.fixture
def noise() -> np.ndarray:
    return np.asarray(np.random.default_rng(1).normal(0, 0.01, (4, HOURS)))


def test_a_level_series_settles_and_a_rising_one_is_refused_where_a_steady_state_was_asked_for(
    tmp_path: Path, noise: np.ndarray
) -> None:
    level, rising = CELLS[0].name, CELLS[1].name
    run = folder_with(tmp_path, {level: 0.8 + noise, rising: 0.5 + np.linspace(0, 0.4, HOURS) + noise}, "steady_state")
    found = settlings(run, run.cells)
    assert [(one.cell.name, one.drifts) for one in found] == [(level, False), (rising, True)]
    assert [one.verdict(168) for one in found] == ["settled", "no steady state: a trend"]
    assert found[1].rise.mean == pytest.approx(0.2, abs=0.01)  # half of the rise comes after the warm-up of a week
    refused = without_steady_state(run, found)
    assert refused == {(rising, "bed_occupancy")}
    assert "Bed occupancy" in unsettled_sentence(run, refused)
    table = settling_table(run, found)
    figure = settling_figure(run, found)
    assert table is not None
    assert figure is not None
    assert table.rows[1][-1] == "no steady state: a trend"
    assert len(figure.rows) == 2 * HOURS // 6
    row = MeasureRow("Bed occupancy", "%", "", tuple(MeasureCell("0.8") for _ in run.cells), "bed_occupancy")
    (shown,) = without([row], run.cells, refused)
    assert [cell.mean for cell in shown.cells[:2]] == ["0.8", REFUSED]


def test_a_start_longer_than_the_warm_up_is_told(tmp_path: Path, noise: np.ndarray) -> None:
    start = np.where(np.arange(HOURS) < 160, 0.5, 0.0)
    run = folder_with(tmp_path, {CELLS[0].name: 0.8 + start + noise})
    (found,) = settlings(run, run.cells)
    assert found.truncation.n_left_out == 160
    assert found.verdict(100.0) == "warm-up too short"
    assert without_steady_state(run, [found]) == set()  # nobody asked for a steady state


def test_a_folder_without_series_says_nothing_of_settling(tmp_path: Path) -> None:
    run = read_folder(write_run_folder(tmp_path, Design()))
    assert settlings(run, run.cells) == []
    assert settling_table(run, []) is None
    assert settling_figure(run, []) is None
    assert unsettled_sentence(run, set()) == ""


def stored(values: dict[str, list[float]], path: Path, measure: str = "boarding_hours_per_day") -> StoredRun:
    """Return a run of transfers with these values of a measure, replication by replication."""
    rows = [(name, i, measure, "all", "all", one) for name, own in values.items() for i, one in enumerate(own)]
    measures = pd.DataFrame(rows, columns=["cell", "replication", "measure", "dimension", "level", "value"])
    cells = [
        {"name": name, "factors": {"transfer": name}, "configuration": {"run": {"baseline": {"transfer": "stay_put"}}}}
        for name in values
    ]
    return StoredRun(path, {"cells": cells, "replications": 9}, measures, pd.DataFrame())


def test_the_league_names_the_best_and_those_that_are_not(tmp_path: Path) -> None:
    run = stored({"stay_put": [9.0, 8, 9, 8], "balance": [1.0, 2, 1, 2], "nearest_free": [1.5, 1, 2, 1.4]}, tmp_path)
    (table,) = league_tables(run, "boarding_hours_per_day")
    standing = {row[0]: row[-1] for row in table.rows}
    assert standing == {
        "Nearest free": "may be the best",
        "Balance model": "may be the best",
        "On their own": "not the best",
    }
    assert list(league_tables(stored({"stay_put": [1.0, 2], "balance": [1.0, 2]}, tmp_path), "ed_los_min")) == []


def test_what_is_rare_has_an_exact_share_and_what_is_usual_is_left_out(tmp_path: Path) -> None:
    run = stored({"stay_put": [0.0] * 9 + [3.0], "balance": [1.0] * 10}, tmp_path)
    table = rare_table(run)
    assert table is not None
    (row,) = table.rows
    assert row[2:] == ("1 of 10", "10.0", "0.3 to 44.5")  # printed tables of Clopper and Pearson


def test_one_period_among_others_has_a_median_with_an_exact_interval(tmp_path: Path) -> None:
    table = typical_table(stored({"stay_put": [float(k) for k in range(1, 11)]}, tmp_path), "boarding_hours_per_day")
    assert table is not None
    assert table.rows[0][2:] == ("5.0 (2.0 to 9.0)", "9.0 (7.0 to open)")


def test_rounds_are_told_as_they_were_decided(tmp_path: Path) -> None:
    run = stored({"stay_put": [2.0, 3.0], "balance": [1.0, 1.5]}, tmp_path)
    head = {"measure": "boarding_hours_per_day", "first": 2, "most": 10, "indifference": 1.0}
    row = {"treatment": "balance", "baseline": "stay_put", "n": 2, "difference": -1.2, "low": -2.0, "high": -0.4}
    document = {**head, "until": "decision", "rows": [{**row, "ruling": "lower"}]}
    (tmp_path / STOPPING).write_text(json.dumps(document))
    table = stopping_table(run)
    assert table is not None
    assert table.rows[0][0::5] == ("Balance model", "lower")
    member = {"league": "", "cell": "balance", "n": 2, "mean": None, "fell_after": 0, "standing": "selected"}
    (tmp_path / STOPPING).write_text(json.dumps({**head, "until": "best", "rows": [member]}))
    table = stopping_table(run)
    assert table is not None
    assert table.rows == (("all cells", "Balance model", "2", "–", "selected"),)
    (tmp_path / STOPPING).unlink()
    assert stopping_table(run) is None


def test_the_leading_difference_is_told_with_controls_where_there_are_some(tmp_path: Path) -> None:
    path = write_run_folder(tmp_path, Design(n_replications=8))
    run = read_folder(path)
    rows = run.comparisons[(run.comparisons["dimension"] == "all") & (run.comparisons["measure"] == "ed_los_min")]
    lead = finding(records(rows)[0], {cell.name: cell for cell in run.cells})
    assert controlled_table(run, lead) is None
    extra = [
        (cell.name, index, name, "all", "all", float(np.sin(index * k)))
        for cell in run.cells
        for index in range(8)
        for k, name in enumerate(CONTROLS, start=1)
    ]
    more = pd.concat([run.measures, pd.DataFrame(extra, columns=list(run.measures.columns))])
    table = controlled_table(replace(run, measures=more), lead)
    assert table is not None
    assert len(table.rows) == 4
    assert controlled_table(run, None) is None


def test_who_is_still_inside_at_the_end_is_told_by_cell(tmp_path: Path) -> None:
    run = stored({"stay_put": [0.01, 0.03]}, tmp_path, "censored_share")
    assert censored_rows(run) == [("On their own", "2.00")]
