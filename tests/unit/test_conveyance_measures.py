"""Measures of ambulances, from a few patients whose marks are written down by hand."""

import numpy as np
import pandas as pd
import pytest

from experiments.conveyance_measures import CONVEYANCE_MEASURES, conveyance_rows
from experiments.measures import Visits
from sim.run import Run
from tests.ambulances import ambulance_city
from tests.two_hospitals import two_hospitals

pytestmark = pytest.mark.unit

Value = dict[tuple[str, str, str], float]
COLUMNS = [
    *("arrived", "conveyance_asked", "conveyance_entered", "conveyance.drive_started", "conveyance.drive_ended"),
    *("emergency_asked", "emergency_entered", "emergency.care_started", "emergency_left"),
]


def a_run() -> Run:
    """Return two patients who were driven, one elsewhere than chosen, one who drives still, and one who walked in."""
    marks = [
        [0.0, 0.0, 5.0, 5.0, 30.0, 30.0, 40.0, 42.0, 100.0],
        [10.0, 10.0, 11.0, 11.0, 26.0, 26.0, 56.0, 60.0, 200.0],
        [590.0, 590.0, 595.0, 595.0, *[np.nan] * 5],
        [20.0, *[np.nan] * 4, 20.0, 70.0, 75.0, 90.0],
    ]
    patients = pd.DataFrame(marks, columns=COLUMNS).assign(
        zone="hill",
        hospital=["north", "south", "north", "north"],
        chosen_hospital=["north", "north", "north", "south"],
        acuity_true=[1, 3, 3, 3],
    )
    nothing = pd.DataFrame()
    return Run(patients, nothing, nothing, nothing, nothing, "", 0.0)


def values(run: Run) -> Value:
    return {row[:3]: row[3] for row in conveyance_rows(ambulance_city(), run)}


def test_waits_drives_and_diversions_by_hand() -> None:
    found = {measure: value for (measure, dimension, _), value in values(a_run()).items() if dimension == "all"}
    assert found == {
        "conveyed_per_day": 3 * 1440.0 / 600.0,
        "call_to_provider_min": (42 + 50) / 2,
        "offload_min": (10 + 30) / 2,
        "offload_p90_min": 28.0,
        "ambulance_wait_min": (5 + 1 + 5) / 3,
        "drive_min": (25 + 15) / 2,
        "diverted_share": pytest.approx(1 / 3),
    }
    only_from_posts = {"response_min", "response_over_8_share"}
    assert set(found) | only_from_posts == {measure.name for measure in CONVEYANCE_MEASURES}


def test_they_are_told_by_hospital_and_acuity() -> None:
    found = values(a_run())
    assert found["offload_min", "hospital", "south"] == 30.0
    assert found["offload_min", "acuity", "1"] == 10.0


def test_the_door_is_reached_at_the_end_of_the_drive() -> None:
    visits = Visits.of(ambulance_city(), a_run(), 0.0)
    assert visits.at_door_min.tolist() == [30.0, 26.0, 590.0, 20.0]
    assert visits.stay_min[[0, 1, 3]].tolist() == [70.0, 174.0, 70.0]
    assert visits.provider_wait_min[[0, 1, 3]].tolist() == [12.0, 34.0, 55.0]


def test_to_wait_for_an_ambulance_is_no_admission() -> None:
    assert Visits.of(ambulance_city(), a_run(), 0.0).later_phases == ()
    assert np.isnan(Visits.of(ambulance_city(), a_run(), 0.0).decided_min).all()


def test_nothing_is_told_where_nobody_is_driven() -> None:
    assert list(conveyance_rows(two_hospitals(), a_run())) == []
