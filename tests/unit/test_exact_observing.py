"""What is read from a run: waits of all who arrived while observed, censuses at given times, gaps of Little's law."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.build import build
from experiments.exact.cases import plan
from experiments.exact.networks import census_at, gaps_seen
from experiments.exact.one_queue import STARTED, arrivals_and_services, waits
from experiments.exact.stations import ROUTING, STATIONS
from sim.cohort import draw_cohort
from sim.layout import Layout
from sim.run import Run, simulate
from sim.scenario import Scenario
from sim.streams import Replication

pytestmark = pytest.mark.unit


def simulated(*words: str) -> tuple[Scenario, Run]:
    scenario, policies = build(plan(words)[0].cell.settings)
    return scenario, simulate(scenario, policies, Replication(0, 1))


def with_patients(run: Run, **columns: list[float]) -> Run:
    return replace(run, patients=pd.DataFrame(columns))


def test_those_who_arrive_while_observed_have_all_been_served_before_the_end() -> None:
    scenario, run = simulated("E1", "rate=4.2")
    horizon, patients = scenario.horizon, run.patients
    seen = patients[patients["arrived"].between(horizon.warm_up_min, horizon.end_min - horizon.warm_up_min)]
    found = waits(scenario, run)
    assert found.n == len(seen) < len(patients)
    assert seen[STARTED].notna().all()
    np.testing.assert_array_equal(found.minutes, seen[STARTED] - seen["arrived"])


def test_who_leaves_has_waited_until_leaving() -> None:
    scenario, run = simulated("E9", "theta=2")
    found = waits(scenario, run)
    n_left = int(found.left.sum())
    assert 0 < n_left < found.n
    assert (found.minutes[found.left] > 0).all()
    assert found.minutes[found.left].mean() < 0.5  # patience has mean 0.5, and those who leave have less than most


def test_a_census_counts_from_entering_until_leaving() -> None:
    _, run = simulated("E13")
    nan = float("nan")
    small = with_patients(run, visit_entered=[1.0, 2.0, nan, 5.0], visit_left=[4.0, nan, nan, 6.0])
    times = np.array([0.5, 1.0, 3.0, 4.0, 5.0, 7.0])
    assert census_at(small, "visit", times).tolist() == [0, 1, 2, 1, 2, 1]


@pytest.mark.parametrize("column", ["emergency_left", "emergency_entered", "ward_asked"])
def test_littles_law_sees_a_patient_who_is_a_minute_off(column: str) -> None:
    scenario, run = simulated("E18")
    assert {gap for gap, _ in gaps_seen(scenario, run).values()} == {0.0}
    patients = run.patients.copy()
    row = patients[column].first_valid_index()
    patients.loc[row, column] -= 1.0
    assert max(gap for gap, _ in gaps_seen(scenario, replace(run, patients=patients)).values()) == 1.0


def test_patients_of_the_network_go_where_the_routing_says() -> None:
    """The visits drawn are those of the traffic equations: 1, 0.8 and 0.5 for each patient."""
    scenario = build(plan(["E11"])[0].cell.settings)[0]
    cohort, layout = draw_cohort(scenario, Replication(0, 5)), Layout.of(scenario)
    expected = np.linalg.solve(np.eye(3) - ROUTING.T, np.array([1.0, 0.0, 0.0]))
    for station, visits in zip(STATIONS, expected, strict=True):
        steps = [one.name for one in scenario.pathways[0].phases[0].steps if one.needs == (station,)]
        seen = (cohort.minutes[:, [layout.slot_index[f"visit.{name}"] for name in steps]] >= 0).sum(axis=1)
        assert abs(seen.mean() - visits) <= 4 * seen.std(ddof=1) / np.sqrt(len(seen)) + 1e-12


def test_controls_have_mean_zero() -> None:
    scenario, _ = simulated("E2")
    runs = [simulate(scenario, build(plan(["E2"])[0].cell.settings)[1], Replication(k, 9)) for k in range(24)]
    found = np.array([list(arrivals_and_services(scenario, run).values()) for run in runs])
    assert (np.abs(found.mean(axis=0)) <= 4 * found.std(axis=0, ddof=1) / np.sqrt(len(runs))).all()
    assert (found.std(axis=0) > 0).all()
