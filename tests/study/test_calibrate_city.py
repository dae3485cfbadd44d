"""Calibrate a small imported city: it lands, it writes whole files that a run takes, and does the same again."""

import json
import re
from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.calibration.aims import Aims, read_aims
from experiments.calibration.city import Calibration, Effort, calibrate
from experiments.calibration.residuals import residuals
from experiments.calibration.written import summary, write_calibration
from experiments.cli import main
from experiments.config import compose
from experiments.files.own_settings import own_settings
from experiments.importing.city import Choice, import_city
from experiments.importing.hours import ProfileFile
from sim.faults import ScenarioError
from tests.contract.test_import_city import write_tables

pytestmark = pytest.mark.study

TARGETS = """
targets:
  ed_stay_median_min: {what: "Stay <b>", unit: min, value: 130, tolerance: 4, source: own}
  bed_occupancy_mean: {what: Beds in use, unit: share, value: 0.70, tolerance: 0.03, source: own}
parameters:
  care.treatment: {what: Times, low: 0.7, high: 1.6, source: P31, reason: "<script>alert(1)</script>"}
  care.ward_stay: {what: Stays, low: 0.8, high: 1.2, source: P52}
"""
EFFORT = Effort(weeks=1.0, warm_up_weeks=0.5, search=2, check=6, workers=1)
"""Six replications know the beds in use of so small a city to within .027, less than the target leaves open."""


def imported(folder: Path) -> Path:
    hospitals, zones, distances = write_tables(folder)
    text = hospitals.read_text(encoding="utf-8").replace(",North,", ",North & <i>,")
    hospitals.write_text(text, encoding="utf-8")
    profile = folder / "calls.csv"
    profile.write_text("hour,calls\n" + "".join(f"{hour},{30 + hour}\n" for hour in range(24)), encoding="utf-8")
    choice = Choice(profile=ProfileFile(profile))
    import_city(hospitals, zones, distances, None, folder / "city", choice)
    return folder / "city"


@pytest.fixture(scope="module")
def aims(tmp_path_factory: pytest.TempPathFactory) -> Aims:
    path = tmp_path_factory.mktemp("aims") / "targets.yaml"
    path.write_text(TARGETS, encoding="utf-8")
    return read_aims(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return imported(tmp_path_factory.mktemp("calibrated"))


@pytest.fixture(scope="module")
def done(folder: Path, aims: Aims) -> Calibration:
    found = calibrate(folder, aims, EFFORT, [], lambda line: None)
    write_calibration(folder, found, aims, "citycare calibrate city city")
    return found


def test_the_targets_are_reached_where_they_were_missed_before(done: Calibration) -> None:
    stay = done.reached[0]
    assert abs(stay.before.mean - 130) > 4
    assert all(one.landed for one in done.reached)
    assert done.landed


def test_a_run_takes_what_was_moved_and_the_crews_stay(done: Calibration, folder: Path) -> None:
    settings = compose(["city=from_files", f"city.folder='{folder}'"])[0].settings
    moved = {one.setting: one.value for one in done.moved}
    assert (settings.care.treatment, settings.care.ward_stay) == (moved["care.treatment"], moved["care.ward_stay"])
    assert own_settings(folder) == {"transfers.crews": 1.0, **moved}
    assert 0.7 <= settings.care.treatment <= 1.6
    assert settings.care.treatment != 1.0


def test_the_manifest_of_a_run_records_the_settings(done: Calibration, folder: Path, tmp_path: Path) -> None:
    short = ["run.replications=1", "run.weeks=0.1", "run.warm_up_weeks=0", "triage=nurse", "run.workers=1"]
    assert main(["run", "city=from_files", f"city.folder='{folder}'", f"run.folder={tmp_path / 'out'}", *short]) == 0
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    (cell,) = manifest["cells"]
    assert cell["configuration"]["care"]["treatment"] == done.moved[0].value
    assert any(name.endswith("settings.csv") for name in manifest["data_hashes"])


def test_every_residual_stands_in_the_table(done: Calibration, folder: Path) -> None:
    table = pd.read_csv(folder / "calibration.csv")
    assert table["kind"].value_counts().to_dict() == {
        "target": 2,
        "occupancy": 3,
        "visits": 3,
        "hour": 24,
        "own hour": 24,
    }
    north = table[(table["kind"] == "visits") & (table["name"] == "n")].iloc[0]
    assert north["observed"] == 1400
    assert north["simulated"] == pytest.approx(1400, rel=0.1)
    hours = table[table["kind"] == "hour"]
    assert hours[["observed", "simulated"]].sum().tolist() == pytest.approx([1, 1], abs=1e-4)
    own = table[table["kind"] == "own hour"]
    np.testing.assert_allclose(own["observed"], np.arange(30, 54) / np.arange(30, 54).sum(), atol=1e-5)
    np.testing.assert_array_equal(own["simulated"], hours["simulated"])
    assert own["residual"].abs().sum() > hours["residual"].abs().sum()


def test_what_is_printed_names_both_sources_of_hours(done: Calibration, folder: Path, aims: Aims) -> None:
    """Arrivals follow F02, up to chance; they do not follow the calls, which they were never given."""
    lines = summary(done, residuals(folder, done, aims), folder).splitlines()
    usual, own = (float(next(x for x in lines if x.startswith(s)).split()[-2]) for s in ("F02", "calls.csv, held"))
    assert usual < 5 < own


def test_the_page_is_escaped_and_needs_no_network(done: Calibration, folder: Path) -> None:
    text = (folder / "calibration.html").read_text(encoding="utf-8")
    assert "script-src 'none'" in unescape(text)
    assert "<script" not in text
    assert "Stay &lt;b&gt;" in text
    assert "North &amp; &lt;i&gt;" in text
    assert not re.search(r"(?:src|href)=\"(?!#|data:)", text)
    assert "r Rehab: no emergency visits" in text.split("<h3>Left out</h3>")[1]


def test_the_same_is_found_again_from_a_folder_that_is_calibrated(done: Calibration, folder: Path, aims: Aims) -> None:
    before = {name: (folder / name).read_bytes() for name in ("settings.csv", "calibration.csv", "calibration.html")}
    again = calibrate(folder, aims, EFFORT, [], lambda line: None)
    write_calibration(folder, again, aims, "citycare calibrate city city")
    assert {name: (folder / name).read_bytes() for name in before} == before


def test_all_faults_of_the_effort_come_at_once(folder: Path, aims: Aims) -> None:
    with pytest.raises(ScenarioError) as caught:
        calibrate(folder, aims, Effort(weeks=0, warm_up_weeks=-1, search=0, check=1, workers=-1), [], print)
    assert len(caught.value.faults) == 5


def test_a_folder_that_is_no_city_is_a_fault_and_stays_empty(tmp_path: Path, aims: Aims) -> None:
    with pytest.raises(ScenarioError, match=r"medical_resource\.csv"):
        calibrate(tmp_path, aims, EFFORT, [], print)
    assert list(tmp_path.iterdir()) == []
