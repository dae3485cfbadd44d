"""The burden on a run written down by hand: what was waited for, wasted and shared, by hospital."""

from dataclasses import replace

import pandas as pd
import pytest

from experiments.burden_measures import burden_rows
from sim.log import Loan, Opening, StockMove, Transfer
from sim.run import Run
from sim.scenario import Horizon, Scenario
from tests.two_hospitals import two_hospitals

pytestmark = pytest.mark.unit

DAY = 1440.0
NONE = pd.DataFrame()
NAN = float("nan")
STAFF = ("use", "staff", "far", "near")


def city() -> Scenario:
    """Return two hospitals, observed for two days after an hour; an hour waited costs 18."""
    return replace(two_hospitals(), horizon=Horizon(60.0, 2 * DAY))


def patients(*rows: tuple[str, float, float, float, str | None]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["hospital", "arrived", "emergency.scan_started", "departed", "zone"])
    return table.assign(source="z")


HERE = patients(
    ("near", 30.0, 90.0, 95.0, "z"),  # before anything counts
    ("near", 100.0, 160.0, 200.0, "z"),  # waits an hour
    ("near", 100.0, NAN, 220.0, "z"),  # leaves unseen after two
    ("far", 60.0 + 2 * DAY - 60.0, NAN, NAN, "z"),  # still waits at the end, for one hour
    ("far", 100.0, 700.0, 710.0, None),  # does not come from a zone
)
BARE = Run(HERE, NONE, NONE, NONE, NONE, "", 0.0)


def values(run: Run, *rows: tuple[str, str, str, float]) -> dict[tuple[str, str, str], float]:
    return {row[:3]: row[3] for row in burden_rows(city(), run, rows)}


def test_waits_for_a_provider_count_until_seen_until_left_or_until_the_end() -> None:
    found = values(BARE)
    assert found["waiting_hours_per_day", "hospital", "near"] == 1.5
    assert found["waiting_hours_per_day", "hospital", "far"] == 0.5
    assert found["waiting_hours_per_day", "part", "provider"] == 2.0
    assert found["burden_cost_per_day", "all", "all"] == 2.0 * 18.0


def test_boarding_and_scans_are_added() -> None:
    uses = pd.DataFrame([("near", 30.0, 90.0), ("far", 100.0, 220.0)], columns=["hospital", "asked_min", "started_min"])
    boarding = [("boarding_hours_per_day", "hospital", "near", 5.0), ("boarding_hours_per_day", "acuity", "1", 9.0)]
    found = values(replace(BARE, equipment=uses), *boarding)
    assert found["waiting_hours_per_day", "part", "scan"] == 1.0
    assert found["waiting_hours_per_day", "all", "all"] == 2.0 + 1.0 + 5.0
    assert found["burden_cost_per_day", "hospital", "near"] == (1.5 + 5.0) * 18.0


def test_the_road_to_the_scanner_of_another_hospital_and_back_is_waited_too() -> None:
    """Three uses: one before anything counts, one of 40 minutes there and back, one that is no scan."""
    ledger = pd.DataFrame(
        [(30.0, "use", "equipment", "far", "near"), (100.0, "use", "equipment", "far", "near"), (100.0, *STAFF)],
        columns=["time_min", "action", "kind", "owner", "user"],
    )
    uses = pd.DataFrame([("far", 100.0, 100.0)], columns=["hospital", "asked_min", "started_min"])
    run = replace(BARE, equipment=uses, ledger=ledger)
    assert values(run)["waiting_hours_per_day", "all", "all"] == 2.0
    found = {row[:3]: row[3] for row in burden_rows(traveling(), run, ())}
    assert found["waiting_hours_per_day", "part", "road to scans"] == pytest.approx(40 / 60 / 2, rel=1e-15)
    assert found["waiting_hours_per_day", "hospital", "near"] == pytest.approx(1.5 + 40 / 60 / 2, rel=1e-15)


def traveling() -> Scenario:
    """Return the city with a scan to which patients travel."""
    made = city()
    (pathway,) = made.pathways
    door, emergency, ward = pathway.phases
    steps = (replace(emergency.steps[0], travels=True),)
    return replace(made, pathways=(replace(pathway, phases=(door, replace(emergency, steps=steps), ward)),))


def test_each_hospital_pays_for_what_it_uses_of_others_and_nobody_for_what_was_refused() -> None:
    moved = pd.DataFrame(
        [(100.0, 0, "near", "far", "ward", 120.0, ""), (100.0, 0, "far", "near", "ward", 120.0, "no bed")],
        columns=list(Transfer._fields),
    )
    lent = pd.DataFrame([(90.0, "far", "near", "nurse", 1, 100.0, 580.0, 30.0, "")], columns=list(Loan._fields))
    opened = pd.DataFrame([(90.0, "far", "scanner", 120.0, 1, 150.0, "")], columns=list(Opening._fields))
    lots = pd.DataFrame(
        [(90.0, 0, "saline", "near", "far", 1.0, 60.0, 30.0, 40.0, "")], columns=list(StockMove._fields)
    )
    found = values(replace(BARE, transfers=moved, loans=lent, openings=opened, stock_moves=lots))
    loan = (0.25 * 8 + 1.0) * 37.24  # a premium on eight hours, and an hour of road
    assert found["burden_cost_per_day", "part", "transfers"] == 2 * 2 * 37.24 / 2
    assert found["burden_cost_per_day", "part", "staff lent"] == pytest.approx(loan / 2, rel=1e-15)
    assert found["burden_cost_per_day", "hospital", "far"] == 0.5 * 18.0 + (150.0 + 40.0) / 2
    near = 1.5 * 18.0 + 2 * 37.24 + loan / 2
    assert found["burden_cost_per_day", "hospital", "near"] == pytest.approx(near, rel=1e-15)
