"""What an outage costs: the same patients with it and without it, compared day by day."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.build import build
from experiments.config import compose
from experiments.measures import Visits, measure_run
from experiments.recovery import daily_wait, recovered_after, recovery_rows, with_recovery
from sim.run import simulate
from sim.streams import Replication

pytestmark = pytest.mark.unit

DAY = 1440.0


@pytest.mark.parametrize(
    ("outage", "days"),
    [
        ([20.0, 20.0, 20.0], 0.0),
        ([90.0, 60.0, 25.0, 20.0], 2.0),  # 5 minutes above 20 are back
        ([90.0, 25.1, 25.0, 20.0], 2.0),
        ([90.0, 20.0, 90.0, 20.0, 20.0], 3.0),  # one good day is not enough
        ([90.0, 90.0, 20.0], 3.0),  # one day is left: nobody knows
        ([90.0, 90.0], 2.0),
        ([], 0.0),
    ],
)
def test_recovery_is_two_days_running_near_the_waits_without_an_outage(outage: list[float], days: float) -> None:
    assert recovered_after(np.array(outage), np.full(len(outage), 20.0)) == days


def test_long_waits_may_differ_by_a_tenth() -> None:
    assert recovered_after(np.array([111.0, 110.0, 110.0]), np.full(3, 100.0)) == 1.0


def test_a_day_on_which_nobody_comes_keeps_nobody_waiting() -> None:
    assert recovered_after(np.array([np.nan, 20.0]), np.array([20.0, np.nan])) == 0.0


def visits(arrived: list[float], waits: list[float]) -> Visits:
    table = pd.DataFrame({"arrived": arrived, "emergency.assessment_started": np.add(arrived, waits)})
    return Visits(table, 0.0, 9 * DAY, (), np.array(arrived))


def test_waits_are_averaged_by_day_of_arrival_since_the_end_of_the_outage() -> None:
    seen = visits([DAY - 1, DAY, DAY + 5, 3 * DAY + 1, 4 * DAY + 1], [99.0, 10.0, 30.0, 7.0, 5.0])
    found = daily_wait(seen, np.array([True, True, True, True, False]), DAY, 5.5 * DAY)
    np.testing.assert_array_equal(found, [20.0, np.nan, 7.0, np.nan])


SMALL = ["run.weeks=0.6", "run.warm_up_weeks=0.1", "triage=nurse"]
CLOSED = "closures=[{hospital: south, pools: [ed_space], from_day: 0.5, days: 1}]"


def test_an_outage_that_nobody_feels_costs_nothing() -> None:
    (cell,) = compose(SMALL)
    scenario, policies = build(cell.settings)
    run = simulate(scenario, policies, Replication(0, 1))
    rows = list(recovery_rows(scenario, run, run, DAY))
    assert {(name, value) for name, _, _, value in rows} == {
        ("extra_wait_min", 0.0),
        ("extra_boarding_hours_per_day", 0.0),
        ("recovery_days", 0.0),
    }
    assert {level for _, _, level, _ in rows} == {"all", *(one.id for one in scenario.city.hospitals)}
    measures = measure_run(scenario, run)
    assert with_recovery(measures, cell.settings, scenario, run, Replication(0, 1)) is measures


def test_a_closed_door_is_compared_with_the_same_patients_at_an_open_one() -> None:
    (cell,) = compose([*SMALL, CLOSED])
    scenario, policies = build(cell.settings)
    run = simulate(scenario, policies, Replication(0, 1))
    found = with_recovery(measure_run(scenario, run), cell.settings, scenario, run, Replication(0, 1))
    value = found.set_index(["measure", "level"])["value"]
    calm, policies = build(replace(cell.settings, closures=()))
    without = measure_run(calm, simulate(calm, policies, Replication(0, 1))).set_index(["measure", "level"])["value"]
    for level in ("all", "south"):
        extra = value["wait_for_provider_min", level] - without["wait_for_provider_min", level]
        assert value["extra_wait_min", level] == pytest.approx(extra)
    assert value["extra_wait_min", "south"] > 60
    assert value["recovery_days", "north"] == 0
