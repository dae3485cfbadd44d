"""Every measure of one small run that is written down by hand: by hospital, acuity and zone, beds and transfers.

The run has a day of warm-up and two measured days. `tests/unit/test_visit_measures.py` looks closer at visits.
"""

from dataclasses import replace
from math import nan

import numpy as np
import pandas as pd
import pytest

from experiments import measure_list
from experiments.measures import MEASURES, gini, measure_run
from experiments.monitor_measures import MONITOR_MEASURES
from experiments.roster_measures import MEASURE_OF
from sim.city import Kind, Pool
from sim.log import Loan
from sim.pathway import Pathway, Phase
from sim.run import Run
from sim.scenario import Horizon, Scenario
from tests.two_hospitals import two_hospitals

pytestmark = pytest.mark.unit

DAY = 1440.0
WARM_UP, END = DAY, 3 * DAY
Values = dict[tuple[str, str, str], float]


def world() -> Scenario:
    """Return two hospitals with ward beds, and ICU beds as well at the near one; an ICU stay may follow."""
    base = two_hospitals()
    near, far = base.city.hospitals
    near = replace(near, pools=(*near.pools, Pool("icu_bed", Kind.PLACE, (1,)), Pool("cot", Kind.PLACE, (1,))))
    visit = base.pathways[0]
    icu = Phase("icu", (), "icu_bed", transferable=True)
    critical = Pathway("critical", (*visit.phases[:2], icu, visit.phases[2], Phase("rest", (), "cot")))
    return replace(
        base,
        pathways=(visit, critical),
        city=replace(base.city, hospitals=(near, far)),
        horizon=Horizon(WARM_UP, END - WARM_UP),
    )


def patient(
    came: float, *, seen: float = nan, asked: float = nan, left: float = nan, **more: object
) -> dict[str, object]:
    """Return one row of the table of patients; moments are minutes since the patient came, a day after the start."""
    arrived = WARM_UP + came
    usual: dict[str, object] = {"zone": "a", "hospital": "near", "acuity": 3, "acuity_true": 3, "outcome": "departed"}
    marks = {
        "arrived": arrived,
        "emergency_asked": arrived,
        "emergency_entered": arrived if left == left or seen == seen else nan,
        "emergency_left": arrived + left,
        "emergency.scan_started": arrived + seen,
        "departed": arrived + left,
        "icu_asked": nan,
        "ward_asked": arrived + asked,
    }
    return usual | marks | more


# Ordered by arrival, as in every run.
PATIENTS = [
    patient(-5, seen=1, left=9999, acuity=1),  # came in the warm-up
    patient(0, seen=10, left=100),
    patient(5, zone=nan, seen=500, left=900, asked=600, acuity=5),  # planned, not an emergency
    patient(10, seen=20, left=300, asked=180, zone="b"),
    patient(20, seen=60, left=400, asked=100, acuity=2),
    patient(30, seen=40, left=700, asked=400, hospital="far", acuity_true=1, acuity=2) | {"icu_asked": WARM_UP + 130},
    patient(40, outcome="left_unseen", zone="b"),
    patient(2380, seen=100, asked=200, outcome="inside", hospital="far", acuity_true=1, acuity=1),
    patient(2870, outcome="inside", zone="b", hospital="far"),
]
LEVELS = [  # hospital, pool, hour, busy, queue, duty, overtime
    ("near", "bed", 23, 60, 60, 60, 0),  # still warm-up
    ("near", "bed", 24, 90, 30, 120, 0),
    ("near", "bed", 25, 120, 0, 130, 10),
    ("near", "icu_bed", 24, 30, 15, 60, 0),
    ("far", "bed", 24, 0, 0, 60, 0),
    ("near", "ed_space", 24, 55, 500, 60, 0),
    ("near", "cot", 24, 7, 0, 60, 0),
    ("near", "nurse", 24, 45, 0, 50, 20),
    ("far", "nurse", 24, 15, 0, 60, 0),
    ("near", "scanner", 24, 0, 0, 0, 0),
]
TRANSFERS = [  # minute, crew minutes, origin, refusal
    (WARM_UP - 1, 300.0, "near", ""),
    (WARM_UP, 240.0, "near", ""),
    (WARM_UP + 60, 360.0, "near", ""),
    (WARM_UP + 60, 0.0, "far", "no bed free"),
    (WARM_UP + 120, 0.0, nan, "not waiting"),
    (WARM_UP + 120, 0.0, "far", "no bed free"),
    (END - 1, 300.0, "far", ""),
]


