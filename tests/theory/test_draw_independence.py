"""Whatever is added to a city, everybody who is there already draws the same numbers, bit for bit."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.arrivals import Burst, Scheduled
from sim.choices import Choice
from sim.city import Kind, Pool
from sim.cohort import Cohort, draw_cohort
from sim.distributions import Exponential
from sim.graded import OTHERWISE, Axis, Graded
from sim.layout import Layout
from sim.pathway import Pathway, Phase, Step
from sim.scenario import Condition, Scenario, Source
from sim.streams import Replication
from tests.chosen_worlds import chosen_scenarios

pytestmark = pytest.mark.theory

worlds = settings(max_examples=40, deadline=None)
replications = st.builds(Replication, st.integers(0, 5), st.integers(0, 5))
PLACES = {"enters", "minutes"}
HALF = Graded((0.5,))
EVERY_HOUR = Graded((Exponential(60.0),))


def ordinary(cohort: Cohort) -> Cohort:
    """Return the visits that are no returns."""
    assert cohort.returns_of is not None
    return cohort.taken(np.flatnonzero(cohort.returns_of < 0))


def columns_of(scenario: Scenario, cohort: Cohort) -> dict[str, np.ndarray]:
    """Return all columns by name, one for each phase and step."""
    layout = Layout.of(scenario)
    named = {f.name: getattr(cohort, f.name) for f in fields(Cohort) if f.name not in PLACES | {"attributes"}}
    phases = {f"{name} is entered": cohort.enters[:, i] for name, i in layout.phase_index.items()}
    slots = {f"{name} takes": cohort.minutes[:, i] for name, i in layout.slot_index.items()}
    attributes = {one.name: np.asarray(cohort.attributes)[:, i] for i, one in enumerate(scenario.attributes)}
    return {name: column for name, column in (named | phases | slots | attributes).items() if column is not None}


def unchanged(before: tuple[Scenario, Cohort], after: tuple[Scenario, Cohort]) -> None:
    """Assert that every column of before is there after, with the same numbers."""
    later = columns_of(*after)
    for name, column in columns_of(*before).items():
        assert np.array_equal(column, later[name]), name


def with_steps(scenario: Scenario, *steps: Step, choice: Choice | None = None) -> Scenario:
    """Return the scenario with steps before all others of every emergency phase, and a choice made first."""
    pathways = []
    for pathway in scenario.pathways:
        door, emergency, ward = pathway.phases
        emergency = replace(emergency, steps=(*steps, *emergency.steps))
        choices = pathway.choices if choice is None else (choice, *pathway.choices)
        pathways.append(replace(pathway, phases=(door, emergency, ward), choices=choices))
    return replace(scenario, pathways=tuple(pathways)).checked()


@worlds
@given(chosen_scenarios(), replications, st.sampled_from([None, Burst(60.0, 40.0, 30.0), Scheduled((5.0, 700.0))]))
def test_another_source(scenario: Scenario, replication: Replication, pattern: Burst | Scheduled | None) -> None:
    new = Source("new", ("b",), np.ones(1), np.full(168, 3.0), zone=0, at_start=2, pattern=pattern)
    wider = replace(scenario, sources=(new, *scenario.sources)).checked()
    before, after = draw_cohort(scenario, replication), draw_cohort(wider, replication)
    others = after.taken(np.flatnonzero(after.source > 0))
    assert others.n_patients < after.n_patients
    assert others.returns_of is not None
    assert before.returns_of is not None
    returns = others.returns_of >= 0
    parents = np.searchsorted(np.flatnonzero(after.source > 0), others.returns_of[returns])
    assert np.array_equal(parents, before.returns_of[before.returns_of >= 0])
    others = replace(others, source=others.source - 1, returns_of=before.returns_of)
    unchanged((scenario, before), (wider, others))


@worlds
@given(chosen_scenarios(), replications)
def test_another_pool(scenario: Scenario, replication: Replication) -> None:
    spare = Pool("spare", Kind.EQUIPMENT, (1,))
    hospitals = tuple(replace(one, pools=(spare, *one.pools)) for one in scenario.city.hospitals)
    richer = replace(scenario, city=replace(scenario.city, hospitals=hospitals)).checked()
    unchanged((scenario, draw_cohort(scenario, replication)), (richer, draw_cohort(richer, replication)))


@worlds
@given(chosen_scenarios(), replications)
def test_another_step(scenario: Scenario, replication: Replication) -> None:
    longer = with_steps(scenario, Step("new", EVERY_HOUR, p=HALF))
    unchanged((scenario, draw_cohort(scenario, replication)), (longer, draw_cohort(longer, replication)))


@worlds
@given(chosen_scenarios(), replications)
def test_another_branch(scenario: Scenario, replication: Replication) -> None:
    fork = Choice("fork", ("left", "right"), (HALF, HALF))
    taken = [Graded((1.0, 0.0), (Axis("fork", (side, OTHERWISE)),)) for side in fork.options]
    steps = [Step(side, EVERY_HOUR, p=p) for side, p in zip(fork.options, taken, strict=True)]
    forked = with_steps(scenario, *steps, choice=fork)
    after = draw_cohort(forked, replication)
    unchanged((scenario, draw_cohort(scenario, replication)), (forked, after))
    layout = Layout.of(forked)
    left, right = (after.minutes[:, layout.slot_index[f"emergency.{side}"]] >= 0 for side in fork.options)
    assert np.array_equal(left ^ right, after.enters[:, layout.phase_index["emergency"]])


@worlds
@given(chosen_scenarios(), replications)
def test_another_pathway_condition_and_attribute(scenario: Scenario, replication: Replication) -> None:
    extra = Pathway("extra", (Phase("ward", (Step("stay", EVERY_HOUR),), "bed"), Phase("home", ())))
    age = Choice("age", ("young", "old"), (HALF, HALF))
    richer = replace(
        scenario,
        pathways=(*scenario.pathways, extra),
        conditions=(*scenario.conditions, Condition("c", "extra", np.full(5, 0.2))),
        attributes=(age, *scenario.attributes),
    ).checked()
    unchanged((scenario, draw_cohort(scenario, replication)), (richer, draw_cohort(richer, replication)))


@worlds
@given(chosen_scenarios(), replications)
def test_returns_worsening_and_patience_switched_off(scenario: Scenario, replication: Replication) -> None:
    calm = replace(scenario, returns=None, deterioration=None).checked()
    unchanged((calm, draw_cohort(calm, replication)), (scenario, ordinary(draw_cohort(scenario, replication))))


@worlds
@given(chosen_scenarios(), replications)
def test_what_depends_happens_only_after_what_it_depends_on(scenario: Scenario, replication: Replication) -> None:
    cohort, layout = draw_cohort(scenario, replication), Layout.of(scenario)
    happens = {name: cohort.minutes[:, i] >= 0 for name, i in layout.slot_index.items()}
    happens |= {name: cohort.enters[:, i] for name, i in layout.phase_index.items()}
    for p, pathway in enumerate(scenario.pathways):
        mine = cohort.pathway == p
        for phase in pathway.phases:
            if phase.after:
                assert not (happens[phase.name] & ~happens[phase.after] & mine).any()
            for step in phase.steps:
                slot = f"{phase.name}.{step.name}"
                assert not (happens[slot] & ~happens[phase.name] & mine).any()
                if step.after:
                    after = happens.get(f"{phase.name}.{step.after}", happens.get(step.after))
                    assert not (happens[slot] & ~after & mine).any()
