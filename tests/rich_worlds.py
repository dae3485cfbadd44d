"""Let hypothesis furnish small cities with everything that happens at the edge: rooms, outages, cleaning, returns."""

from dataclasses import replace

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from sim.city import AtEnd, Breakdown, City, Crew, Kind, Maintenance, Pool
from sim.cohort import Cohort
from sim.distributions import Exponential, Fixed
from sim.faults import ScenarioError
from sim.pathway import Balking, Graded, Pathway, Phase, Step
from sim.patience import Deterioration, Returns
from sim.scenario import Scenario
from tests.random_worlds import STAFF, durations, scenarios

HOSPITALS = ("h0", "h1", "h2")
BALKING = (Balking((0,), (0.5,)), Balking((1, 3), (0.2, 0.9)))
BREAKDOWNS = (
    Breakdown(Exponential(200.0), Exponential(50.0), None, AtEnd.FINISH),
    Breakdown(Exponential(100.0), Fixed(30.0), "fitters", AtEnd.FINISH),
)
MAINTENANCE = (Maintenance(60.0, 300.0, 45.0), Maintenance(0.0, 120.0, 60.0, 2))

some_durations = st.none() | st.builds(lambda one: Graded((one,)), durations)


@st.composite
def pools(draw: st.DrawFn, pool: Pool) -> Pool:
    """Return a pool with a room to wait in, or with units that fail and are maintained."""
    if pool.kind is Kind.PLACE:
        return replace(pool, waiting_room=draw(st.none() | st.integers(0, 3)))
    breakdown = draw(st.none() | st.sampled_from(BREAKDOWNS))
    return replace(pool, breakdown=breakdown, maintenance=draw(st.lists(st.sampled_from(MAINTENANCE), max_size=1)))


@st.composite
def steps(draw: st.DrawFn, step: Step, ids: tuple[str, ...]) -> Step:
    """Return a step with alternatives, some of them elsewhere, and units that are cleaned."""
    codes = st.sampled_from(STAFF + tuple(f"{code}@{one}" for code in STAFF for one in ids))
    choice = st.lists(codes, min_size=1, max_size=2, unique_by=lambda code: code.partition("@")[0]).map(tuple)
    choices = draw(st.lists(choice, max_size=2))
    cleaning = draw(some_durations) if step.needs else None
    travels = bool(step.needs) and draw(st.booleans())
    return replace(step, or_needs=tuple(choices) if step.needs else (), cleaning=cleaning, travels=travels)


@st.composite
def phases(draw: st.DrawFn, phase: Phase, ids: tuple[str, ...]) -> Phase:
    """Return a phase with all its steps changed, and waits in which more may happen."""
    changed = replace(phase, steps=tuple(draw(steps(step, ids)) for step in phase.steps))
    if phase.place is None:
        return changed
    return replace(
        changed,
        may_worsen=draw(st.booleans()),
        balks=draw(st.none() | st.sampled_from(BALKING)),
        move=draw(some_durations),
        cleaning=draw(some_durations),
    )


@st.composite
def rich_scenarios(draw: st.DrawFn) -> Scenario:
    """Return a checked scenario in which anything may happen that both engines know."""
    plain = draw(scenarios())
    ids = HOSPITALS[: len(plain.city.hospitals)]
    hospitals = tuple(
        replace(one, pools=tuple(draw(pools(pool)) for pool in one.pools)) for one in plain.city.hospitals
    )
    city: City = replace(plain.city, hospitals=hospitals, crews=(Crew("fitters", 1),))
    pathways = tuple(
        Pathway(one.name, tuple(draw(phases(phase, ids)) for phase in one.phases)) for one in plain.pathways
    )
    rich = replace(
        plain,
        city=city,
        pathways=pathways,
        deterioration=draw(st.none() | st.just(Deterioration(0.7, 20.0))),
        returns=draw(st.none() | st.just(Returns(0.3, 0.6, Exponential(300.0)))),
    )
    try:
        return rich.checked()
    except ScenarioError:
        assume(False)
        raise


def at_full_minutes(cohort: Cohort) -> Cohort:
    """Return the cohort with times that often coincide, so that the order within an instant decides."""
    return replace(
        cohort,
        arrived_min=np.floor(cohort.arrived_min / 30.0) * 30.0,
        minutes=np.where(cohort.minutes > 0, np.floor(cohort.minutes / 10.0) * 10.0, cohort.minutes),
        patience_min=np.floor(cohort.patience_min / 10.0) * 10.0,
        worsens_min=None if cohort.worsens_min is None else np.floor(cohort.worsens_min / 10.0) * 10.0,
    )