def a_run(
    patients: list[dict[str, object]], levels: list[tuple[object, ...]], transfers: list[tuple[object, ...]]
) -> Run:
    columns = list(PATIENTS[0])
    moves = pd.DataFrame(transfers, columns=["time_min", "crew_busy_min", "origin", "refusal"])
    moves["origin"] = pd.Categorical(moves["origin"], categories=["near", "far"])
    moves["destination"] = moves["origin"].map({"near": "far", "far": "near"})
    names = ["hospital", "pool", "hour", "busy_min", "queue_min", "duty_min", "overtime_min"]
    return Run(
        patients=pd.DataFrame(patients, columns=columns),
        levels=pd.DataFrame(levels, columns=names),
        decisions=pd.DataFrame({"seat": ["staffing"], "time_min": [0.0], "figures": [""], "cause": ["review"]}),
        loans=pd.DataFrame(columns=list(Loan._fields)),
        transfers=moves,
        stock=pd.DataFrame(),
        trace_hash="",
        seconds_deciding=0.0,
    )


def values_of(run: Run) -> Values:
    rows = measure_run(world(), run)
    assert list(rows.columns) == ["measure", "dimension", "level", "value"]
    assert not rows.duplicated(["measure", "dimension", "level"]).any()
    return {(m, d, v): float(x) for m, d, v, x in rows.itertuples(index=False)}


VALUES = values_of(a_run(PATIENTS, LEVELS, TRANSFERS))


def by(measure: str, dimension: str) -> dict[str, float]:
    return {level: value for (m, d, level), value in VALUES.items() if (m, d) == (measure, dimension)}


def city(measure: str) -> float:
    return VALUES[measure, "all", "all"]


def test_every_measure_is_listed_and_every_listed_one_is_measured() -> None:
    lists = [value for name, value in vars(measure_list).items() if name.endswith("_MEASURES")]
    elsewhere = {measure.name for one in lists for measure in one}  # each list is tested on its own
    elsewhere |= {"refused_rosters_per_day", *MEASURE_OF.values()}  # only where a policy makes rosters
    assert {measure for measure, _, _ in VALUES} | elsewhere == set(MEASURES)
    assert {name: measure.name for name, measure in MEASURES.items()} == {name: name for name in MEASURES}


def test_arrivals_are_emergencies_after_the_warm_up() -> None:
    assert city("arrivals_per_day") == 7 / 2
    assert by("arrivals_per_day", "hospital") == {"near": 2.0, "far": 1.5}
    assert by("arrivals_per_day", "acuity") == {"1": 1.0, "3": 2.5}


def test_door_to_provider() -> None:
    assert city("wait_for_provider_min") == (10 + 20 + 60 + 40 + 100) / 5
    assert by("wait_for_provider_min", "hospital") == {"near": 30.0, "far": 70.0}
    assert by("wait_for_provider_min", "acuity") == {"1": 70.0, "3": 30.0}
    assert by("wait_for_provider_min", "zone") == {"a": 52.5, "b": 20.0}
    assert city("wait_for_provider_p90_min") == pytest.approx(84.0)  # sixth tenths of the way from 60 to 100
    assert by("wait_for_provider_p90_min", "hospital") == pytest.approx({"near": 52.0, "far": 94.0})


def test_length_of_stay() -> None:
    assert city("ed_los_min") == (100 + 300 + 400 + 700) / 4
    assert by("ed_los_min", "zone") == {"a": 400.0, "b": 300.0}
    assert city("ed_los_p90_min") == pytest.approx(400 + 0.7 * 300)
    assert by("ed_los_p90_min", "acuity") == pytest.approx({"1": 700.0, "3": 380.0})
    assert city("over_4h_share") == 3 / 4
    assert by("over_4h_share", "hospital") == {"near": 2 / 3, "far": 1.0}


def test_boarding_begins_with_the_first_bed_asked_for() -> None:
    """The fourth asked for an ICU bed after 100 minutes and for a ward bed long after."""
    assert city("boarding_min") == (120 + 300 + 600) / 3
    assert by("boarding_min", "hospital") == {"near": 210.0, "far": 600.0}
    assert by("boarding_min", "zone") == {"a": 450.0, "b": 120.0}
    hours = (120 + 300 + 600 + 300) / 60
    assert city("boarding_hours_per_day") == hours / 2
    assert by("boarding_hours_per_day", "hospital") == {"near": 3.5, "far": 7.5}
    assert by("boarding_hours_per_day", "acuity") == {"1": 7.5, "3": 3.5}
    assert by("boarding_hours_per_day", "zone") == {"a": 10.0, "b": 1.0}
    assert city("boarding_gini") == pytest.approx((600 - 210) / (2 * (600 + 210)))


def test_admissions_and_their_delay() -> None:
    """Over six hours: after 400 and 700 minutes, and 500 so far of the one inside."""
    assert city("admissions_per_day") == 4 / 2
    assert by("admissions_per_day", "hospital") == {"near": 1.0, "far": 1.0}
    assert city("delayed_admissions_share") == 3 / 4
    assert by("delayed_admissions_share", "hospital") == {"near": 0.5, "far": 1.0}
    assert city("expected_delay_deaths_per_day") == 3 / 82 / 2
    assert by("expected_delay_deaths_per_day", "acuity") == {"1": 2 / 82 / 2, "3": 1 / 82 / 2}


