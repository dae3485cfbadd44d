"""Laws that hold in every city, whoever decides."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.city import City, Hospital, Pool
from sim.cohort import draw_cohort
from sim.contract import Policies, TransferDecision, TransferView
from sim.layout import Layout
from sim.run import Run, simulate
from sim.scenario import Information, Patience, Scenario, Sight
from sim.streams import Replication
from tests.random_worlds import scenarios
from tests.small_worlds import POLICIES, KnowTruth
from tests.two_hospitals import Moved, Patient, Stock, two_hospitals

pytestmark = pytest.mark.theory

MANY = 10_000


class Anywhere:
    """Send every boarder to the next hospital in the list, whether that makes sense or not."""

    def decide(self, view: TransferView) -> TransferDecision:
        n = len(view.city.hospital_ids)
        return TransferDecision(view.patient, (view.hospital + 1) % n)


RESTLESS = Policies(triage=KnowTruth(), transfer=Anywhere())
policies = st.sampled_from([POLICIES, RESTLESS])
replications = st.builds(Replication, st.integers(0, 5), st.integers(0, 5))
busy_worlds = settings(max_examples=60, deadline=None)


@busy_worlds
@given(scenarios(), policies, replications)
def test_everyone_who_came_has_left_or_is_inside(scenario: Scenario, who: Policies, replication: Replication) -> None:
    run = simulate(scenario, who, replication)
    departed = run.patients["departed"].notna()
    assert ((run.patients["outcome"] == "inside") == ~departed).all()
    marks = run.patients[list(Layout.of(scenario).marks)]
    assert marks["arrived"].notna().all()
    assert (marks.max(axis=1) < scenario.horizon.end_min).all()
    assert (run.patients["departed"][departed] == marks[departed].max(axis=1)).all()


@busy_worlds
@given(scenarios(), policies, replications)
def test_nobody_is_in_two_places_and_no_pool_is_overfull(
    scenario: Scenario, who: Policies, replication: Replication
) -> None:
    run = simulate(scenario, who, replication)
    entered, left = run.patients["emergency_entered"], run.patients["emergency_left"]
    assert (left.dropna() >= entered[left.notna()]).all()
    assert (run.patients["ward_entered"].dropna() >= left[run.patients["ward_entered"].notna()]).all()
    for hospital in scenario.city.hospitals:
        beds = hospital.pool("bed")
        assert beds is not None
        assert most_at_once(run, hospital.id) <= beds.establishment


def most_at_once(run: Run, hospital: str) -> int:
    """Return the most patients who were in ward beds of a hospital at one moment."""
    mine = run.patients[(run.patients["final_hospital"] == hospital) & run.patients["ward_entered"].notna()]
    come = pd.Series(1, index=mine["ward_entered"])
    go = pd.Series(-1, index=mine["ward_left"].dropna())
    steps = pd.concat([go, come]).sort_index(kind="stable")
    return int(steps.groupby(level=0).sum().cumsum().max()) if len(steps) else 0


class FillUp:
    """Send every boarder to the other hospital, as long as the news shows an open bed there."""

    def decide(self, view: TransferView) -> TransferDecision:
        there = 1 - view.hospital
        wanted = ~(view.free[there, view.place] == 0)
        return TransferDecision(view.patient[wanted], there[wanted])


crowds = st.lists(
    st.builds(
        Patient,
        arrived=st.integers(0, 300).map(float),
        acuity=st.integers(1, 5),
        hospital=st.sampled_from([0, 0, 0, 1]),
        ward=st.sampled_from([30.0, 100.0, 400.0]),
    ),
    min_size=5,
    max_size=40,
)


@given(crowds, st.integers(2, 12), st.sampled_from([0.5, 0.7, 0.85, 1.0]), st.sampled_from(Sight))
@settings(max_examples=150, deadline=None)
def test_a_transfer_never_lifts_a_receiver_above_its_cap(
    crowd: list[Patient], n_beds: int, cap_share: float, sight: Sight
) -> None:
    world = two_hospitals(Stock(ed_space=50, beds=(2, n_beds)), Information(sight, 60.0))
    world = replace(world, transfers=replace(world.transfers, crews=9, receiving_cap_share=cap_share))
    crowd = sorted(crowd, key=lambda patient: patient.arrived)
    moved = Moved(world, crowd, Policies(triage=KnowTruth(), transfer=FillUp()))
    for row in moved.network.log.transfers:
        if not row.refusal:
            assert beds_taken(moved, row.destination, row.time_min) <= cap_share * (2, n_beds)[row.destination]


def beds_taken(moved: Moved, hospital: int, time_min: float) -> int:
    """Count the ward beds of a hospital that patients lie in, or that are kept for patients on their way."""
    made = {row.patient: row for row in moved.network.log.transfers if not row.refusal}
    taken = 0
    for k, (entered, left) in enumerate(zip(moved.mark("ward_entered"), moved.mark("ward_left"), strict=True)):
        here = made[k].destination if k in made else moved.patients[k].hospital
        since = made[k].time_min if k in made else entered
        taken += here == hospital and since <= time_min and not left <= time_min
    return taken


@busy_worlds
@given(scenarios(), policies, replications)
def test_levels_stay_within_what_exists(scenario: Scenario, who: Policies, replication: Replication) -> None:
    levels = simulate(scenario, who, replication).levels
    slack = 1e-6
    assert (levels["busy_min"] <= levels["duty_min"] + slack).all()
    assert (levels[["busy_min", "queue_min", "overtime_min"]] >= -slack).all(axis=None)
    establishment = {(h.id, p.code): p.establishment for h in scenario.city.hospitals for p in h.pools}
    most = pd.Series([60.0 * establishment[key] for key in zip(levels["hospital"], levels["pool"], strict=True)])
    assert (levels["busy_min"] <= most + slack).all()


@busy_worlds
@given(scenarios(), replications)
def test_the_same_replication_leaves_the_same_trace(scenario: Scenario, replication: Replication) -> None:
    first, second = (simulate(scenario, RESTLESS, replication) for _ in range(2))
    assert first.trace_hash == second.trace_hash
    pd.testing.assert_frame_equal(first.levels, second.levels)


@busy_worlds
@given(scenarios(), replications)
def test_without_scarcity_a_stay_is_the_sum_of_its_durations(scenario: Scenario, replication: Replication) -> None:
    plenty = with_pools(scenario, lambda pool: replace(pool, levels=(MANY,)))
    run = simulate(replace(plenty, patience=Patience()), POLICIES, replication)
    minutes = draw_cohort(plenty, replication).minutes
    gone = run.patients["departed"].notna().to_numpy()
    stay = (run.patients["departed"] - run.patients["arrived"]).to_numpy()
    assert np.array_equal(stay[gone], np.where(minutes >= 0, minutes, 0.0).sum(axis=1)[gone])


@busy_worlds
@given(scenarios(), replications)
def test_another_hospital_or_pool_changes_nobodys_draws(scenario: Scenario, replication: Replication) -> None:
    city = scenario.city
    n = len(city.hospitals)
    new = Hospital("new", "New", 0, 0, city.hospitals[0].pools)
    wider = City(
        city.name,
        (*city.hospitals, new),
        city.zones,
        np.full((n + 1, n + 1), 10.0),
        np.hstack([city.choice_share, np.zeros((len(city.zones), 1))]),
    )
    richer = with_pools(replace(scenario, city=wider), lambda pool: replace(pool, levels=(3,)))
    before, after = draw_cohort(scenario, replication), draw_cohort(richer, replication)
    for column in ("arrived_min", "hospital", "condition", "acuity", "patience_min", "enters", "minutes"):
        assert np.array_equal(getattr(before, column), getattr(after, column)), column


def with_pools(scenario: Scenario, change: Callable[[Pool], Pool]) -> Scenario:
    """Return the scenario with every pool changed."""
    hospitals = tuple(replace(h, pools=tuple(change(pool) for pool in h.pools)) for h in scenario.city.hospitals)
    return replace(scenario, city=replace(scenario.city, hospitals=hospitals))
