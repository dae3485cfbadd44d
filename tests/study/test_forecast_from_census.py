"""Start from today: the shipped forecast runs and is reported, and a census of one's own is taken or refused."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import cli
from experiments.build import build, build_scenario
from experiments.config import CellConfig, compose
from experiments.report.folder import read_folder
from experiments.report.outlook import WHOLE_CITY, outlook, patients_by_hour
from experiments.report.profiles import weekly_profile
from experiments.store import stem
from sim.faults import ScenarioError
from sim.run import drawn, simulate
from sim.streams import Replication
from tests.small_clinic import clinic, write_clinic
from tests.snapshot import snapshot, write_census

pytestmark = pytest.mark.study

FORECAST = ["run", "experiment=forecast_72h", "triage=nurse", "run.replications=3", "run.workers=1"]


@pytest.fixture(scope="module")
def forecast(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "forecast"
    assert cli.main([*FORECAST, f"run.folder='{folder}'"]) == 0
    return folder


def test_the_shipped_forecast_starts_from_its_census(forecast: Path) -> None:
    scenario = build_scenario(compose(FORECAST[1:])[0].settings)
    assert scenario.census is not None
    n = scenario.census.n_patients
    patients = pd.read_parquet(forecast / "patients" / f"{stem('base', 0)}.parquet")
    assert n > 1000
    assert (patients["arrived"][:n] <= 0).all()
    assert (patients["arrived"][n:] > 0).all()
    held = (scenario.census.position[:, 0] != -1).sum()
    entered_at_zero = (patients.filter(like="_entered") == 0.0).any(axis=1).sum()
    assert entered_at_zero >= held
    assert all(source.at_start == 0 for source in scenario.sources)


def test_beds_begin_as_full_as_the_census_says(forecast: Path) -> None:
    run = read_folder(forecast)
    scenario = build_scenario(compose(FORECAST[1:])[0].settings)
    assert scenario.census is not None
    beds = ["medical_bed", "surgical_bed", "icu_bed"]
    pathways = {one.name: one for one in scenario.pathways}
    in_beds = 0
    for row in range(scenario.census.n_patients):
        condition = scenario.conditions[scenario.census.condition[row]]
        phase = scenario.census.at(row).phase
        in_beds += phase != -1 and pathways[condition.pathway].phases[phase].place in beds
    city = patients_by_hour(run, "base", beds).query("hospital == @WHOLE_CITY and hour == 0")["patients"]
    assert len(city) == 3
    assert (abs(city - in_beds) < 25).all()  # of about a thousand, in the first hour


def test_the_report_shows_the_hours_to_come_with_intervals(forecast: Path) -> None:
    beds, emergency = outlook(read_folder(forecast))
    assert beds.caption == "Inpatient beds in use: mean and 90\u00a0% interval of 3 replications"
    assert emergency.caption.startswith("Patients in emergency departments")
    assert beds.columns[1] == "+6\u00a0h, Wed 14:00"
    assert beds.columns[-1] == "+72\u00a0h, Sat 08:00"
    assert [row[0] for row in beds.rows][-1] == WHOLE_CITY
    assert len(beds.rows) == 6
    city = patients_by_hour(read_folder(forecast), "base", ["medical_bed", "surgical_bed", "icu_bed"])
    sixth = city.query("hospital == @WHOLE_CITY and hour == 5")["patients"].to_numpy()  # the hour that ends at +6 h
    low, high = np.quantile(sixth, (0.05, 0.95))
    assert beds.rows[-1][1] == f"{sixth.mean():,.0f} ({low:,.0f} to {high:,.0f})"
    page = (forecast / "report.html").read_text(encoding="utf-8")
    assert '<section id="outlook">' in page
    assert beds.rows[-1][1] in page


def test_hours_of_the_week_count_from_the_start_date(forecast: Path) -> None:
    hours = weekly_profile(read_folder(forecast), "base")["hour"]
    assert (int(hours.min()), int(hours.max())) == (56, 127)  # Wednesday 08:00 to Saturday 07:00


def test_a_run_is_the_same_whatever_folder_its_census_lies_in(tmp_path: Path) -> None:
    shipped = compose(FORECAST[1:])[0]
    (tmp_path / "census.csv").write_bytes(Path("conf/census/five_hospitals.csv").read_bytes())
    moved = compose([*FORECAST[1:], f"start='{tmp_path}'"])[0]
    assert build_scenario(moved.settings).census is not None
    assert moved.hash != shipped.hash  # the names of the files differ
    (tmp_path / "five_hospitals.csv").write_bytes((tmp_path / "census.csv").read_bytes())
    again = compose([*FORECAST[1:], f"start='{tmp_path / 'five_hospitals.csv'}'"])[0]
    assert again.hash == shipped.hash
    (tmp_path / "five_hospitals.csv").write_bytes((tmp_path / "census.csv").read_bytes()[:-40] + b"\n")
    assert compose([*FORECAST[1:], f"start='{tmp_path / 'five_hospitals.csv'}'"])[0].hash != shipped.hash


@pytest.fixture(scope="module")
def conf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clinic(tmp_path_factory.mktemp("conf"))


def tandem(conf: Path, *overrides: str) -> CellConfig:
    more = ["city.hospitals.clinic.places={ed_space: 4, bed: 9}", "run.start_date='2026-01-05 00:00'", *overrides]
    return clinic(conf, 0.5, 600.0, *more, pathways="tandem")


SLOW = ("pathways.visit.phases.0.steps.0.duration={exponential: {mean_min: 6}}",)
STAY = ("pathways.visit.phases.1.steps.0.duration={exponential: {mean_min: 15}}",)


def test_a_snapshot_of_a_run_is_a_census_that_goes_on_from_there(conf: Path, tmp_path: Path) -> None:
    """All who are inside at noon stand in the census where they were, and stay as long as memory-less stays do."""
    scenario, policies = build(tandem(conf, *SLOW, *STAY).settings)
    replication, at_min = Replication(1, 5), 480.0
    run = simulate(scenario, policies, replication)
    minutes = drawn(scenario, replication).minutes
    taken = snapshot(scenario, run, minutes, at_min, datetime(2026, 1, 5))
    patients = run.patients
    inside = (patients["arrived"] <= at_min) & ~(patients["departed"] <= at_min)
    assert len(taken) == inside.sum() > 5
    write_census(taken, tmp_path / "census.csv")
    start = f"run.start_date='{datetime(2026, 1, 5) + timedelta(minutes=at_min)}'"
    cell = tandem(conf, *SLOW, *STAY, f"start='{tmp_path}'", "run.warm_up_weeks=0", start)
    later = build_scenario(cell.settings)
    assert later.census is not None
    again = simulate(later, policies, replication).patients[: len(taken)]
    in_bed = (patients["ward_entered"] <= at_min) & ~(patients["ward_left"] <= at_min)
    assert (again["ward_entered"] == 0.0).sum() >= in_bed.sum() > 0
    expected = np.sort(at_min - patients["arrived"][inside])
    np.testing.assert_allclose(np.sort(-again["arrived"]), expected, atol=1e-4)


CENSUS = "hospital,condition,acuity,phase,step,waits_for,since\nclinic,ill,1,ward,stay,,2026-01-04\n"


@pytest.mark.parametrize(
    ("overrides", "field", "mend"),
    [
        (["start=nowhere.csv", "run.warm_up_weeks=0"], "start", "name a file such as census.csv"),
        (["start='{}'"], "run.warm_up_weeks", "needs no warm-up"),
        (["start='{}'", "run.warm_up_weeks=0", "run.kind=steady_state"], "run.warm_up_weeks", "above zero"),
        (["start='{}'", "run.warm_up_weeks=0", "run.weeks=2"], "run.weeks", "run at most one week"),
        (
            ["start='{}'", "run.warm_up_weeks=0", "run.start_date='2026-01-02 00:00'"],
            "census.csv row 2",
            "before the run",
        ),
    ],
)
def test_what_does_not_go_with_a_census_is_refused(
    conf: Path, tmp_path: Path, overrides: list[str], field: str, mend: str
) -> None:
    (tmp_path / "census.csv").write_text(CENSUS)
    (tmp_path / "duty.csv").write_text("hospital,pool,from_hour,to_hour,on_duty\nclinic,server,0,4,2\n")
    cell = tandem(conf, *(one.format(tmp_path) for one in overrides))
    with pytest.raises(ScenarioError) as error:
        build_scenario(cell.settings)
    assert any(fault.field.startswith(field) and mend in fault.mend for fault in error.value.faults)


def test_duty_of_the_day_goes_before_the_roster(conf: Path, tmp_path: Path) -> None:
    (tmp_path / "census.csv").write_text(CENSUS)
    (tmp_path / "duty.csv").write_text("hospital,pool,from_hour,to_hour,on_duty\nclinic,bed,0,4,2\n")
    scenario = build_scenario(tandem(conf, f"start='{tmp_path}'", "run.warm_up_weeks=0").settings)
    bed = scenario.city.hospitals[0].pool("bed")
    assert bed is not None
    assert bed.levels[:5] == (2, 2, 2, 2, 9)
