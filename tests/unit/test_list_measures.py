"""Measures of lists and outliers, by figures that can be counted by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.list_measures import LIST_MEASURES, list_rows
from experiments.outlier_measures import OUTLIER_MEASURES, outlier_rows
from policies.admission import FirstCome
from sim.outlier_rules import OutlierRules
from sim.run import Run, simulate
from sim.scenario import Horizon, Scenario
from sim.streams import Replication
from tests.small_worlds import POLICIES
from tests.waiting_lists import DAY, a_list_world

pytestmark = pytest.mark.unit


def a_week(**columns: object) -> tuple[Scenario, Run]:
    """Return two days of warm-up and four that count, and a run whose tables are written by hand."""
    world = replace(a_list_world(at_start=1), horizon=Horizon(2 * DAY, 4 * DAY))
    run = simulate(world, replace(POLICIES, admission=FirstCome()), Replication(0, 1))
    return world, replace(run, **columns)  # type: ignore[arg-type]


LISTS = pd.DataFrame(
    {
        "patient": [0, 1, 2],
        "hospital": ["a", "a", "a"],
        "condition": ["hip"] * 3,
        "acuity": [3, 3, 4],
        "referred_min": [0.0, DAY, 3 * DAY],
        "due_min": [2 * DAY, 3 * DAY, 23 * DAY],
        "came_min": [4 * DAY, np.nan, 5 * DAY],
        "stayed_away": [False] * 3,
    }
)
EVENTS = pd.DataFrame(
    {
        "time_min": [DAY, 3 * DAY, 4 * DAY, 5 * DAY, 5 * DAY],
        "patient": [0, 0, 0, 2, 1],
        "event": ["cancelled", "cancelled", "came", "came", "refused"],
        "reason": ["no bed free", "no bed free", "", "", "called already"],
    }
)


def values(rows: object) -> dict[tuple[str, str, str], float]:
    return {(name, dimension, level): value for name, dimension, level, value in rows}  # type: ignore[attr-defined]


def test_lists_are_measured_over_the_time_after_the_warm_up() -> None:
    world, run = a_week(lists=LISTS, list_events=EVENTS)
    found = values(list_rows(world, run))
    assert found["listed_patients", "all", "all"] == (2 + 4 + 2) / 4
    assert found["overdue_patients", "all", "all"] == (2 + 3) / 4
    assert found["overdue_patients", "acuity", "4"] == 0.0
    assert found["list_wait_days", "all", "all"] == (4 + 2) / 2
    assert found["list_wait_p90_days", "all", "all"] == pytest.approx(3.8)
    assert found["list_cases_per_day", "hospital", "a"] == 0.5
    assert found["within_due_share", "all", "all"] == 0.0
    assert found["cancelled_share", "all", "all"] == found["cancelled_share", "reason", "no bed free"] == 1 / 3
    assert found["refused_calls_per_day", "all", "all"] == 0.25
    assert found["overrun_days_share", "all", "all"] == 0.0
    wishes = {"liked_time_share", "list_travel_min", "list_elsewhere_share"}
    assert {name for name, _, _ in found} == {one.name for one in LIST_MEASURES} - {"stayed_away_share"} - wishes


def test_days_that_overran_are_counted() -> None:
    world, run = a_week()
    late = (run.levels["pool"] == "theatre") & (run.levels["hour"] == 2 * 24 + 12)
    levels = run.levels.assign(overtime_min=np.where(late, 20.0, 0.0))
    found = values(list_rows(world, replace(run, levels=levels)))
    assert found["overrun_days_share", "all", "all"] == 0.25


def test_without_lists_or_outliers_nothing_is_measured() -> None:
    world, run = a_week(lists=pd.DataFrame())
    assert list(list_rows(world, run)) == []
    assert list(outlier_rows(world, run)) == []


def test_outliers_are_counted_as_long_as_they_lie_there() -> None:
    lodgings = pd.DataFrame(
        {
            "time_min": [DAY, 3 * DAY, 3 * DAY],
            "patient": [0, 1, 2],
            "hospital": ["a", "a", "a"],
            "phase": ["ward"] * 3,
            "place": ["other"] * 3,
            "refusal": ["", "", "no place free"],
        }
    )
    patients = pd.DataFrame({"patient": [0, 1, 2], "ward_left": [3 * DAY, np.nan, np.nan]})
    world, run = a_week(lodgings=lodgings, patients=patients)
    found = values(outlier_rows(replace(world, outliers=OutlierRules()), run))
    assert found["outliers", "all", "all"] == found["outliers", "pool", "other"] == (1 + 3) / 4
    assert found["outliers_per_day", "all", "all"] == found["refused_beds_per_day", "all", "all"] == 0.25
    assert {name for name, _, _ in found} == {one.name for one in OUTLIER_MEASURES}
