"""Opened hours in any city: both engines leave the same behind, and nothing is opened that is not there."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.equipment import Imaging, OpenWhenLong, OwnUse
from sim.city import Hospital, Kind
from sim.contract import EquipmentDecision, EquipmentView, Policies
from sim.engine import Engine
from sim.openings import OpeningRules
from sim.run import Run, simulate
from sim.scenario import Scenario
from sim.streams import Replication
from tests.random_worlds import scenarios
from tests.small_worlds import POLICIES

pytestmark = pytest.mark.theory

TABLES = ("patients", "levels", "decisions", "openings", "equipment")
any_city = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@dataclass(frozen=True)
class Anything:
    """Ask for units, hours and hospitals that make sense or not; a pure function of the view."""

    seed: int

    def decide(self, view: EquipmentView) -> EquipmentDecision:
        rng = np.random.default_rng([self.seed, int(view.now_min)])
        n, (n_hospitals, n_kinds) = 6, view.facts.units.shape
        hospital, equipment = rng.integers(0, n_hospitals + 1, n), rng.integers(0, n_kinds + 1, n)
        return EquipmentDecision(hospital, equipment, view.hour + rng.integers(0, 12, n), rng.integers(0, 3, n))


def with_scanners(hospital: Hospital) -> Hospital:
    pools = (replace(pool, kind=Kind.EQUIPMENT) if pool.code == "scanner" else pool for pool in hospital.pools)
    return replace(hospital, pools=tuple(pools))


@st.composite
def cities(draw: st.DrawFn) -> Scenario:
    """Return a random city in which scanners are equipment, under any rules of opening."""
    city = draw(scenarios())
    hospitals = tuple(map(with_scanners, city.city.hospitals))
    rules = OpeningRules(
        review_every_min=draw(st.sampled_from([60.0, 45.0, 120.0])),
        opening_notice_min=draw(st.sampled_from([0.0, 60.0, 100.0])),
        horizon_hours=draw(st.sampled_from([4, 10])),
        cost_per_opened_hour=10.0,
        most_extra_units=draw(st.integers(0, 3)),
    )
    return replace(city, city=replace(city.city, hospitals=hospitals), openings=rules).checked()


def decided_by(policy: object) -> Policies:
    return replace(POLICIES, equipment=policy)  # type: ignore[arg-type]


def run(scenario: Scenario, policy: object, engine: Engine = Engine.COMPILED) -> Run:
    return simulate(scenario, decided_by(policy), Replication(0, 20261122), engine)


members = st.one_of(
    st.builds(Anything, st.integers(0, 99)), st.just(OpenWhenLong(longest_queue=0)), st.builds(lambda: Imaging())
)


@any_city
@given(cities(), members)
def test_both_engines_leave_the_same_behind(scenario: Scenario, policy: object) -> None:
    stories, compiled = (run(scenario, policy, engine) for engine in (Engine.SIMPY, Engine.COMPILED))
    assert stories.trace_hash == compiled.trace_hash
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(stories, table), getattr(compiled, table))


@any_city
@given(cities(), st.integers(0, 99))
def test_units_on_duty_are_those_rostered_and_opened_and_never_more_than_exist(scenario: Scenario, seed: int) -> None:
    left = run(scenario, Anything(seed))
    opened = left.openings[left.openings["refusal"] == ""]
    assert opened["cost"].sum() == 10.0 * opened["units"].sum()
    for hospital in scenario.city.hospitals:
        pool = hospital.pool("scanner")
        assert pool
        mine = left.levels[(left.levels["hospital"] == hospital.id) & (left.levels["pool"] == "scanner")]
        added = opened[(opened["hospital"] == hospital.id) & (opened["from_min"] < 60.0 * len(mine))]
        hours = (added["from_min"].to_numpy(dtype=float) // 60.0).astype(np.int64)
        extra = np.bincount(hours, added["units"].to_numpy(dtype=float), len(mine))
        rostered = pool.hourly[: len(mine)] + extra
        np.testing.assert_array_equal(mine["duty_min"] - mine["overtime_min"], 60.0 * rostered)
        assert np.all(rostered <= pool.establishment)
        assert np.all(extra <= scenario.openings.most_extra_units)


@any_city
@given(cities())
def test_who_opens_nothing_changes_nothing(scenario: Scenario) -> None:
    nobody = simulate(scenario, POLICIES, Replication(0, 20261122))
    assert run(scenario, OwnUse()).trace_hash == nobody.trace_hash


@any_city
@given(cities())
def test_a_use_begins_after_it_was_asked_for_and_ends_after_that(scenario: Scenario) -> None:
    uses = run(scenario, OpenWhenLong(longest_queue=0)).equipment
    assert (uses["asked_min"] <= uses["started_min"]).all()
    assert ((uses["started_min"] <= uses["ended_min"]) | uses["ended_min"].isna()).all()
