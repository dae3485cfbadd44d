"""Hours on rosters as measures: days that are measured in part, days rostered twice, and what was refused."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from experiments.roster_measures import roster_rows
from sim.log import Rostered
from sim.scenario import Horizon
from tests.two_hospitals import two_hospitals

pytestmark = pytest.mark.unit

DAY_MIN = 1440.0


def measured(rosters: list[Rostered], seat: str = "rostering") -> dict[tuple[str, str], float]:
    """Return measures by name and level, of two days after a warm-up of one."""
    scenario = replace(two_hospitals(), horizon=Horizon(DAY_MIN, 2 * DAY_MIN))
    run: Any = SimpleNamespace(
        decisions=pd.DataFrame({"seat": [seat]}), rosters=pd.DataFrame(rosters, columns=list(Rostered._fields))
    )
    return {(measure, level): value for measure, _, level, value in roster_rows(scenario, run)}


def day(from_day: float, own: float, refusal: str = "", agency: float = 0.0, pool: str = "nurse") -> Rostered:
    return Rostered(0.0, 0, pool, from_day * DAY_MIN, own, agency, 48.0, 50.0 * agency, refusal)


def test_days_count_as_far_as_they_are_measured() -> None:
    """Half of the first day lies before the end of the warm-up, half of the last after the end."""
    found = measured([day(0.5, 40.0), day(1.5, 48.0, agency=8.0), day(2.5, 56.0), day(3.5, 99.0)])
    assert found["rostered_hours_per_day", "all"] == (20 + 48 + 28) / 2
    assert found["usual_hours_per_day", "nurse"] == 48.0
    assert found["agency_hours_per_day", "all"] == 4.0
    assert found["agency_cost_per_day", "all"] == 200.0
    assert found["refused_rosters_per_day", "all"] == 0.0


def test_a_day_that_was_rostered_twice_counts_as_it_was_rostered_last() -> None:
    found = measured([day(1, 40.0), day(1, 16.0), day(1, 8.0, pool="doctor")])
    assert found["rostered_hours_per_day", "all"] == 12.0
    assert found["rostered_hours_per_day", "nurse"] == 8.0
    assert found["rostered_hours_per_day", "doctor"] == 4.0


def test_refused_days_are_counted() -> None:
    assert measured([day(1, 48.0, "no such staff"), day(2, 48.0)])["refused_rosters_per_day", "all"] == 0.5


def test_runs_without_the_seat_measure_nothing() -> None:
    assert measured([], seat="staffing") == {}
