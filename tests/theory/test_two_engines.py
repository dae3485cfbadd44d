"""Two engines, one world: the compiled engine leaves the very trace of the stories."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sim.act import hold_reviews
from sim.cohort import Cohort, draw_cohort
from sim.compiled.support import supported
from sim.contract import Policies, TransferDecision, TransferView
from sim.engine import Engine, in_motion
from sim.levels import hourly_levels
from sim.motion import Motion
from sim.outages import Outages
from sim.run import simulate
from sim.scenario import Scenario
from sim.streams import Replication
from sim.trace import trace_hash
from tests.bench.worlds import emergency_department, ten_servers
from tests.golden.trace import golden_world
from tests.random_worlds import scenarios
from tests.rich_worlds import at_full_minutes, rich_scenarios
from tests.small_worlds import POLICIES, KnowTruth

pytestmark = pytest.mark.theory

FIRST = Replication(0, 20261122)
TABLES = ("patients", "levels", "decisions", "transfers")


class Anywhere:
    """Send every boarder to the next hospital in the list, whether that makes sense or not."""

    def decide(self, view: TransferView) -> TransferDecision:
        return TransferDecision(view.patient, (view.hospital + 1) % len(view.city.hospital_ids))


RESTLESS = Policies(triage=KnowTruth(), transfer=Anywhere())
replications = st.builds(Replication, st.integers(0, 5), st.integers(0, 5))
any_world = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))


def assert_alike(scenario: Scenario, policies: Policies, replication: Replication) -> None:
    """Simulate on both engines and compare everything that is left behind."""
    stories, compiled = (simulate(scenario, policies, replication, one) for one in (Engine.SIMPY, Engine.COMPILED))
    assert stories.trace_hash == compiled.trace_hash
    assert stories.day_hashes == compiled.day_hashes
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(stories, table), getattr(compiled, table))


def moved(scenario: Scenario, cohort: Cohort, engine: Engine) -> Motion:
    motion = in_motion(scenario, cohort, cohort.acuity, engine)
    Outages(motion, FIRST)
    hold_reviews(motion, RESTLESS)
    motion.run()
    return motion


def assert_moved_alike(scenario: Scenario, cohort: Cohort) -> None:
    """Move the cohort on both engines and compare what is left behind, mark by mark."""
    stories, compiled = (moved(scenario, cohort, engine) for engine in (Engine.SIMPY, Engine.COMPILED))
    names = stories.layout.marks
    one, other = np.frombuffer(stories.log.marks), np.frombuffer(compiled.log.marks)
    different = np.flatnonzero(~((one == other) | (np.isnan(one) & np.isnan(other))))[:5].tolist()
    assert not different, [(i // len(names), names[i % len(names)], one[i], other[i]) for i in different]
    assert trace_hash(stories.log) == trace_hash(compiled.log)
    assert stories.log.ended == compiled.log.ended
    pd.testing.assert_frame_equal(*(hourly_levels(one.layout, cohort, one.log) for one in (stories, compiled)))


@pytest.mark.parametrize("world", [ten_servers(3_000), emergency_department(6_000), emergency_department(3_000, 3, 2)])
def test_the_worlds_that_are_timed(world: Scenario) -> None:
    assert_alike(world, POLICIES, FIRST)


def test_the_golden_world() -> None:
    assert_alike(*golden_world(), FIRST)


@any_world
@given(scenarios(), st.sampled_from([POLICIES, RESTLESS]), replications)
def test_random_cities(scenario: Scenario, policies: Policies, replication: Replication) -> None:
    assert_alike(scenario, policies, replication)


@any_world
@given(rich_scenarios(), replications)
def test_random_cities_with_rooms_outages_cleaning_and_returns(scenario: Scenario, replication: Replication) -> None:
    assert not supported(scenario)
    assert_moved_alike(scenario, draw_cohort(scenario, replication))


@any_world
@given(st.one_of(scenarios(), rich_scenarios()), replications)
def test_the_order_within_an_instant(scenario: Scenario, replication: Replication) -> None:
    assert_moved_alike(scenario, at_full_minutes(draw_cohort(scenario, replication)))


@any_world
@given(scenarios(), replications, st.integers(0, 5))
def test_patients_who_do_not_come(scenario: Scenario, replication: Replication, seed: int) -> None:
    cohort = draw_cohort(scenario, replication)
    assume(cohort.n_patients)
    comes = np.random.default_rng(seed).random(cohort.n_patients) < 0.7
    assert_moved_alike(scenario, replace(cohort, comes=comes))
