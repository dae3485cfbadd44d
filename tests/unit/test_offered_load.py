"""What is asked of pools in the long run, worked out by hand, and what is refused because of it."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.build import build_scenario
from experiments.config import CellConfig
from experiments.offered_load import PoolLoad, offered_loads, unstable
from sim.choices import Choice
from sim.city import Kind, Pool
from sim.distributions import Exponential, Fixed
from sim.faults import ScenarioError
from sim.graded import Axis, Graded
from sim.pathway import Balking, Pathway, Phase, Step
from sim.scenario import Patience, Scenario, Source
from tests.small_clinic import clinic, write_clinic
from tests.two_hospitals import two_hospitals

pytestmark = pytest.mark.unit

SURE = Graded((1.0,))


def step(name: str, minutes: float, *needs: str, **more: object) -> Step:
    return Step(name, Graded((Exponential(minutes),)), needs, **more)  # type: ignore[arg-type]


def world(*phases: Phase, choices: tuple[Choice, ...] = (), patience: Patience | None = None) -> Scenario:
    """Return two hospitals; six patients an hour come to the near one, of acuity 1 to 5 in equal shares."""
    base = two_hospitals()
    return replace(
        base,
        pathways=(Pathway("visit", phases, choices),),
        sources=(Source("z", ("ill",), np.ones(1), np.full(168, 6.0), hospital=0),),
        patience=patience or Patience(),
    )


def asked(scenario: Scenario) -> dict[tuple[str, ...], float]:
    return {one.pools: round(one.asked, 9) for one in offered_loads(scenario)}


def test_every_pool_of_a_step_is_asked_for_its_whole_duration() -> None:
    found = asked(world(Phase("door", (step("scan", 20.0, "scanner", "radiographer"),))))
    assert found == {("radiographer",): 2.0, ("scanner",): 2.0}


def test_probabilities_by_acuity_count_with_their_shares() -> None:
    p, minutes = Graded((1.0, 0.5, 0.0, 0.0, 0.0)), Graded(tuple(Fixed(10.0 * a) for a in range(1, 6)))
    found = asked(world(Phase("door", (Step("triage", minutes, ("nurse",), p),))))
    assert found == {("nurse",): pytest.approx(0.1 * 0.2 * (10.0 + 0.5 * 20.0))}


def test_a_place_is_held_through_all_steps_and_its_cleaning() -> None:
    clean = Graded((Fixed(5.0),))
    steps = (step("see", 30.0), step("scan", 10.0, "scanner", p=Graded((0.5,)), cleaning=clean))
    found = asked(world(Phase("ward", steps, "bed", p=Graded((0.4,)), cleaning=clean)))
    assert found == {
        ("bed",): pytest.approx(0.1 * 0.4 * (30.0 + 5.0 + 5.0)),
        ("scanner",): pytest.approx(0.1 * 0.2 * 15),
    }


def test_what_follows_another_thing_happens_as_often_as_both() -> None:
    first = Phase("door", (step("ct", 1.0, p=Graded((0.5,))),), p=Graded((0.8,)))
    again = step("again", 10.0, "scanner", p=Graded((0.5,)), after="first")
    then = Phase("late", (step("first", 10.0, "nurse", p=Graded((0.5,))), again), after="door.ct")
    assert asked(world(first, then)) == {("nurse",): pytest.approx(0.2), ("scanner",): pytest.approx(0.1)}


def test_a_choice_decides_for_everything_that_depends_on_it() -> None:
    way = Choice("way", ("home", "ward"), (Graded((0.7,)), Graded((0.3,))))
    only_ward = Graded((0.0, 1.0), (Axis("way", ("home", "ward")),))
    found = asked(world(Phase("ward", (step("stay", 100.0),), "bed", p=only_ward), choices=(way,)))
    assert found == {("bed",): pytest.approx(3.0)}


def test_alternatives_are_asked_together() -> None:
    """The near scanner does 2 units of its own, and shares 1.5 with the far one."""
    own = step("own", 20.0, "scanner")
    either = step("either", 15.0, "scanner", or_needs=(("scanner@far",),))
    loads = offered_loads(world(Phase("door", (own, either))))
    assert [(one.pools, one.asked, one.on_duty) for one in loads] == [
        (("scanner",), pytest.approx(2.0), 1.0),
        (("scanner", "scanner@far"), pytest.approx(3.5), 2.0),
    ]


def test_only_those_who_wait_on_for_ever_fill_a_queue() -> None:
    phase = Phase("emergency", (step("see", 60.0),), "ed_space", may_leave=True, balks=Balking((3, 9), (0.1, 0.5)))
    assert asked(world(phase, patience=Patience(0.5, 30.0))) == {("ed_space",): pytest.approx(6.0 * 0.5 * 0.5)}
    assert asked(world(phase, patience=Patience(0.0, 30.0))) == {}


def test_a_finite_waiting_room_is_never_unstable() -> None:
    scenario = world(Phase("ward", (step("stay", 600.0),), "bed"))
    assert [fault.value for fault in unstable(scenario)] == [60.0]
    near, far = scenario.city.hospitals
    pools = tuple(replace(pool, waiting_room=0) if pool.code == "bed" else pool for pool in near.pools)
    scenario = replace(scenario, city=replace(scenario.city, hospitals=(replace(near, pools=pools), far)))
    assert list(unstable(scenario)) == []


def test_a_load_of_one_has_no_steady_state() -> None:
    assert PoolLoad("near", ("nurse",), 2.0, 2.0).load == 1.0
    (fault,) = unstable(world(Phase("door", (step("triage", 10.0, "nurse"),))))
    assert fault.field == "load of nurse at near"
    assert fault.value == 1.0
    assert "1 units are needed on average and 1 are on duty" in fault.mend
    assert list(unstable(world(Phase("door", (step("triage", 9.999, "nurse"),))))) == []


def test_a_roster_counts_by_its_mean() -> None:
    scenario = world(Phase("door", (step("triage", 15.0, "nurse"),)))
    near, far = scenario.city.hospitals
    nurses = Pool("nurse", Kind.STAFF, (1,) * 84 + (3,) * 84)
    hospitals = (replace(near, pools=(nurses,)), far)
    (one,) = offered_loads(replace(scenario, city=replace(scenario.city, hospitals=hospitals)))
    assert (one.asked, one.on_duty, one.load) == (pytest.approx(1.5), 2.0, pytest.approx(0.75))


@pytest.fixture
def overloaded(tmp_path_factory: pytest.TempPathFactory) -> CellConfig:
    """Return a clinic of one server, asked for 1.25 units."""
    return clinic(write_clinic(tmp_path_factory.mktemp("conf")), 1.25, 100.0)


def steady(cell: CellConfig, **run: object) -> CellConfig:
    kind = type(cell.settings.run.kind)("steady_state")
    return replace(cell, settings=replace(cell.settings, run=replace(cell.settings.run, kind=kind, **run)))


def test_an_overloaded_clinic_may_run_until_an_end_but_has_no_steady_state(overloaded: CellConfig) -> None:
    assert build_scenario(overloaded.settings).name == "clinic"
    with pytest.raises(ScenarioError) as error:
        build_scenario(steady(overloaded).settings)
    (fault,) = error.value.faults
    assert (fault.field, fault.value) == ("load of server at clinic", 1.25)
    assert "run.kind=terminating" in fault.mend


def test_a_steady_state_needs_a_warm_up(tmp_path_factory: pytest.TempPathFactory) -> None:
    cell = clinic(write_clinic(tmp_path_factory.mktemp("conf")), 0.5, 100.0)
    assert build_scenario(steady(cell).settings).name == "clinic"
    with pytest.raises(ScenarioError, match="give weeks above zero"):
        build_scenario(steady(cell, warm_up_weeks=0.0).settings)
