"""Outages by hospital: what is closed, from when until when, and who may do its scans."""

import numpy as np
import pytest

from experiments.build import build, build_scenario
from experiments.closures import Closure, at_partners, closed
from experiments.config import compose
from sim.faults import Fault, ScenarioError
from sim.run import simulate
from sim.streams import Replication
from tests.two_hospitals import two_hospitals

pytestmark = pytest.mark.unit

DAY = 1440.0


def test_all_units_of_a_pool_are_closed_for_exactly_the_days_named() -> None:
    faults: list[Fault] = []
    city = closed(two_hospitals().city, [Closure("near", ["scanner", "bed"], 1.5, 2.0)], 7 * DAY, faults)
    near, far = city.hospitals
    assert faults == []
    outages = {pool.code: [(m.first_min, m.minutes, m.units) for m in pool.maintenance] for pool in near.pools}
    assert outages["scanner"] == [(8.5 * DAY, 2 * DAY, 1)]
    assert outages["bed"] == [(8.5 * DAY, 2 * DAY, near.pool("bed").establishment)]  # type: ignore[union-attr]
    assert not outages["ed_space"]
    assert not any(pool.maintenance for pool in far.pools)
    assert list(near.faults("near")) == []


def test_names_that_nobody_has_are_all_listed() -> None:
    faults: list[Fault] = []
    closed(two_hospitals().city, [Closure("nowhere", ["bed"]), Closure("far", ["bedd", "bed"])], 0.0, faults)
    assert [(fault.field, fault.value) for fault in faults] == [
        ("closures[0].hospital", "nowhere"),
        ("closures[1].pools", "bedd"),
    ]


def test_a_closure_without_meaning_is_a_fault_of_shape() -> None:
    found = list(Closure("near", [], -1.0, 0.0).faults("closures.0"))
    assert [fault.field for fault in found] == ["closures.0.from_day", "closures.0.days", "closures.0.pools"]
    with pytest.raises(ScenarioError, match=r"closures\[0\]\.days"):
        compose(["closures=[{hospital: central, pools: [ct_scanner], days: -1}]"])


def test_a_closed_scanner_does_nothing_while_it_is_closed() -> None:
    lines = ["closures=[{hospital: central, pools: [ct_scanner], from_day: 1, days: 1}]", "city.demand.scale=0.3"]
    (cell,) = compose([*lines, "run.weeks=0.5", "run.warm_up_weeks=0", "triage=nurse"])
    scenario, policies = build(cell.settings)
    levels = simulate(scenario, policies, Replication(0, 1)).levels
    mine = levels[(levels["pool"] == "ct_scanner") & (levels["hospital"] == "central")]
    used = mine.set_index("hour")["busy_min"]
    # A scan in hand at midnight is finished; nobody starts one.
    assert used.loc[26:47].sum() == 0.0
    assert used.loc[:23].sum() > 0.0
    assert used.loc[48:].sum() > 0.0
    others = levels[(levels["pool"] == "ct_scanner") & (levels["hospital"] != "central")]
    assert others.loc[others["hour"].between(26, 47), "busy_min"].sum() > 0.0


def test_steps_that_need_a_shared_scanner_can_be_done_at_every_hospital_that_shares() -> None:
    settings = compose(["scans_at_partners=[ct_scanner]", "city.hospitals.east.agreed=false"])[0].settings
    steps = {
        step.name: step
        for pathway in build_scenario(settings).pathways
        for phase in pathway.phases
        for step in phase.steps
    }
    elsewhere = steps["ct"].or_needs
    assert [needs[0] for needs in elsewhere] == [f"ct_scanner@{id_}" for id_ in ("central", "north", "south", "west")]
    assert {needs[1].partition("@")[2] for needs in elsewhere} == {"central", "north", "south", "west"}
    assert steps["assessment"].or_needs == ()
    assert (steps["ct"].travels, steps["mri"].travels) == (True, False)


def test_a_single_step_may_be_done_at_partners_by_its_name() -> None:
    settings = compose(["pathways=planned_scans", "scans_at_partners=[planned_ct]"])[0].settings
    faults: list[Fault] = []
    city = build_scenario(settings).city
    texts = at_partners(settings.pathways, city, settings.scans_at_partners, faults)
    steps = {step.name: step for text in texts.values() for phase in text.phases for step in phase.steps}
    assert faults == []
    assert len(steps["planned_ct"].or_needs) == 5
    assert steps["ct"].or_needs == ()


def test_without_shared_scanners_pathways_stay_as_they_are() -> None:
    settings = compose([])[0].settings
    city = build_scenario(settings).city
    faults: list[Fault] = []
    assert at_partners(settings.pathways, city, (), faults) == settings.pathways
    at_partners(settings.pathways, city, ("ct_scaner",), faults)
    assert [fault.value for fault in faults] == ["ct_scaner"]


def test_a_city_without_closures_is_the_same_city() -> None:
    city = two_hospitals().city
    assert closed(city, (), 0.0, []).hospitals == city.hospitals
    assert np.array_equal(closed(city, (), 0.0, []).travel_min, city.travel_min)
