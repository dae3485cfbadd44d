"""How a configuration lets patients come by ambulance, and what that asks of the ambulances."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.build import build, build_scenario, check
from experiments.config import compose
from experiments.conveyance import Conveyance, read_conveyance
from experiments.load import expected_occupancy
from experiments.offered_load import offered_loads
from sim.cohort import draw_cohort
from sim.faults import Fault, ScenarioError
from sim.run import simulate
from sim.scenario import Scenario
from sim.streams import Replication
from tests.ambulances import ambulance_city

pytestmark = pytest.mark.unit

SHORT = ["run.weeks=0.1", "run.warm_up_weeks=0.1"]
STEPS = [{"name": "drive", "duration": {"drive": {"factor": 2}}}]
GOOD = {"share": 0.3, "to": "emergency", "place": "ambulance", "steps": STEPS} | {
    "ambulances_per_space": 0.1,
    "review_every_min": 30,
}


def scenario(*lines: str) -> Scenario:
    return build_scenario(compose([*SHORT, *lines])[0].settings)


def told(*lines: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        check(compose([*SHORT, *lines])[0].settings)
    return [str(fault) for fault in caught.value.faults]


def test_ambulances_stand_before_every_emergency_pathway_and_no_other() -> None:
    plain, driven = scenario(), scenario("conveyance=ambulance")
    for before, after in zip(plain.pathways, driven.pathways, strict=True):
        if any(phase.name == "emergency" for phase in before.phases):
            assert [phase.name for phase in after.phases] == ["conveyance", *(phase.name for phase in before.phases)]
            assert after.phases[2:] == before.phases[1:]
        else:
            assert after == before
    assert plain.dispatch is None
    assert driven.dispatch is not None
    fleets = [hospital.pool("ambulance") for hospital in driven.city.hospitals]
    assert [fleet.levels for fleet in fleets if fleet] == [(7,), (5,), (4,), (3,), (2,)]  # a tenth of the spaces
    assert all(hospital.pool("ambulance") is None for hospital in plain.city.hospitals)


def test_either_the_drive_or_the_door_comes_first_and_the_rest_is_drawn_as_before() -> None:
    plain, driven = (draw_cohort(one, Replication(0, 3)) for one in (scenario(), scenario("conveyance=ambulance")))
    names = scenario("conveyance=ambulance").pathways[0].phases
    assert [phase.name for phase in names[:3]] == ["conveyance", "door", "emergency"]
    mine = driven.zone >= 0
    assert (driven.enters[mine, 0] != driven.enters[mine, 1]).all()
    assert 0.12 < driven.enters[mine, 0].mean() < 0.2  # P16 says 0.18
    assert np.array_equal(plain.hospital, driven.hospital)
    assert np.array_equal(plain.enters[:, 1:], driven.enters[:, 2:])
    assert np.array_equal(plain.minutes[:, 1:], driven.minutes[:, 4:])


def test_a_hospital_keeps_the_fleet_that_it_says_and_one_fleet_may_serve_all() -> None:
    own = scenario("conveyance=ambulance", "+city.hospitals.west.places.ambulance=9", "city.ward_beds.scale=2")
    assert [hospital.pool("ambulance").levels[0] for hospital in own.city.hospitals] == [7, 5, 4, 3, 9]  # type: ignore[union-attr]
    shared = scenario(
        "conveyance=ambulance", "conveyance.place=ambulance@west", "+city.hospitals.west.places.ambulance=30"
    )
    assert [hospital.pool("ambulance") is None for hospital in shared.city.hospitals] == [True] * 4 + [False]
    assert shared.pathways[0].phases[0].place == "ambulance@west"


def test_own_choice_gives_the_trace_of_nobody_deciding() -> None:
    settings = compose([*SHORT, "conveyance=ambulance"])[0].settings
    world, policies = build(settings)
    seated = simulate(world, policies, Replication(0, 7))
    alone = simulate(world, replace(policies, dispatch=None), Replication(0, 7))
    assert seated.trace_hash == alone.trace_hash
    assert set(seated.decisions["seat"]) == set(alone.decisions["seat"]) == {"transfer"}


def test_what_makes_no_sense_is_named() -> None:
    assert told("dispatch=nearest_open") == [
        "dispatch.policy = 'nearest_open': nobody comes by ambulance; choose conveyance=ambulance as well"
    ]
    (nowhere,) = told("conveyance=ambulance", "conveyance.to=emergncy")
    assert nowhere.startswith("conveyance.to = 'emergncy': name a phase of some pathway: door, emergency, icu, ward")
    assert any("review_every_min" in one for one in told("conveyance=ambulance", "conveyance.review_every_min=0"))
    assert any(
        "give a share above" in one or "max_detour_min" in one
        for one in told("conveyance=ambulance", "dispatch=nearest_open", "dispatch.max_detour_min=-1")
    )


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"share": 1.4}, "c.share"),
        ({"ambulances_per_space": -1}, "c.ambulances_per_space"),
        ({"colour": "red"}, "c.colour"),
        ({"steps": [{"name": "drive"}]}, "c.phases[0].steps[0].duration"),
    ],
)
def test_faults_name_the_field(changed: dict[str, object], field: str) -> None:
    faults: list[Fault] = []
    read_conveyance(GOOD | changed, "c", faults)
    assert [fault.field for fault in faults] == [field]


def test_missing_settings_are_all_named() -> None:
    faults: list[Fault] = []
    read_conveyance({"steps": STEPS, "place": "ambulance"}, "c", faults)
    assert [fault.field for fault in faults] == [f"c.{name}" for name in GOOD if name not in ("steps", "place")]
    made = read_conveyance(GOOD, "c", [])
    assert isinstance(made, Conveyance)
    assert made.attributes({})["comes"].shares[1].values == (0.7,)


def test_ambulances_are_asked_for_ways_there_and_back() -> None:
    """To the north come .75 calls an hour from 10 minutes away and .25 from 30, each 4 minutes and two ways."""
    loads = {(one.hospital, one.pools): one.asked for one in offered_loads(ambulance_city())}
    assert loads["north", ("ambulance",)] == pytest.approx((0.75 * (4 + 20) + 0.25 * (4 + 60)) / 60)
    assert loads["south", ("ambulance",)] == pytest.approx((0.25 * (4 + 50) + 0.75 * (4 + 10)) / 60)
    assert loads["north", ("ed_space",)] == pytest.approx(1 / 60)


def test_an_ambulance_is_no_place_of_care() -> None:
    assert set(expected_occupancy(ambulance_city())["north"]) == {"ed_space"}
