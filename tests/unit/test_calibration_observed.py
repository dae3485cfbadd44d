"""What is observed for a calibration is what the measures and the tables of the run say."""

import numpy as np
import pandas as pd
import pytest

from experiments.build import build
from experiments.calibration.observed import QUANTITIES, Observed, observe
from experiments.config import CellConfig
from experiments.measures import measure_run
from sim.run import Run, simulate
from sim.scenario import Scenario
from sim.streams import Replication
from sim.units import MINUTES_PER_DAY, MINUTES_PER_WEEK
from tests.small_clinic import CARE, STAY, clinic, write_clinic

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def cell(tmp_path_factory: pytest.TempPathFactory) -> CellConfig:
    """Twenty beds and thirty spaces over ten weeks: 70 % full, some patients wait for a bed."""
    beds = ["city.hospitals.clinic.places.bed=20", "city.hospitals.clinic.places.ed_space=30"]
    times = [f"{CARE}=90", f"{STAY}=1400"]
    folder = write_clinic(tmp_path_factory.mktemp("clinic"))
    return clinic(folder, 0.01, 10 * MINUTES_PER_WEEK, *beds, *times, pathways="tandem")


@pytest.fixture(scope="module")
def scenario(cell: CellConfig) -> Scenario:
    return build(cell.settings)[0]


@pytest.fixture(scope="module")
def run(cell: CellConfig) -> Run:
    return simulate(*build(cell.settings), Replication(0, 1))


@pytest.fixture(scope="module")
def seen(scenario: Scenario, run: Run) -> Observed:
    return observe(scenario, run)


def quantity(seen: Observed, name: str) -> float:
    return float(seen.quantities[QUANTITIES.index(name)])


@pytest.fixture(scope="module")
def measures(scenario: Scenario, run: Run) -> "pd.Series[float]":
    table = measure_run(scenario, run)
    return table[table["dimension"] == "all"].set_index("measure")["value"]


def test_ratio_and_occupancy_are_those_of_the_measures(seen: Observed, measures: "pd.Series[float]") -> None:
    assert quantity(seen, "bed_supply_demand_ratio") == pytest.approx(measures["bed_supply_demand_ratio"], rel=1e-12)
    assert quantity(seen, "lwbs_share") == measures["lwbs_share"]
    np.testing.assert_allclose(seen.occupancy, [measures["bed_occupancy"]], rtol=1e-12)
    assert 0.5 < measures["bed_occupancy"] < 0.9


def test_mean_and_spread_of_occupancy_are_over_weeks(scenario: Scenario, run: Run, seen: Observed) -> None:
    beds = run.levels[run.levels["pool"] == "bed"]
    hours = beds[beds["hour"] * 60 >= scenario.horizon.warm_up_min].sort_values("hour")
    weeks = hours["busy_min"].to_numpy().reshape(10, 168).sum(axis=1) / (20 * MINUTES_PER_WEEK)
    assert quantity(seen, "bed_occupancy_mean") == pytest.approx(weeks.mean())
    assert quantity(seen, "bed_occupancy_sd") == pytest.approx(weeks.std(ddof=1))


def test_the_stay_is_the_median_of_those_who_left(scenario: Scenario, run: Run, seen: Observed) -> None:
    patients = run.patients[run.patients["arrived"] >= scenario.horizon.warm_up_min]
    stay = (patients["emergency_left"] - patients["arrived"]).dropna()
    assert quantity(seen, "ed_stay_median_min") == pytest.approx(stay.median())


def test_visits_and_hours_count_every_arrival(scenario: Scenario, run: Run, seen: Observed) -> None:
    arrived = run.patients["arrived"][run.patients["arrived"] >= scenario.horizon.warm_up_min]
    assert seen.visits_per_week.tolist() == [len(arrived) / 10]
    assert seen.hourly_share.sum() == pytest.approx(1.0)
    at_noon = ((arrived % MINUTES_PER_DAY) // 60 == 12).mean()
    assert seen.hourly_share[12] == pytest.approx(at_noon)
    assert observe(scenario, run, first_hour=5).hourly_share[17] == pytest.approx(at_noon)
