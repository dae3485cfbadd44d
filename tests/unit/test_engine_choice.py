"""Which engine moves a scenario, why, and what is refused."""

from dataclasses import replace

import pytest

from experiments.build import check
from experiments.config import compose
from experiments.fingerprint import configuration_hash
from sim.city import AtEnd, Breakdown, Discipline, Pool
from sim.compiled import support
from sim.compiled.support import supported
from sim.distributions import Exponential, Fixed
from sim.engine import Engine, chosen_engine
from sim.faults import ScenarioError
from sim.pathway import Graded, Phase
from sim.run import simulate
from sim.scenario import Horizon, Scenario
from sim.streams import Replication
from tests.small_worlds import POLICIES, one_queue

pytestmark = pytest.mark.unit

POOL = "city.hospitals.clinic.pools.server"


def queue(**rules: object) -> Scenario:
    """Return one queue whose pool has these rules."""
    world = one_queue(1, [0.05], Fixed(5.0), Horizon(0.0, 600.0))
    (clinic,) = world.city.hospitals
    pool: Pool = replace(clinic.pools[0], **rules)  # type: ignore[arg-type]
    return replace(world, city=replace(world.city, hospitals=(replace(clinic, pools=(pool,)),))).checked()


def test_the_compiled_engine_is_taken_where_it_knows_everything() -> None:
    assert chosen_engine(queue(), Engine.AUTO) == (Engine.COMPILED, "every behaviour of the scenario is known to it")
    run = simulate(queue(), POLICIES, Replication(0, 1))
    assert (run.engine, run.engine_reason) == (Engine.COMPILED, "every behaviour of the scenario is known to it")


@pytest.mark.parametrize("engine", [Engine.SIMPY, Engine.COMPILED])
def test_an_engine_that_is_asked_for_is_taken(engine: Engine) -> None:
    run = simulate(queue(), POLICIES, Replication(0, 1), engine)
    assert (run.engine, run.engine_reason) == (engine, "asked for")


FOREIGN = {
    "discipline": (Discipline.PREEMPTIVE, "preemptive"),
    "at_shift_end": (AtEnd.HAND_OVER, "hand_over"),
    "breakdown": (Breakdown(Exponential(90.0), Fixed(9.0)), "hand_over"),
}


@pytest.mark.parametrize("rule", FOREIGN)
def test_stories_are_told_where_it_does_not(rule: str) -> None:
    value, said = FOREIGN[rule]
    world = queue(**{rule: value})
    field = f"{POOL}.breakdown.in_hand" if rule == "breakdown" else f"{POOL}.{rule}"
    assert chosen_engine(world, Engine.AUTO) == (Engine.SIMPY, f"not compiled because of {field} ({said})")
    with pytest.raises(ScenarioError) as error:
        chosen_engine(world, Engine.COMPILED)
    (fault,) = error.value.faults
    assert (fault.field, fault.value) == (field, said)
    assert "simpy" in fault.mend


def test_all_that_is_not_known_is_told_at_once() -> None:
    world = queue(discipline=Discipline.PREEMPTIVE, at_shift_end=AtEnd.HAND_OVER)
    assert [fault.field for fault in supported(world)] == [f"{POOL}.discipline", f"{POOL}.at_shift_end"]
    reason = f"not compiled because of {POOL}.discipline (preemptive) and 1 more"
    assert chosen_engine(world, Engine.AUTO) == (Engine.SIMPY, reason)


def test_a_field_that_nobody_thought_of_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    handled = support.HANDLED | {Phase: support.HANDLED[Phase] - {"p"}}
    world = queue()
    (pathway,) = world.pathways
    sometimes = replace(pathway.phases[0], p=Graded((0.5,)))
    monkeypatch.setattr(support, "HANDLED", handled)
    assert supported(world) == []
    (fault,) = supported(replace(world, pathways=(replace(pathway, phases=(sometimes,)),)))
    assert fault.field == "pathways.visit.visit.p"


def test_without_numba_stories_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(support, "find_spec", lambda name: None)
    assert chosen_engine(queue(), Engine.AUTO) == (Engine.SIMPY, "not compiled because of numba (not installed)")


def test_every_shipped_world_runs_compiled() -> None:
    (cell,) = compose([])
    assert supported(check(cell.settings)) == []


def test_the_engine_changes_no_identity() -> None:
    usual, asked = (compose(overrides)[0] for overrides in ([], ["run.engine=simpy"]))
    assert asked.settings.run.engine is Engine.SIMPY
    assert configuration_hash(usual.resolved) == configuration_hash(asked.resolved)
    assert usual.resolved != asked.resolved
