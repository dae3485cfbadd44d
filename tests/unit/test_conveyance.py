"""Ambulances drive as long as the way is, and wait at the door until there is a space."""

from dataclasses import replace

import numpy as np
import pytest

from sim.cohort import draw_cohort
from sim.distributions import Drive, Exponential, Fixed
from sim.engine import Engine
from sim.graded import Graded
from sim.pathway import Pathway, Phase, Step
from sim.run import simulate
from sim.streams import Replication
from sim.units import TICKS_PER_MINUTE
from tests.ambulances import WAYS, Call, Driven, ambulance_city
from tests.small_worlds import POLICIES

pytestmark = pytest.mark.unit

BOTH = pytest.mark.parametrize("engine", [Engine.SIMPY, Engine.COMPILED])


@BOTH
def test_offload_delay_by_hand(engine: Engine) -> None:
    """Two ambulances, one space: out and back to zone 0 takes 24 minutes, care 60; the third call waits for a crew.

    Call 0 at 0 drives to 24 and is in care to 84. Call 1 at 2 arrives at 26 and waits at the door to 84: 58 minutes.
    Call 2 at 4 gets the ambulance of call 0, free at 24, drives to 48, and waits to 144: 96 minutes.
    """
    moved = Driven([Call(0.0), Call(2.0), Call(4.0)], engine=engine)
    assert moved.mark("conveyance_entered") == [0.0, 2.0, 24.0]
    assert moved.mark("conveyance.drive_ended") == [24.0, 26.0, 48.0]
    assert moved.mark("emergency_entered") == [24.0, 84.0, 144.0]
    assert moved.mark("conveyance_left") == [24.0, 84.0, 144.0]
    offload = np.subtract(moved.mark("emergency_entered"), moved.mark("conveyance.drive_ended"))
    assert offload.tolist() == [0.0, 58.0, 96.0]


@BOTH
def test_a_fleet_that_all_hospitals_share(engine: Engine) -> None:
    """Call 1 chose the south and lives in zone 1, so it drives 4 + 2 x 5 minutes, once the one crew comes back."""
    city = ambulance_city(ambulances=1, place="ambulance@north")
    moved = Driven([Call(0.0), Call(1.0, hospital=1, zone=1)], city, engine=engine)
    assert moved.mark("conveyance_entered") == [0.0, 24.0]
    assert moved.mark("conveyance.drive_ended") == [24.0, 38.0]
    assert moved.mark("emergency_entered") == [24.0, 38.0]


@BOTH
def test_whoever_walks_in_needs_no_ambulance(engine: Engine) -> None:
    moved = Driven([Call(0.0, on_scene=None), Call(1.0)], engine=engine)
    assert moved.mark("emergency_entered") == [0.0, 60.0]
    assert np.isnan(moved.mark("conveyance_asked")[0])


def test_the_drawn_drive_is_the_way_times_its_factor_and_an_extra_time() -> None:
    scenario = ambulance_city()
    extra = Drive(1.5, Exponential(7.0))
    first = replace(scenario.pathways[0].phases[0], steps=(Step("drive", Graded((extra,))),))
    scenario = replace(scenario, pathways=(Pathway("visit", (first, *scenario.pathways[0].phases[1:])),))
    plain = replace(first, steps=(Step("drive", Graded((Exponential(7.0),))),))
    without = replace(scenario, pathways=(Pathway("visit", (plain, *scenario.pathways[0].phases[1:])),))
    ways, extras = (draw_cohort(one, Replication(3, 8)) for one in (scenario, without))
    wanted = 1.5 * WAYS[ways.zone, ways.hospital] + extras.minutes[:, 0]
    assert ways.n_patients > 10
    assert np.abs(ways.minutes[:, 0] - wanted).max() <= 1.0 / TICKS_PER_MINUTE
    assert np.array_equal(ways.minutes[:, 1], extras.minutes[:, 1])
    assert np.array_equal(ways.hospital, extras.hospital)


def test_a_factor_may_differ_between_acuities() -> None:
    scenario = ambulance_city()
    laws = tuple(Drive(factor, Fixed(1.0)) for factor in (1.0, 1.2, 1.4, 1.6, 2.0))
    first = replace(scenario.pathways[0].phases[0], steps=(Step("drive", Graded(laws)),))
    cohort = draw_cohort(
        replace(scenario, pathways=(Pathway("visit", (first, *scenario.pathways[0].phases[1:])),)), Replication(1, 8)
    )
    factor = np.array([1.0, 1.2, 1.4, 1.6, 2.0])[cohort.acuity - 1]
    assert np.allclose(cohort.minutes[:, 0], 1.0 + factor * WAYS[cohort.zone, cohort.hospital], atol=1e-6)


def test_a_drive_as_a_distribution_is_its_extra_time() -> None:
    law = Drive(2.0, Exponential(7.0))
    assert (law.mean, law.sd) == (Exponential(7.0).mean, Exponential(7.0).sd)
    assert law.scaled(3.0) == Drive(6.0, Exponential(21.0))
    assert [str(one.field) for one in Drive(-1.0, Exponential(-2.0)).faults("d")] == ["d.factor", "d.extra.mean_min"]


def test_drives_that_make_no_sense_are_refused() -> None:
    scenario = ambulance_city()
    conveyance, emergency = scenario.pathways[0].phases
    late = Phase("late", (Step("drive", Graded((Drive(),))),))
    wrong = replace(scenario, pathways=(Pathway("visit", (conveyance, emergency, late)),))
    assert {fault.mend for fault in wrong.faults()} == {
        "let one step of the first phase drive the patient to the hospital"
    }
    lost = replace(scenario, city=replace(scenario.city, zone_travel_min=None))
    assert [fault.mend for fault in lost.faults()] == [
        "give the city zone_travel_min, the minutes from zones to hospitals"
    ]
    odd = replace(scenario, city=replace(scenario.city, zone_travel_min=np.array([[1.0, -2.0]])))
    assert [fault.field for fault in odd.faults()] == ["city.zone_travel_min"] * 2


def test_a_drive_makes_no_difference_to_the_draws_of_anyone_else() -> None:
    scenario = ambulance_city()
    walking = replace(scenario, pathways=(Pathway("visit", scenario.pathways[0].phases[1:]),), dispatch=None)
    with_drives, without = (draw_cohort(one, Replication(0, 1)) for one in (scenario, walking))
    for name in ("arrived_min", "zone", "hospital", "acuity", "patience_min"):
        assert np.array_equal(getattr(with_drives, name), getattr(without, name)), name
    assert without.drive_factor is None


def test_two_engines_leave_the_same_trace() -> None:
    stories, compiled = (
        simulate(ambulance_city(), POLICIES, Replication(0, 5), engine) for engine in (Engine.SIMPY, Engine.COMPILED)
    )
    assert stories.trace_hash == compiled.trace_hash
    assert stories.levels.equals(compiled.levels)
