"""Agency hours: what is missing of staff, by hand over two shifts, and in a whole run."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments import agency_need
from experiments.agency_need import DAYS_PER_MONTH, agency_rows, with_agency_need
from experiments.build import build
from experiments.config import compose
from experiments.measure_list import MEASURES
from sim.faults import ScenarioError
from sim.run import Run, drawn, simulate
from sim.scenario import Horizon, Scenario
from sim.streams import Replication

pytestmark = pytest.mark.unit

SMALL = ("experiment=float_pool", "run.weeks=0.3", "run.warm_up_weeks=0.1")
FIRST = Replication(1, 7)
HOURS = 27


def a_run(*lines: str) -> tuple[Scenario, Run]:
    (cell,) = compose([*SMALL, "staffing=as_rostered", *lines])
    scenario, policies = build(cell.settings)
    return scenario, simulate(scenario, policies, FIRST)


def two_nurses(scenario: Scenario) -> Scenario:
    """Return two hospitals with nurses only, observed from hour 5 to hour 27: two shifts, from 7 and from 15."""
    some = [
        replace(one, pools=tuple(pool for pool in one.pools if pool.code == "ed_nurse"))
        for one in scenario.city.hospitals[:2]
    ]
    horizon = Horizon(300.0, (HOURS - 5) * 60.0)
    return replace(scenario, city=replace(scenario.city, hospitals=tuple(some)), horizon=horizon)


@pytest.mark.parametrize(
    ("work", "guests", "missing_min"),
    [
        ({7: 432.0}, {}, 0.0),  # nine tenths of eight hours
        ({7: 400.0, 14: 122.0}, {}, 100.0),  # 522 / 0.9 - 480
        ({7: 522.0}, {9: 60.0}, 40.0),
        ({7: 522.0}, {16: 60.0}, 100.0),  # guests of the next shift come too late
        ({7: 522.0, 22: 441.0}, {}, 110.0),
        ({5: 900.0, 6: 900.0, 23: 900.0, 26: 900.0}, {}, 0.0),  # of shifts that are not observed as a whole
    ],
)
def test_two_shifts_by_hand(
    monkeypatch: pytest.MonkeyPatch, work: dict[int, float], guests: dict[int, float], missing_min: float
) -> None:
    """One nurse is on duty in each of two hospitals, the second of which has nothing to do and helps nobody."""
    scenario, run = a_run()
    scenario = two_nurses(scenario)
    asked_min = np.zeros((2, 1, HOURS))
    duty_min = np.full((2, HOURS), 60.0)
    for hour, minutes in work.items():
        asked_min[0, 0, hour] = minutes
    for hour, minutes in guests.items():
        duty_min[0, hour] += minutes
    overtime_min = np.where(np.arange(HOURS) == 8, 30.0, 0.0)  # it is no cure
    levels = pd.DataFrame(
        {
            "hospital": np.repeat([one.id for one in scenario.city.hospitals], HOURS),
            "pool": "ed_nurse",
            "hour": np.tile(np.arange(HOURS), 2),
            "duty_min": (duty_min + overtime_min).ravel(),
            "overtime_min": np.tile(overtime_min, 2),
        }
    )
    monkeypatch.setattr(agency_need, "work_by_hour", lambda *_: (asked_min, asked_min))
    rows = list(agency_rows(scenario, replace(run, levels=levels), None))  # type: ignore[arg-type]
    # 16 hours are two thirds of a day; five hospitals are two and a half times two.
    expected = pytest.approx(missing_min / 60.0 * 1.5 * DAYS_PER_MONTH * 2.5)
    assert {(dimension, level): value for _, dimension, level, value in rows} == {
        ("all", "all"): expected,
        ("pool", "ed_nurse"): expected,
    }


def test_roles_add_up_and_the_experiment_tells_it_where_nobody_lends_too() -> None:
    scenario, run = a_run()
    none = pd.DataFrame(columns=["measure", "dimension", "level", "value"])
    rows = with_agency_need(none, scenario, run, FIRST)
    by_role = rows[rows["dimension"] == "pool"].set_index("level")["value"]
    assert rows.loc[rows["dimension"] == "all", "value"].tolist() == pytest.approx([by_role.sum()])
    assert by_role["ed_physician"] > 0.0
    assert by_role.min() >= 0.0
    assert set(rows["measure"]) <= set(MEASURES)


def test_more_is_missing_where_staff_are_to_be_less_busy() -> None:
    scenario, run = a_run()
    cohort = drawn(scenario, FIRST)
    needs = []
    for share in (1.0, 0.9, 0.75):
        stated = replace(scenario, monitor=replace(scenario.monitor, agency_used_share=share))
        needs.append(next(agency_rows(stated, run, cohort))[3])
    assert needs == sorted(needs)
    assert needs[0] < needs[1] < needs[2]


def test_without_a_stated_use_nothing_is_told() -> None:
    scenario, run = a_run("monitor.agency_used_share=null")
    measures = pd.DataFrame([("wait", "all", "all", 1.0)], columns=["measure", "dimension", "level", "value"])
    assert with_agency_need(measures, scenario, run, FIRST) is measures


def test_a_run_without_a_whole_shift_tells_nothing() -> None:
    scenario, run = a_run()
    short = replace(scenario, horizon=Horizon(300.0, 420.0))
    assert list(agency_rows(short, run, drawn(scenario, FIRST))) == []


def test_a_share_that_cannot_be_is_refused() -> None:
    with pytest.raises(ScenarioError) as caught:
        a_run("monitor.agency_used_share=1.2")
    assert [fault.field for fault in caught.value.faults] == ["monitor.agency_used_share"]