def test_who_left_and_who_is_inside() -> None:
    assert city("lwbs_share") == 1 / 7
    assert by("lwbs_share", "zone") == {"a": 0.0, "b": 1 / 3}
    assert by("lwbs_share", "hospital") == {"near": 0.25, "far": 0.0}
    assert city("censored_share") == 2 / 7


def test_triage() -> None:
    assert city("undertriage_share") == 1 / 7
    assert city("overtriage_share") == 1 / 7


def test_beds() -> None:
    """Beds are what patients can be moved to; overtime is not staffed."""
    assert city("bed_occupancy") == (90 + 120 + 30) / (120 + 120 + 60 + 60)
    assert by("bed_occupancy", "hospital") == {"near": 240 / 300, "far": 0.0}
    assert city("bed_supply_demand_ratio") == 360 / (240 + 45)
    assert by("bed_supply_demand_ratio", "hospital") == {"near": 300 / 285}  # nobody wants a bed at the far one


def test_utilization_counts_overtime_as_duty_and_leaves_out_who_was_never_there() -> None:
    assert by("utilization", "pool") == {
        "bed": 210 / 310,
        "icu_bed": 0.5,
        "ed_space": 55 / 60,
        "cot": 7 / 60,
        "nurse": 60 / 110,
    }


def test_overtime_of_staff_is_counted_and_priced() -> None:
    """Twenty minutes in two days; the beds' overtime is not paid."""
    assert by("overtime_hours_per_day", "pool") == {"nurse": pytest.approx(1 / 6)}
    assert by("overtime_cost_per_day", "pool") == {"nurse": pytest.approx(1 / 6 * 1.5 * 37.24)}


def test_who_is_not_treated_is_counted_by_reason() -> None:
    assert by("not_treated_share", "reason") == {"left_unseen": 1 / 8}


def test_transfers() -> None:
    assert city("transfers_per_day") == 3 / 2
    assert by("transfers_per_day", "hospital") == {"near": 1.0, "far": 0.5}
    assert city("refused_transfers_per_day") == 3 / 2
    assert city("ambulance_hours_per_day") == 15 / 2
    assert city("cost_per_day") == pytest.approx(15 / 2 * 74.48)
    assert city("carbon_kg_per_day") == pytest.approx(3 / 2 * 31.3)


BEDS_TOO_FEW = {"bed_crisis_share", "surge_bed_days_per_day", "surge_beds"}


def test_a_run_without_patients_and_transfers_measures_beds_only() -> None:
    found = values_of(a_run([], LEVELS, []))
    apart = {measure.name for measure in MONITOR_MEASURES}
    assert {key[0] for key, value in found.items() if value} - apart == {
        "utilization",
        "bed_occupancy",
        "bed_supply_demand_ratio",
        "overtime_hours_per_day",
        "overtime_cost_per_day",
        *BEDS_TOO_FEW,
    }
    assert found["transfers_per_day", "hospital", "near"] == 0.0


def test_a_run_of_nothing_measures_nothing() -> None:
    assert set(values_of(a_run([], [], [])).values()) == {0.0}


def test_what_nobody_did_is_unknown_and_not_zero() -> None:
    found = values_of(a_run(PATIENTS[6:7], LEVELS, []))
    unknown = {name for (name, dimension, _), value in found.items() if dimension == "all" and np.isnan(value)}
    means = {"wait_for_provider_min", "ed_los_min", "boarding_min", "critical_wait_min", "other_wait_min"}
    quantiles = {"wait_for_provider_p90_min", "ed_los_p90_min"}
    assert unknown == means | quantiles | {
        "over_4h_share",
        "delayed_admissions_share",
        "boarding_gini",
        "critical_found_share",
    }
    assert found["lwbs_share", "all", "all"] == 1.0


def test_a_scenario_without_an_emergency_department_has_no_waits_there() -> None:
    columns = ["emergency_asked", "emergency_entered", "emergency_left", "emergency.scan_started"]
    run = a_run(PATIENTS, LEVELS, [])
    found = values_of(replace(run, patients=run.patients.drop(columns=columns)))
    assert np.isnan(found["wait_for_provider_min", "all", "all"])
    assert (found["admissions_per_day", "all", "all"], found["arrivals_per_day", "all", "all"]) == (0.0, 3.5)


@pytest.mark.parametrize(
    ("values", "index"),
    [
        ([5.0, 5.0, 5.0], 0.0),
        ([0.0, 0.0, 0.0, 8.0], 0.75),
        ([3.0, 1.0], 0.25),
        ([nan, 1.0, 3.0, nan], 0.25),
        ([1.0, 2.0, 3.0], 4 / 18),
        ([7.0], 0.0),
        ([0.0, 0.0], nan),
        ([nan], nan),
        ([], nan),
    ],
)
def test_gini(values: list[float], index: float) -> None:
    assert gini(np.array(values)) == pytest.approx(index, nan_ok=True)


def test_gini_is_half_the_mean_difference_over_the_mean() -> None:
    values = np.array([2.0, 9.0, 4.0, 4.0, 1.0])
    assert gini(values) == pytest.approx(np.abs(values[:, None] - values).mean() / (2 * values.mean()))
