"""Measures of equipment on tables written down by hand."""

from dataclasses import replace

import pandas as pd
import pytest

from experiments.equipment_measures import EQUIPMENT_MEASURES, equipment_rows
from experiments.measures import MEASURES
from sim.city import Kind, Pool
from sim.log import Opening
from sim.pathway import Phase
from sim.run import Run
from sim.scenario import Horizon, Scenario
from tests.one_hospital import hospital, step

pytestmark = pytest.mark.unit

DAY = 1440.0
NAN = float("nan")
NONE = pd.DataFrame()
BARE = Run(NONE, NONE, NONE, NONE, NONE, "", 0.0)


def clinic() -> Scenario:
    """Return a clinic whose scanner is on duty for 8 hours of the week, observed for two days after one day."""
    pools = [Pool("scanner", Kind.EQUIPMENT, (1,) * 84 + (0,) * 84)]
    made = hospital(pools, [Phase("visit", (step("scan", "scanner"),))])
    return replace(made, horizon=Horizon(DAY, 2 * DAY))


def measured(uses: list[tuple[float, float]], openings: list[Opening]) -> dict[tuple[str, str], float]:
    """Return measures by name and level, of (asked, ended) and openings."""
    table = pd.DataFrame(
        [("one", "scanner", asked, asked, ended) for asked, ended in uses],
        columns=["hospital", "pool", "asked_min", "started_min", "ended_min"],
    )
    opened = pd.DataFrame(openings, columns=list(Opening._fields)).assign(hospital="one")
    left = replace(BARE, openings=opened, equipment=table)
    return {(name, level): value for name, _, level, value in equipment_rows(clinic(), left)}


def opening(from_min: float, units: int, refusal: str = "") -> Opening:
    return Opening(0.0, 0, "scanner", from_min, units, 0.0 if refusal else 50.0 * units, refusal)


def test_turnaround_is_from_asking_to_the_end_of_scans_asked_for_after_the_warm_up() -> None:
    found = measured([(DAY - 1, DAY + 900), (DAY, DAY + 20), (DAY, DAY + 40), (DAY + 5, DAY + 35), (2 * DAY, NAN)], [])
    for level in ("all", "one", "scanner"):
        assert found["turnaround_min", level] == 30.0
        assert found["turnaround_p90_min", level] == 38.0


def test_opened_hours_count_when_they_lie_after_the_warm_up() -> None:
    hours = [
        opening(DAY - 60, 1),
        opening(DAY, 1),
        opening(2 * DAY, 2),
        opening(2 * DAY, 1, "no unit idle"),
        opening(3 * DAY, 1),
    ]
    found = measured([], hours)
    assert found["opened_hours_per_day", "all"] == found["opened_hours_per_day", "one"] == 1.5
    assert found["opening_cost_per_day", "all"] == 75.0
    assert found["refused_openings_per_day", "all"] == 0.5
    assert found["opened_hours_share", "all"] == found["opened_hours_share", "scanner"] == 1.5 / 12.0


def test_a_run_without_openings_opened_nothing() -> None:
    found = {name: value for name, dimension, _, value in equipment_rows(clinic(), BARE) if dimension == "all"}
    assert set(found.values()) == {0.0}
    assert "turnaround_min" not in found


def test_a_city_without_equipment_has_no_such_measures() -> None:
    nurse = hospital([Pool("nurse", Kind.STAFF, (1,))], [Phase("visit", (step("see", "nurse"),))])
    assert list(equipment_rows(nurse, BARE)) == []


def test_images_are_read_from_arrival_to_the_end_of_those_who_came_after_the_warm_up() -> None:
    phases = [Phase("visit", (step("scan", "scanner"), step("reading")))]
    made = hospital([Pool("scanner", Kind.EQUIPMENT, (1,))], phases)
    rows = [("two", DAY - 1, DAY + 900), ("one", DAY, DAY + 60), ("two", DAY, DAY + 100), ("two", DAY, NAN)]
    patients = pd.DataFrame(rows, columns=["hospital", "arrived", "departed"]).assign(condition="ill")
    left = replace(BARE, patients=patients)
    found = {
        level: value
        for name, _, level, value in equipment_rows(replace(made, horizon=Horizon(DAY, DAY)), left)
        if name == "report_turnaround_min"
    }
    assert found == {"all": 80.0, "one": 60.0, "two": 100.0}


def test_every_measure_is_in_the_list() -> None:
    found = measured([(DAY, DAY + 20)], [opening(DAY, 1)])
    names = {one.name for one in EQUIPMENT_MEASURES}
    assert {name for name, _ in found} == names - {"report_turnaround_min"}
    assert names <= set(MEASURES)
