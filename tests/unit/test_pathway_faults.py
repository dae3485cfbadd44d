"""Phases and steps: every impossible value is named, and so is every order of places that could lock."""

from dataclasses import replace

import pytest

from sim.distributions import Distribution, Fixed
from sim.pathway import Graded, Pathway, Phase, Step
from sim.rings import place_rings
from tests.two_hospitals import Moved, Patient, Stock, two_hospitals

pytestmark = pytest.mark.unit

SURE: Graded[float] = Graded((1.0,))
MINUTE: Graded[Distribution] = Graded((Fixed(1.0),))
SCAN = Step("scan", MINUTE, ("ct", "porter"))
REST, BATH = replace(SCAN, name="rest"), replace(SCAN, name="bath")
ROOM = Phase("room", (SCAN,), place="bed")


def said(*phases: Phase) -> list[str]:
    """Return the field and the value of every fault of a pathway with these phases."""
    return [f"{fault.field} = {fault.value!r}" for fault in Pathway("p", phases).faults()]


def test_one_value_counts_for_all_acuities_and_five_for_their_own() -> None:
    assert [Graded((7,)).of(acuity) for acuity in range(1, 6)] == [7] * 5
    assert [Graded((1, 2, 3, 4, 5)).of(acuity) for acuity in range(1, 6)] == [1, 2, 3, 4, 5]


def test_what_is_not_said_is_sure_needs_nothing_and_holds_nothing() -> None:
    step, phase = Step("rest", MINUTE), Phase("lobby", ())
    assert (step.needs, step.p, phase.p) == ((), SURE, SURE)
    assert (phase.place, phase.may_leave, phase.transferable) == (None, False, False)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (SCAN, []),
        (replace(SCAN, p=Graded((0.0, 0.5, 1.0, 0.0, 1.0))), []),
        (replace(SCAN, p=Graded((0.5, 0.5))), ["p = 2"]),
        (replace(SCAN, p=Graded(())), ["p = 0"]),
        (replace(SCAN, p=Graded((-0.1,))), ["p = -0.1"]),
        (replace(SCAN, p=Graded((1.0, 1.0, 1.1, 1.0, float("nan")))), ["p = 1.1", "p = nan"]),
        (replace(SCAN, duration=Graded((Fixed(1.0),) * 4)), ["duration = 4"]),
        (replace(SCAN, duration=Graded((*(Fixed(1.0),) * 4, Fixed(-2.0)))), ["duration.minutes = -2.0"]),
        (replace(SCAN, needs=("ct", "ct")), ["needs = ['ct', 'ct']"]),
        (replace(SCAN, needs=()), []),
    ],
)
def test_step(step: Step, expected: list[str]) -> None:
    assert said(replace(ROOM, steps=(step,))) == [f"pathways.p.room.scan.{line}" for line in expected]


@pytest.mark.parametrize(
    ("phase", "expected"),
    [
        (replace(ROOM, may_leave=True, transferable=True), []),
        (replace(ROOM, place=None), []),
        (replace(ROOM, place=None, may_leave=True), ["room.place = None"]),
        (replace(ROOM, place=None, transferable=True), ["room.place = None"]),
        (replace(ROOM, p=Graded((2.0,))), ["room.p = 2.0"]),
        (replace(ROOM, steps=(SCAN, REST, BATH, SCAN, REST)), ["room.steps = 'rest'", "room.steps = 'scan'"]),
    ],
)
def test_phase(phase: Phase, expected: list[str]) -> None:
    assert said(phase) == [f"pathways.p.{line}" for line in expected]


def test_pathway() -> None:
    assert said() == ["pathways.p.phases = []"]
    other, lobby = replace(ROOM, name="other"), replace(ROOM, name="lobby")
    twice = ["pathways.p.phases = 'other'", "pathways.p.phases = 'room'"]
    assert said(ROOM, other, lobby, ROOM, other) == twice


def test_a_pathway_needs_its_places_and_all_that_its_steps_need() -> None:
    assert Pathway("p", (ROOM, Phase("lobby", (Step("rest", MINUTE),)))).pool_codes == {"bed", "ct", "porter"}


def through(name: str, *places: str | None) -> Pathway:
    return Pathway(name, tuple(Phase(f"in {place}", (), place=place) for place in places))


def rings(*pathways: Pathway) -> list[object]:
    return [fault.value for fault in place_rings(pathways)]


def test_places_in_one_order_close_no_ring() -> None:
    assert rings(through("a", "P", "Q", "R"), through("b", "P", "R"), through("c", "Q", "R")) == []
    assert rings(through("a", None, "P", None, "Q", None), through("b", None)) == []


def test_places_in_two_orders_close_a_ring() -> None:
    assert rings(through("a", "P", "Q"), through("b", "Q", "P"))[0] in ("P -> Q -> P", "Q -> P -> Q")
    assert rings(through("a", "P", "R", "Q"), through("b", "Q", "P"))[0] in ("P -> Q -> P", "Q -> P -> Q")
    assert rings(through("a", "P", "P")) == ["P -> P"]


def test_a_ring_is_told_in_the_order_in_which_places_are_needed() -> None:
    found = rings(through("a", "P", "Q"), through("b", "Q", "R"), through("c", "R", "P"))
    assert len(found) == 1
    assert found[0] in ("P -> Q -> R -> P", "Q -> R -> P -> Q", "R -> P -> Q -> R")


def test_a_step_that_needs_a_place_can_close_a_ring_too() -> None:
    bath = Step("bath", MINUTE, ("tub",))
    in_bed, in_tub = Phase("in bed", (bath,), place="bed"), Phase("in tub", (), place="tub")
    assert rings(Pathway("a", (in_bed,)), through("b", "tub", "ward")) == []
    assert rings(Pathway("a", (in_tub, replace(in_bed, steps=())))) == []
    assert len(rings(Pathway("a", (in_bed,)), through("b", "tub", "bed"))) == 1
    assert rings(Pathway("a", (Phase("bath", (bath,), place="tub"),))) == ["tub -> tub"]


def test_without_the_check_such_a_step_would_wait_for_ever() -> None:
    world = two_hospitals(Stock(ed_space=1))
    door, emergency, ward = world.pathways[0].phases
    scan = replace(emergency.steps[0], needs=("ed_space",))
    pathway = Pathway("visit", (door, replace(emergency, steps=(scan,)), ward))
    locked = replace(world, pathways=(pathway,))
    assert [fault.value for fault in locked.faults()] == ["ed_space -> ed_space"]
    assert str(Moved(locked, [Patient(0, scan=5)]).mark("departed")) == "[nan]"
