"""The monitor's measures on a run written down by hand: shortage, alerts, evenness, cost and carbon."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.measures import MEASURES
from experiments.monitor import Watched, alert_table, carbon_kg, road_km
from experiments.monitor_measures import MONITOR_MEASURES, monitor_rows, summed_rows
from sim.log import Loan, Opening, StockMove, Transfer
from sim.platform.monitor import BUSY, SHORT
from sim.platform.thresholds import CarbonFactors, MonitorRules, Thresholds
from sim.run import Run
from sim.scenario import Horizon, Scenario
from tests.two_hospitals import two_hospitals

pytestmark = pytest.mark.unit

DAY = 1440.0
POOLS = ("ed_space", "bed", "nurse", "scanner", "radiographer")
NONE = pd.DataFrame()


def city() -> Scenario:
    """Return two hospitals a tenth of a degree apart, observed for a day after an hour, with an alert from 0.9 on."""
    made = two_hospitals()
    near, far = made.city.hospitals
    hospitals = (near, replace(far, latitude=0.1))
    rules = MonitorRules(Thresholds(1.0, 0.9), carbon=CarbonFactors(power_kw={"scanner": 2.0}))
    return replace(made, city=replace(made.city, hospitals=hospitals), horizon=Horizon(60.0, DAY), monitor=rules)


def levels(changes: dict[tuple[str, str, int], tuple[float, float, float, float]]) -> pd.DataFrame:
    """Return levels of 25 hours in which all is on duty and idle, but for busy, queue, duty and overtime given."""
    rows = []
    for hospital in ("near", "far"):
        for pool in POOLS:
            for hour in range(25):
                rows.append((hospital, pool, hour, *changes.get((hospital, pool, hour), (0.0, 0.0, 60.0, 0.0))))
    return pd.DataFrame(rows, columns=["hospital", "pool", "hour", "busy_min", "queue_min", "duty_min", "overtime_min"])


def transfers(*rows: tuple[float, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [(time, 0, "near", "far", "ward", 60.0, refusal) for time, refusal in rows], columns=list(Transfer._fields)
    )


BARE = Run(NONE, levels({}), NONE, transfers(), NONE, "", 0.0)
TIGHT = {
    ("near", "bed", 0): (60.0, 600.0, 60.0, 0.0),  # before anything counts
    ("near", "bed", 3): (60.0, 60.0, 60.0, 0.0),
    ("near", "bed", 4): (60.0, 20.0, 60.0, 0.0),
    ("far", "bed", 4): (30.0, 0.0, 60.0, 0.0),
    ("far", "nurse", 7): (60.0, 0.0, 60.0, 30.0),
}


def values(run: Run) -> dict[tuple[str, str, str], float]:
    return {row[:3]: row[3] for row in monitor_rows(city(), run)}


def test_hours_before_the_warm_up_ends_do_not_count() -> None:
    watched = Watched.of(city(), replace(BARE, levels=levels(TIGHT)))
    assert watched.first_hour == 1
    assert watched.ratio.shape == (10, 24)
    assert watched.rows_of("bed") == [1, 6]
    assert watched.unmet_min.sum() == 60.0 + 20.0 + 30.0


def test_shortage_is_told_by_kind_and_by_hospital() -> None:
    found = values(replace(BARE, levels=levels(TIGHT)))
    assert found["unmet_hours_per_day", "pool", "bed"] == 80.0 / 60.0
    assert found["unmet_hours_per_day", "hospital", "far"] == 0.5
    assert found["supply_demand_ratio", "pool", "bed"] == 48 * 60.0 / (120.0 + 80.0 + 30.0)
    assert found["short_hours_share", "pool", "bed"] == 2 / 3
    assert found["short_hours_share", "pool", "nurse"] == 1.0  # 30 of 60 minutes are overtime, which is no supply
    assert ("supply_demand_ratio", "pool", "scanner") not in found
    assert ("short_hours_share", "pool", "scanner") not in found


def test_alerts_are_spells_with_their_worst_hour() -> None:
    table = alert_table(city(), Watched.of(city(), replace(BARE, levels=levels(TIGHT))))
    assert table.values.tolist() == [
        ["near", "bed", SHORT, 3, 2, 0.5],
        ["near", "bed", BUSY, 3, 2, 1.0],
        ["far", "nurse", SHORT, 7, 1, 0.5],
        ["far", "nurse", BUSY, 7, 1, 1.0],
    ]
    found = values(replace(BARE, levels=levels(TIGHT)))
    assert found["alerts_per_day", "reason", SHORT] == found["alerts_per_day", "reason", BUSY] == 2.0
    none = alert_table(city(), Watched.of(city(), BARE))
    some = alert_table(city(), Watched.of(city(), replace(BARE, levels=levels(TIGHT))))
    assert none.empty
    assert none.dtypes.equals(some.dtypes)  # the parquet files of quiet and of busy runs are read together


def test_roads_are_longer_than_great_circles() -> None:
    km = road_km(city())
    assert km[0, 0] == 0.0
    assert km[0, 1] == km[1, 0] == pytest.approx(6371.0 * np.radians(0.1) * 1.3, rel=1e-12)


def test_carbon_is_that_of_what_was_carried_out_after_the_warm_up() -> None:
    loans = pd.DataFrame(
        [(90.0, "near", "far", "nurse", 2, 120.0, 240.0, 20.0, ""), (90.0, "near", "far", "nurse", 9, 0, 1, 0, "no")],
        columns=list(Loan._fields),
    )
    lots = pd.DataFrame(
        [(100.0, lot, "saline", "far", "near", 1.0, 9.0, 9.0, cost, "") for lot, cost in ((0, 5.0), (1, 0.0))],
        columns=list(StockMove._fields),
    )
    openings = pd.DataFrame(
        [(70.0, "near", "scanner", 120.0, 3, 0.0, ""), (70.0, "near", "other", 120.0, 1, 0.0, "")],
        columns=list(Opening._fields),
    )
    moves = transfers((10.0, ""), (70.0, ""), (80.0, ""), (90.0, "no agreement"))
    run = replace(BARE, transfers=moves, loans=loans, stock_moves=lots, openings=openings)
    km = road_km(city())[0, 1]
    found = dict(carbon_kg(city(), run))
    assert found == {
        "transfers": 2 * 31.3,
        "staff": pytest.approx(2 * 2 * km * 0.17, rel=1e-12),
        "couriers": pytest.approx(2 * km * 0.25, rel=1e-12),  # both lots go on one trip
        "equipment": pytest.approx((3 * 2.0 + 1.0) * 0.35, rel=1e-12),
    }
    assert values(run)["sharing_carbon_kg_per_day", "all", "all"] == pytest.approx(sum(found.values()), rel=1e-12)


def test_evenness_and_cost_follow_from_other_measures() -> None:
    rows = [
        ("wait_for_provider_min", "all", "all", 99.0),
        ("wait_for_provider_min", "hospital", "near", 10.0),
        ("wait_for_provider_min", "hospital", "far", 30.0),
        ("wait_for_provider_min", "zone", "z", 20.0),
        ("cost_per_day", "all", "all", 100.0),
        ("loan_cost_per_day", "all", "all", 20.0),
        ("loan_cost_per_day", "hospital", "near", 20.0),
    ]
    found = {row[:3]: row[3] for row in summed_rows(rows)}
    assert found == {
        ("wait_gini", "across", "hospital"): 0.25,
        ("wait_jain", "across", "hospital"): pytest.approx(0.8, rel=1e-12),
        ("wait_max_min", "across", "hospital"): pytest.approx(1 / 3, rel=1e-12),
        ("sharing_cost_per_day", "all", "all"): 120.0,
    }


def test_every_measure_is_listed_once() -> None:
    assert all(MEASURES[measure.name] is measure for measure in MONITOR_MEASURES)
    names = {row[0] for row in monitor_rows(city(), replace(BARE, levels=levels(TIGHT)))}
    assert names <= {measure.name for measure in MONITOR_MEASURES}
