"""Figures say what their tables say: flows add up, maps are to scale, fronts hold nobody who is beaten."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.report.answer import answer
from experiments.report.city_map import Spot, beside, city_map, spots_of, transfers_per_day
from experiments.report.converging import converging
from experiments.report.differences import farthest, gains
from experiments.report.findings import Finding, pair_differences
from experiments.report.flow import flow, flow_of, paths
from experiments.report.flow_chart import link_rows, node_ends
from experiments.report.folder import Cell, StoredRun, read_folder
from experiments.report.front import front, undominated
from experiments.report.solving import gaps_of, solving
from experiments.statistics import mean_interval
from experiments.store import stem
from tests.report_folder import CELLS, HOSPITALS, Design
from tests.walked_folder import write_walked_folder

pytestmark = pytest.mark.unit

PLACES: Mapping[str, Any] = {
    "hospitals": {key: {"latitude": 50.0 + n / 10, "longitude": 8.0} for n, key in enumerate(HOSPITALS)},
    "zones": {"z01": {"latitude": 50.0, "longitude": 8.1}},
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> StoredRun:
    folder = write_walked_folder(tmp_path_factory.mktemp("walked"), Design(n_replications=3, n_patients=600))
    (folder / "decisions").mkdir()
    for cell in CELLS:
        for index in range(3):
            gap = [0.0, 0.02, np.nan] if "balance" in cell.name else [np.nan] * 3
            pd.DataFrame({"gap": gap}).to_parquet(folder / "decisions" / f"{stem(cell.name, index)}.parquet")
    seconds = [{"cell": cell.name, "replication": 0, "part": "decide", "seconds": 2.0} for cell in CELLS]
    pd.DataFrame(seconds).to_parquet(folder / "timings.parquet")
    return read_folder(folder)


@pytest.fixture(scope="module")
def lead(run: StoredRun) -> Finding:
    found = answer(run).lead
    assert found is not None
    return found


def test_ways_go_from_source_to_end_in_the_order_of_entering() -> None:
    table = pd.DataFrame(
        {
            "zone": ["z", "z", None, "z"],
            "outcome": ["departed", "left_unseen", "departed", "inside"],
            "emergency_entered": [1.0, np.nan, np.nan, 2.0],
            "ward_entered": [9.0, np.nan, 3.0, 30.0],
            "icu_entered": [5.0, np.nan, np.nan, 40.0],
        }
    )
    assert paths(table) == {
        ("emergency patients", "emergency", "icu", "ward", "home"): 1,
        ("emergency patients", "left_unseen"): 1,
        ("planned patients", "ward", "home"): 1,
        ("emergency patients", "emergency", "ward", "icu", "still inside"): 1,
    }


def test_what_flows_into_a_place_flows_out_of_it(run: StoredRun) -> None:
    found = flow_of(run, "balance-live")
    for node in ("emergency", "ward"):
        into = sum(n for link, n in found.counts.items() if link[1] == node)
        assert into == sum(n for link, n in found.counts.items() if link[0] == node) > 0
    n_after_warm_up = 3 * 300
    assert sum(n for link, n in found.counts.items() if found.layers[link[0]] == 0) == n_after_warm_up


def test_the_flow_table_has_both_cells_and_patients_a_day(run: StoredRun, lead: Finding) -> None:
    figure = flow(run, lead)
    assert figure is not None
    entries = {row[:2]: row[2:] for row in figure.table.rows}
    assert entries["Emergency department", "Ward"] == (f"{100 / 7:.1f}",) * 2


def test_bands_lie_within_their_nodes_and_fill_them() -> None:
    amounts = {("a", "b"): 3.0, ("a", "c"): 1.0, ("b", "c"): 3.0}
    layers = {"a": 0, "b": 1, "c": 2}
    ends = node_ends(amounts, layers)
    assert ends["a"] == pytest.approx((0.0, 1.0))
    rows = link_rows(amounts, layers, {name: name for name in layers})
    first = [row for row in rows if row["name"] == "a" and row["x"] == min(one["x"] for one in rows)]
    assert sum(row["high"] - row["low"] for row in first) == pytest.approx(1.0, abs=1e-3)
    assert all(-1e-3 <= row["low"] <= row["high"] <= 1.001 for row in rows)


def located(lead: Finding) -> Finding:
    return replace(lead, treatment=Cell(lead.treatment.name, lead.treatment.factors, {"city": PLACES}))


def test_a_map_is_to_scale() -> None:
    spots = spots_of(Cell("a", {}, {"city": PLACES}))
    first, second = spots["hospitals", "h1"], spots["hospitals", "h2"]
    assert second.north_km - first.north_km == pytest.approx(11.12, abs=0.01)
    assert spots["zones", "z01"].east_km - first.east_km == pytest.approx(11.12 * np.cos(np.radians(50.17)), rel=1e-3)


def test_transfers_are_counted_after_the_warm_up_and_drawn_beside_the_line(run: StoredRun, lead: Finding) -> None:
    moves = transfers_per_day(run, "balance-live")
    assert moves["n"].sum() == 3 * 600 / 12 / 2
    assert moves["per_day"].sum() == pytest.approx(600 / 12 / 2 / 7)
    assert transfers_per_day(run, "stay_put-live").empty
    start, end = beside(Spot(0, 0), Spot(10, 0))
    assert start.north_km == end.north_km < 0
    assert 0 < start.east_km < end.east_km < 10


def test_a_map_is_drawn_where_places_are_known(run: StoredRun, lead: Finding) -> None:
    assert city_map(run, lead) is None
    figure = city_map(run, located(lead))
    assert figure is not None
    assert [row[0] for row in figure.table.rows] == list(HOSPITALS.values())
    assert {row["kind"] for row in figure.rows} == {"hospital", "zone", "move"}


@given(st.lists(st.tuples(*[st.integers(0, 4)] * 3), min_size=1, max_size=12))
def test_nobody_on_the_front_is_beaten_and_all_others_are(points: list[tuple[int, ...]]) -> None:
    on = undominated(np.array(points, dtype=float))
    for mine, kept in zip(points, on, strict=True):
        beaten = any(other != mine and all(a <= b for a, b in zip(other, mine, strict=True)) for other in points)
        assert kept == (not beaten)


def test_the_front_lists_every_cell(run: StoredRun, lead: Finding) -> None:
    figure = front(run, lead)
    assert figure is not None
    assert len(figure.table.rows) == len(CELLS)
    assert {row["front"] for row in figure.rows} <= {"on the front", "not on it"}


def test_intervals_converge_to_that_of_all_replications(run: StoredRun, lead: Finding) -> None:
    figure = converging(run, lead)
    assert figure is not None
    whole = mean_interval(pair_differences(run, lead))
    assert [row["n"] for row in figure.rows] == [2, 3]
    assert (figure.rows[-1]["low"], figure.rows[-1]["high"]) == (whole.low, whole.high)
    assert whole.mean == pytest.approx(lead.difference)


def test_gaps_are_those_of_problems_that_were_solved(run: StoredRun, lead: Finding) -> None:
    found = gaps_of(run, "balance-live")
    assert (found["n"], found["median"], found["largest"]) == (6, pytest.approx(1.0), pytest.approx(2.0))
    figure = solving(run, lead)
    assert figure is not None
    assert [row[1] for row in figure.table.rows] == ["6", "6"]
    assert {row[5] for row in figure.table.rows} == {"2.00"}


def test_of_many_who_gain_or_lose_the_ends_are_shown(run: StoredRun, lead: Finding) -> None:
    table = pd.DataFrame({"difference": range(100)})
    assert farthest(table)["difference"].tolist() == [*range(12), *range(88, 100)]
    assert len(farthest(table.head(24))) == 24
    zones = run.comparisons[run.comparisons["dimension"] == "acuity"].assign(dimension="zone")
    figure = gains(replace(run, comparisons=pd.concat([run.comparisons, zones])), lead)
    assert figure is not None
    assert "zone" in {row["panel"] for row in figure.rows}


def test_figures_are_left_out_where_nothing_was_kept(run: StoredRun, lead: Finding, tmp_path: Path) -> None:
    bare = replace(run, path=tmp_path)
    assert flow(bare, lead) is None
    assert solving(bare, lead) is None
