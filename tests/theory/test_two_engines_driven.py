"""Two engines, one world of ambulances: the same trace, whatever table of destinations a policy publishes."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.contract import DispatchDecision, DispatchView, Policies
from sim.destinations import DispatchRules
from sim.distributions import Drive, Exponential
from sim.engine import Engine
from sim.graded import Graded
from sim.pathway import Pathway, Step
from sim.patience import Patience, Returns
from sim.run import Run, simulate
from sim.scenario import Scenario
from sim.streams import Replication
from tests.ambulances import ambulance_city
from tests.small_worlds import POLICIES

pytestmark = pytest.mark.theory

TABLES = ("patients", "levels", "decisions")
SAME = ["arrived", "zone", "acuity_true", "chosen_hospital"]


@dataclass
class Restless:
    """Publish other shares at every review, some of which are none."""

    seed: int

    def decide(self, view: DispatchView) -> DispatchDecision:
        random = np.random.default_rng([self.seed, int(view.now_min), int(view.on_way.sum())])
        shares = random.integers(0, 3, (len(view.facts.zone_ids), 5, len(view.facts.hospital_ids))).astype(float)
        total = shares.sum(axis=2, keepdims=True)
        return DispatchDecision(share=np.divide(shares, total, out=shares, where=total > 0))


@st.composite
def worlds(draw: st.DrawFn) -> Scenario:
    """Draw a city of ambulances: fleets, spaces, shared or not, with patience and returns."""
    place = draw(st.sampled_from(["ambulance", "ambulance@south"]))
    scenario = ambulance_city(draw(st.integers(1, 4)), draw(st.integers(1, 4)), place)
    conveyance, emergency = scenario.pathways[0].phases
    drive = Step("drive", Graded((Drive(draw(st.sampled_from([0.0, 1.0, 2.5])), Exponential(9.0)),)))
    p = draw(st.sampled_from([0.4, 1.0]))
    conveyance = replace(conveyance, steps=(drive,), p=Graded((p,)), cleaning=Graded((Exponential(5.0),)))
    care = Step("care", Graded((Exponential(draw(st.sampled_from([20.0, 60.0]))),)))
    return replace(
        scenario,
        pathways=(Pathway("visit", (conveyance, replace(emergency, steps=(care,)))),),
        dispatch=DispatchRules(draw(st.sampled_from([20.0, 45.0]))),
        patience=Patience(never_leaves_share=0.3, mean_min=40.0),
        returns=Returns(p=0.3, p_unseen=0.5, within=Exponential(90.0)) if draw(st.booleans()) else None,
    ).checked()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds(), st.integers(0, 9), st.integers(0, 9))
def test_any_table_leaves_the_same_trace(scenario: Scenario, seed: int, index: int) -> None:
    stories, compiled = (_run(scenario, seed, index, engine) for engine in (Engine.SIMPY, Engine.COMPILED))
    assert stories.trace_hash == compiled.trace_hash
    assert stories.day_hashes == compiled.day_hashes
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(stories, table), getattr(compiled, table))


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds(), st.integers(0, 9))
def test_needs_are_blind_to_where_patients_are_driven(scenario: Scenario, seed: int) -> None:
    """Who is driven elsewhere differs by the way alone, and everybody calls and chooses as before."""
    scenario = replace(scenario, returns=None)
    here, elsewhere = (_run(scenario, one, 0, Engine.COMPILED).patients for one in (seed, None))
    drive, city = scenario.pathways[0].phases[0].steps[0].duration.values[0], scenario.city
    assert isinstance(drive, Drive)
    assert city.zone_travel_min is not None
    pd.testing.assert_frame_equal(here[SAME], elsewhere[SAME])
    zones = here["zone"].cat.codes
    ways = [city.zone_travel_min[zones, one["hospital"].cat.codes] for one in (here, elsewhere)]
    drives = [one["conveyance.drive_ended"] - one["conveyance.drive_started"] for one in (here, elsewhere)]
    change = drives[0] - drives[1] - drive.factor * (ways[0] - ways[1])
    assert np.nan_to_num(change.to_numpy()) == pytest.approx(0.0, abs=1e-5)


def _run(scenario: Scenario, seed: int | None, index: int, engine: Engine) -> Run:
    dispatch = None if seed is None else Restless(seed)
    policies = Policies(POLICIES.triage, POLICIES.transfer, dispatch=dispatch)
    return simulate(scenario, policies, Replication(index, 4), engine)
