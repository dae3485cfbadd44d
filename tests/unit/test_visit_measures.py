"""Measures of emergency visits, from a few patients whose marks are written down by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.measures import measure_run
from sim.log import DecisionRow
from sim.run import Run
from sim.scenario import Horizon
from tests.two_hospitals import two_hospitals

pytestmark = pytest.mark.unit

DAY = 1440.0
WARM_UP, END = DAY, 2 * DAY
MARKS = ("arrived", "emergency_asked", "emergency_entered", "emergency_left")
STEPS = ("emergency.assessment_started", "emergency.scan_started")
LEVELS = ["hospital", "pool", "hour", "busy_min", "queue_min", "duty_min", "overtime_min"]
TRANSFERS = ["time_min", "patient", "origin", "destination", "phase", "crew_busy_min", "refusal"]


def measured(*patients: dict[str, object]) -> dict[str, float]:
    """Return the measures over the whole city of these patients; marks that a patient lacks are NaN."""
    columns = [*MARKS, *STEPS, "ward_asked", "ward_entered", "ward_left", "departed"]
    usual = {"zone": "z", "hospital": "near", "acuity": 3, "acuity_true": 3, "outcome": "departed"}
    table = pd.DataFrame([dict.fromkeys(columns, np.nan) | usual | patient for patient in patients])
    levels, transfers, none = pd.DataFrame(columns=LEVELS), pd.DataFrame(columns=TRANSFERS), pd.DataFrame()
    decisions = pd.DataFrame(columns=DecisionRow._fields)
    run = Run(table, levels, decisions, transfers, none, "", 0.0)
    scenario = replace(two_hospitals(), horizon=Horizon(WARM_UP, END - WARM_UP))
    rows = measure_run(scenario, run)
    return dict(rows.loc[rows["dimension"] == "all", ["measure", "value"]].itertuples(index=False))


def visit(arrived: float, left: float = np.nan, decided: float = np.nan, **marks: object) -> dict[str, object]:
    """Return a patient who gets an emergency space at once."""
    entered = {"arrived": arrived, "emergency_asked": arrived, "emergency_entered": arrived}
    return entered | {"emergency_left": left, "ward_asked": decided} | marks


def test_the_wait_for_a_provider_ends_with_the_first_step_whatever_its_name() -> None:
    assessed = visit(2000, 2200, **{"emergency.assessment_started": 2010, "emergency.scan_started": 2090})
    scanned = visit(2000, 2200, **{"emergency.scan_started": 2050})
    assert measured(assessed, scanned)["wait_for_provider_min"] == 30


@pytest.mark.parametrize(
    ("decided", "left", "hours"),
    [
        (WARM_UP - 300, WARM_UP + 120, 2.0),  # began before the warm-up ended
        (WARM_UP - 300, WARM_UP - 60, 0.0),  # was over by then
        (WARM_UP + 60, WARM_UP + 120, 1.0),
        (END - 180, np.nan, 3.0),  # goes on after the end
        (np.nan, WARM_UP + 120, 0.0),  # not admitted
    ],
)
def test_hours_of_boarding_are_those_after_the_warm_up(decided: float, left: float, hours: float) -> None:
    boarder = visit(WARM_UP - 400, left, decided)
    assert measured(boarder, visit(WARM_UP + 1, WARM_UP + 2))["boarding_hours_per_day"] == hours


def test_patients_who_arrive_during_the_warm_up_count_in_no_mean_and_no_share() -> None:
    early = visit(WARM_UP - 1, WARM_UP + 1000, **{"emergency.scan_started": WARM_UP + 500})
    late = visit(WARM_UP, WARM_UP + 100, **{"emergency.scan_started": WARM_UP + 10})
    found = measured(early, late)
    assert (found["arrivals_per_day"], found["wait_for_provider_min"], found["ed_los_min"]) == (1, 10, 100)
    assert found["over_4h_share"] == 0


def test_who_is_still_inside_or_left_unseen_is_in_no_mean_stay() -> None:
    stayed = visit(WARM_UP, WARM_UP + 300)
    inside = visit(WARM_UP, outcome="inside")
    unseen = {"arrived": WARM_UP, "emergency_asked": WARM_UP, "departed": WARM_UP + 30, "outcome": "left_unseen"}
    found = measured(stayed, stayed, inside, unseen)
    assert (found["ed_los_min"], found["over_4h_share"]) == (300, 1)
    assert (found["lwbs_share"], found["censored_share"]) == (0.25, 0.25)


def test_admitted_patients_are_delayed_after_six_hours_boarding_or_not() -> None:
    quick, slow = visit(WARM_UP, WARM_UP + 360, WARM_UP + 100), visit(WARM_UP, WARM_UP + 361, WARM_UP + 350)
    waiting = visit(END - 400, np.nan, END - 10, outcome="inside")
    long_but_sent_home = visit(WARM_UP, WARM_UP + 500)
    found = measured(quick, slow, waiting, long_but_sent_home)
    assert found["delayed_admissions_share"] == pytest.approx(2 / 3)
    assert found["expected_delay_deaths_per_day"] == pytest.approx(2 / 82)
