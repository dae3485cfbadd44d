"""Laws of lending staff that hold in every city, whoever decides, and on both engines."""

from dataclasses import replace
from math import ceil

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from policies.staffing import FloatPool, MostLoaded
from sim.city import Kind
from sim.contract import Policies, StaffingDecision, StaffingView
from sim.engine import Engine
from sim.loan_rules import LoanRules
from sim.loans import staff_roles
from sim.run import Run, simulate
from sim.scenario import Scenario
from sim.streams import Replication
from tests.random_worlds import scenarios
from tests.rich_worlds import rich_scenarios
from tests.small_worlds import KnowTruth, Stay

pytestmark = pytest.mark.theory

FIRST = Replication(0, 20261122)
TABLES = ("patients", "levels", "decisions", "loans")
busy_worlds = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


class Restless:
    """Ask for one or two of every role from every hospital to the next in the list, allowed or not."""

    def decide(self, view: StaffingView) -> StaffingDecision:
        n, roles = view.facts.offered.shape
        lender, role = (index.ravel() for index in np.indices((n, roles)))
        units = 1 + (lender + role + int(view.now_min)) % 2
        return StaffingDecision(lender, (lender + 1) % max(n, 1), role, units)


rules = st.builds(
    LoanRules,
    review_every_min=st.sampled_from([120.0, 300.0, 480.0]),
    first_min=st.sampled_from([0.0, 30.0, 360.0]),
    lead_min=st.sampled_from([0.0, 60.0, 45.5]),
    shift_min=st.sampled_from([240.0, 480.0, 61.25]),
    kept_share=st.sampled_from([0.0, 0.5, 0.75]),
    kept_least=st.integers(0, 1),
)
members = st.sampled_from([Restless, MostLoaded, lambda: FloatPool(history_weeks=0, unsafe_cost=1e4)])


@st.composite
def runs(draw: st.DrawFn) -> tuple[Scenario, Run]:
    """Return a city of hospitals that lend staff, and two days of it."""
    scenario = replace(draw(scenarios()), loans=draw(rules))
    return scenario, simulate(scenario, lending(draw(members)()), FIRST)


def lending(member: Restless | MostLoaded | FloatPool) -> Policies:
    return Policies(KnowTruth(), Stay(), staffing=member)


@busy_worlds
@given(runs())
def test_nobody_works_who_is_not_on_duty(drawn: tuple[Scenario, Run]) -> None:
    _, run = drawn
    assert (run.levels["busy_min"] + run.levels["cleaning_min"] <= run.levels["duty_min"]).all()
    assert (run.levels["duty_min"] >= run.levels["overtime_min"]).all()


@busy_worlds
@given(runs())
def test_whom_one_hospital_lends_the_others_have_but_for_the_road(drawn: tuple[Scenario, Run]) -> None:
    scenario, run = drawn
    end_min = scenario.horizon.end_min
    loans = run.loans[run.loans["refusal"] == ""]
    road_min = loans["units"] * (
        np.minimum(loans["starts_min"] + loans["travel_min"], end_min) - np.minimum(loans["starts_min"], end_min)
    )
    for role in staff_roles(scenario):
        rows = run.levels[run.levels["pool"] == role]
        rostered = sum(pool.hourly[:48].sum() * 60 for one in scenario.city.hospitals if (pool := one.pool(role)))
        there = (rows["duty_min"] - rows["overtime_min"]).sum()
        assert there == rostered - road_min[loans["role"] == role].sum()


@busy_worlds
@given(runs())
def test_every_lender_keeps_what_the_rules_say_at_every_moment(drawn: tuple[Scenario, Run]) -> None:
    scenario, run = drawn
    loans = run.loans[run.loans["refusal"] == ""]
    moments = sorted({*loans["starts_min"], *(60.0 * hour for hour in range(60))})
    for (lender, role), mine in loans.groupby(["lender", "role"], observed=True):
        hospital = next(one for one in scenario.city.hospitals if one.id == lender)
        pool = hospital.pool(role)
        assert pool
        assert pool.kind is Kind.STAFF
        assert hospital.agreed
        for moment in moments:
            away = mine["units"][(mine["starts_min"] <= moment) & (mine["ends_min"] > moment)].sum()
            rostered = int(pool.hourly[int(moment // 60) % 168])
            kept = max(ceil(scenario.loans.kept_share * rostered), scenario.loans.kept_least)
            assert not away or rostered - away >= kept


@busy_worlds
@given(st.one_of(scenarios(), rich_scenarios()), rules, members)
def test_both_engines_lend_alike(scenario: Scenario, of: LoanRules, member: type[Restless]) -> None:
    lent = replace(scenario, loans=of)
    stories, compiled = (simulate(lent, lending(member()), FIRST, one) for one in (Engine.SIMPY, Engine.COMPILED))
    assert stories.trace_hash == compiled.trace_hash
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(stories, table), getattr(compiled, table))


@pytest.mark.parametrize("refusal", ["", "lender needs its staff"])
def test_these_worlds_put_the_laws_to_the_test(refusal: str) -> None:
    """Some loans are made, and some are refused because the lender keeps its staff."""
    # Which worlds are drawn depends on the modules that are loaded, so the search goes on until it finds one.
    until_found = settings(busy_worlds, max_examples=5000, phases=[Phase.generate], database=None)
    find(runs(), lambda drawn: bool((drawn[1].loans["refusal"] == refusal).any()), settings=until_found)
