"""Measures of shared beds, from tables small enough to add up by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.transfer_measures import moved_table, surge_rows, transfer_rows
from sim.run import Run
from sim.scenario import Horizon, Scenario
from tests.two_hospitals import Stock, two_hospitals

pytestmark = pytest.mark.unit

WARM_UP_HOURS, HOURS = 2, 4
Values = dict[tuple[str, str], float]


def world() -> Scenario:
    """Return hospitals of 3 and 9 beds in two regions, observed for 4 hours after 2."""
    made = two_hospitals(Stock(beds=(3, 9)))
    near, far = made.city.hospitals
    city = replace(made.city, hospitals=(replace(near, region="a"), replace(far, region="b")))
    return replace(made, city=city, horizon=Horizon(60.0 * WARM_UP_HOURS, 60.0 * HOURS))


def a_run(levels: list[tuple[object, ...]] = (), transfers: list[tuple[object, ...]] = ()) -> Run:  # type: ignore[assignment]
    found = pd.DataFrame(levels, columns=["hospital", "pool", "hour", "busy_min", "queue_min"])
    moves = pd.DataFrame(transfers, columns=["time_min", "crew_busy_min", "origin", "destination", "refusal"])
    moves["origin"] = pd.Categorical(moves["origin"], categories=["near", "far"])
    none = pd.DataFrame()
    return Run(none, found, none, moves, none, "", 0.0)


def test_surge_beds_are_the_worst_hour_of_each_hospital() -> None:
    levels = [
        ("near", "bed", 1, 180.0, 6000.0),  # before the warm-up has ended
        ("near", "bed", 2, 180.0, 90.0),  # 1.5 beyond 3
        ("near", "bed", 3, 180.0, 150.0),  # 2.5 beyond
        ("near", "bed", 4, 120.0, 0.0),  # a bed is free
        ("far", "bed", 2, 540.0, 30.0),  # 0.5 beyond 9
        ("far", "bed", 3, 300.0, 0.0),
        ("near", "ed_space", 3, 600.0, 6000.0),  # no bed
    ]
    found = {(m, level): value for m, _, level, value in surge_rows(world(), a_run(levels))}
    assert found["surge_beds", "all"] == pytest.approx(3.0)
    assert found["surge_beds", "near"] == pytest.approx(2.5)
    assert found["surge_beds", "far"] == pytest.approx(0.5)
    assert found["surge_bed_days_per_day", "all"] == pytest.approx((1.5 + 2.5 + 0.5) / HOURS)


def test_who_waits_where_beds_are_free_needs_no_surge_bed() -> None:
    levels = [("near", "bed", 2, 60.0, 120.0)]  # one lies, two wait, three beds exist
    found = {(m, level): value for m, _, level, value in surge_rows(world(), a_run(levels))}
    assert found["surge_beds", "all"] == 0.0


def transfers(*rows: tuple[object, ...]) -> Values:
    return {(m, level): value for m, _, level, value in transfer_rows(world(), a_run(transfers=list(rows)))}


def test_transfers_are_counted_by_sender_and_receiver() -> None:
    late = 60.0 * WARM_UP_HOURS
    found = transfers(
        (late - 1, 60.0, "near", "far", ""),
        (late, 60.0, "near", "far", ""),
        (late, 120.0, "far", "near", ""),
        (late, 120.0, "far", "near", "no crew free"),
        (late + 9, 60.0, "near", "far", ""),
    )
    per_day = 24 / HOURS
    assert found["transfers_per_day", "all"] == pytest.approx(3 * per_day)
    assert found["transfers_per_day", "near"] == pytest.approx(2 * per_day)
    assert found["received_per_day", "far"] == pytest.approx(2 * per_day)
    assert found["refused_transfers_per_day", "all"] == pytest.approx(per_day)
    assert found["ambulance_hours_per_day", "all"] == pytest.approx(4 * per_day)
    assert found["transfers_across_share", "all"] == 1.0
    assert found["transfers_uneven_share", "all"] == 0.0  # with two hospitals there is only one other


def test_without_transfers_nothing_is_said_of_proportion() -> None:
    assert not {name for name, _ in transfers()} & {"transfers_uneven_share", "ahead_of_share", "received_per_day"}


def test_one_region_has_no_transfers_to_another() -> None:
    city = replace(world().city, hospitals=tuple(replace(one, region="") for one in world().city.hospitals))
    made = replace(world(), city=city)
    rows = list(transfer_rows(made, a_run(transfers=[(200.0, 60.0, "near", "far", "")])))
    assert "transfers_across_share" not in {name for name, *_ in rows}


def test_moves_are_counted_from_row_to_column() -> None:
    done = pd.DataFrame({"origin": ["near", "near", "far"], "destination": ["far", "far", "near"]})
    np.testing.assert_array_equal(moved_table(world(), done), [[0, 2], [1, 0]])
