"""Laws that hold in every city with every behavior: nothing is lost, doubled, or used beyond what exists."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.cohort import draw_cohort
from sim.contract import Policies
from sim.layout import Layout
from sim.network import Network
from sim.outages import Outages
from sim.run import simulate
from sim.scenario import Patience, Scenario
from sim.streams import Replication
from tests.every_behavior import rich_scenarios
from tests.small_worlds import POLICIES
from tests.theory.test_invariants import RESTLESS

pytestmark = pytest.mark.theory

policies = st.sampled_from([POLICIES, RESTLESS])
replications = st.builds(Replication, st.integers(0, 5), st.integers(0, 5))
busy_worlds = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@busy_worlds
@given(rich_scenarios(), policies, replications)
def test_everyone_who_came_has_left_or_is_inside(scenario: Scenario, who: Policies, replication: Replication) -> None:
    patients = simulate(scenario, who, replication).patients
    departed = patients["departed"].notna()
    assert ((patients["outcome"] == "inside") == ~departed).all()
    marks = patients[list(Layout.of(scenario).marks)]
    assert marks["arrived"].notna().all()
    assert (marks.max(axis=1) < scenario.horizon.end_min).all()
    assert (patients["departed"][departed] == marks[departed].max(axis=1)).all()
    unseen = patients["outcome"].isin(["turned_away", "balked", "left_unseen"])
    assert patients.loc[unseen, "departed"].notna().all()
    if "returns_of" in patients:
        again = patients[patients["returns_of"] >= 0]
        before = patients.set_index("patient")["departed"].loc[again["returns_of"]]
        assert (again["arrived"].to_numpy() >= before.to_numpy()).all()


@busy_worlds
@given(rich_scenarios(), policies, replications)
def test_levels_stay_within_what_exists(scenario: Scenario, who: Policies, replication: Replication) -> None:
    levels = simulate(scenario, who, replication).levels
    slack = 1e-6
    columns = ["busy_min", "queue_min", "cleaning_min", "duty_min", "overtime_min"]
    assert (levels[columns] >= -slack).all(axis=None)
    assert (levels["busy_min"] + levels["cleaning_min"] <= levels["duty_min"] + slack).all()
    establishment = {(h.id, p.code): p.establishment for h in scenario.city.hospitals for p in h.pools}
    most = pd.Series([60.0 * establishment[key] for key in zip(levels["hospital"], levels["pool"], strict=True)])
    assert (levels["busy_min"] + levels["cleaning_min"] <= most + slack).all()


@busy_worlds
@given(rich_scenarios(), policies, replications)
def test_in_the_end_every_unit_is_where_its_patients_are(
    scenario: Scenario, who: Policies, replication: Replication
) -> None:
    """Units taken are those in use by somebody inside, being cleaned, or kept: none has got lost on the way."""
    cohort = draw_cohort(scenario, replication)
    network = Network(scenario, cohort, cohort.acuity)
    Outages(network, replication)
    network.run()
    marks = np.frombuffer(network.log.marks).reshape(cohort.n_patients, len(network.layout.marks))
    inside = ~np.isnan(marks[:, 0]) & np.isnan(marks[:, -1])
    if not inside.any() and not any(now_cleaned(network)):
        assert [pool.busy for pool in network.pools] == [0] * len(network.pools)
    exist = [pool.establishment for hospital in scenario.city.hospitals for pool in hospital.pools]
    for pool in network.pools:
        assert 0 <= pool.busy - getattr(pool, "lent", 0) <= exist[pool.index]
        assert pool.queue == sorted(pool.queue)
        assert all(rank[3].rank is rank for rank in pool.queue)
        assert not (pool.level > pool.busy and pool.queue and pool.queue[0][4] is pool), "a free unit and one who waits"


def now_cleaned(network: Network) -> list[bool]:
    """Say of every cleaning whether it goes on at the end."""
    return [until >= network.scenario.horizon.end_min for _, _, until in network.log.usage.cleaning]


@busy_worlds
@given(rich_scenarios(), policies, replications)
def test_the_same_replication_leaves_the_same_trace(
    scenario: Scenario, who: Policies, replication: Replication
) -> None:
    first, second = (simulate(scenario, who, replication) for _ in range(2))
    assert first.trace_hash == second.trace_hash
    pd.testing.assert_frame_equal(first.levels, second.levels)
    pd.testing.assert_frame_equal(first.stock, second.stock)


@busy_worlds
@given(rich_scenarios(), replications)
def test_littles_law_holds_for_every_place(scenario: Scenario, replication: Replication) -> None:
    """Patient-minutes in places, read off the marks, are the integrals of the levels."""
    run = simulate(replace(scenario, patience=Patience(0.5, 30.0)), POLICIES, replication)
    end_min = scenario.horizon.end_min
    inside = 0.0
    for phase in ("emergency", "ward"):
        obtained = "ready" if f"{phase}_ready" in run.patients else "entered"
        began = run.patients[f"{phase}_{obtained}"].fillna(run.patients[f"{phase}_entered"])
        inside += (run.patients[f"{phase}_left"].fillna(end_min) - began).dropna().sum()
    places = run.levels["pool"].isin(["ed_space", "bed", "flexible"])
    assert run.levels.loc[places, "busy_min"].sum() == pytest.approx(inside, abs=1e-6)
