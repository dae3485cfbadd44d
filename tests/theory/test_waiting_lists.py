"""Waiting lists keep their laws in any small world: nobody is lost or called twice, no day is overbooked."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.admission import FirstCome, MostUrgent
from sim.admission_rules import AdmissionRules
from sim.contract import AdmissionDecision, AdmissionView
from sim.distributions import Exponential, Fixed, Lognormal
from sim.engine import Engine
from sim.run import Run, simulate
from sim.scenario import Scenario
from sim.streams import Replication
from tests.golden.trace import golden_world
from tests.small_worlds import POLICIES
from tests.waiting_lists import DAY, a_list_world

pytestmark = pytest.mark.theory


class Reckless:
    """Call everybody, those who are called too, for moments that make little sense."""

    def decide(self, view: AdmissionView) -> AdmissionDecision:
        n = len(view.patient)
        at_min = view.moment_min(1, 0.0) + 240.0 + 97.0 * np.arange(n)
        return AdmissionDecision(patient=np.repeat(view.patient, 2), at_min=np.repeat(at_min, 2))


MEMBERS = (FirstCome(), FirstCome(minds_beds=False), MostUrgent(), Reckless())


@st.composite
def list_worlds(draw: st.DrawFn) -> Scenario:
    """Draw a theatre, a ward and a list of patients, under any rules."""
    rules = AdmissionRules(
        review_every_min=draw(st.sampled_from([DAY, 2 * DAY, 333.0])),
        first_min=draw(st.sampled_from([0.0, 60.0, 720.0])),
        horizon_days=draw(st.integers(2, 5)),
        notice_days=draw(st.integers(0, 1)),
        most_booked_share=draw(st.sampled_from([0.6, 1.0, 1.5])),
        most_overrun_min=draw(st.sampled_from([0.0, 30.0])),
        retry_min=draw(st.sampled_from([10.0, 37.0])),
        midnight_min=draw(st.sampled_from([0.0, 300.0])),
        due_days=(1.0, 1.0, 2.0, 20.0, 20.0),
    )
    return a_list_world(
        case=draw(st.sampled_from([Fixed(60.0), Lognormal(60.0, 40.0), Exponential(45.0)])),
        stay=draw(st.sampled_from([Fixed(0.0), Exponential(DAY), Lognormal(2 * DAY, DAY)])),
        theatres=draw(st.integers(1, 2)),
        beds=draw(st.integers(1, 9)),
        at_start=draw(st.integers(1, 9)),
        per_hour=draw(st.sampled_from([0.0, 0.1, 0.3])),
        rules=rules,
        n_days=draw(st.sampled_from([3.0, 8.0])),
    )


def runs_of(world: Scenario, member: object, replication: int) -> tuple[Run, Run]:
    policies = replace(POLICIES, admission=member)  # type: ignore[arg-type]
    where = Replication(replication, 4)
    return simulate(world, policies, where, Engine.SIMPY), simulate(world, policies, where, Engine.COMPILED)


@given(world=list_worlds(), member=st.sampled_from(MEMBERS), replication=st.integers(0, 3))
@settings(max_examples=50, deadline=None)
def test_lists_keep_their_laws_on_both_engines(world: Scenario, member: object, replication: int) -> None:
    stories, compiled = runs_of(world, member, replication)
    assert stories.trace_hash == compiled.trace_hash
    for table in ("patients", "levels", "decisions", "lists", "list_events"):
        pd.testing.assert_frame_equal(getattr(stories, table), getattr(compiled, table))
    assert lawless(world, stories) == []


def lawless(world: Scenario, run: Run) -> list[str]:
    """List the laws that a run breaks."""
    found = []
    lists, events = run.lists.set_index("patient"), run.list_events
    came, cancelled, called = (events[events["event"] == kind] for kind in ("came", "cancelled", "called"))
    if came["patient"].duplicated().any():
        found.append("nobody comes twice")
    if sorted(run.patients["patient"]) != sorted(came["patient"][came["time_min"] < world.horizon.end_min]):
        found.append("who comes, and nobody else, has a journey")
    if (lists.loc[came["patient"], "came_min"].to_numpy() != came["time_min"].to_numpy()).any():
        found.append("a journey begins when the patient comes")
    if (came["time_min"] < came["at_min"]).any():
        found.append("nobody comes before the time of the call")
    ends = came["patient"].value_counts().add(cancelled["patient"].value_counts(), fill_value=0)
    open_calls = called["patient"].value_counts().sub(ends, fill_value=0)
    if not open_calls.isin((0, 1)).all():
        found.append("nobody is called who is called already")
    if (lists["came_min"] < lists["referred_min"]).any():
        found.append("nobody comes before the referral")
    beds = run.levels[run.levels["pool"] == "bed"]
    if (beds["queue_min"] > 0).any():
        found.append("nobody who comes waits for a bed")
    return found


@given(world=list_worlds(), member=st.sampled_from(MEMBERS), replication=st.integers(0, 3))
@settings(max_examples=25, deadline=None)
def test_no_day_is_booked_beyond_its_rule(world: Scenario, member: object, replication: int) -> None:
    """The calls accepted for a day, cancelled ones taken out at once, never exceed the minutes that may be booked."""
    seen: list[AdmissionView] = []

    class Watched:
        def decide(self, view: AdmissionView) -> AdmissionDecision:
            seen.append(view)
            return member.decide(view)  # type: ignore[attr-defined, no-any-return]

    simulate(world, replace(POLICIES, admission=Watched()), Replication(replication, 4))
    for view in seen:
        most = view.rostered.sum(axis=3) * 60.0 * view.facts.most_booked_share
        assert (view.booked_min <= most + 1e-6).all()


def test_a_lawless_run_would_be_noticed() -> None:
    world = a_list_world(at_start=2)
    run, _ = runs_of(world, FirstCome(), 0)
    assert lawless(world, run) == []
    twice = pd.concat((run.list_events, run.list_events[run.list_events["event"] == "came"]))
    assert "nobody comes twice" in lawless(world, replace(run, list_events=twice))
    lost = run.list_events[run.list_events["patient"] != 0]
    assert "who comes, and nobody else, has a journey" in lawless(world, replace(run, list_events=lost))


def test_policies_meet_the_same_patients() -> None:
    world = a_list_world(case=Lognormal(60.0, 40.0), per_hour=0.2, n_days=9.0)
    first, urgent = (runs_of(world, member, 1)[0] for member in (FirstCome(), MostUrgent()))
    columns = ["patient", "acuity", "referred_min", "due_min"]
    pd.testing.assert_frame_equal(first.lists[columns], urgent.lists[columns])


def test_a_list_beside_them_changes_nothing_for_those_who_come_by_themselves() -> None:
    """Patients who are not listed keep their draws, and, as long as nobody is called, every moment."""
    scenario, policies = golden_world()
    listed = a_list_world(at_start=5, per_hour=0.1)
    hospitals = (
        replace(
            scenario.city.hospitals[0], pools=(*scenario.city.hospitals[0].pools, *listed.city.hospitals[0].pools[:1])
        ),
        *scenario.city.hospitals[1:],
    )
    ward = replace(listed.pathways[0].phases[0], name="after", place=None)
    world = replace(
        scenario,
        city=replace(scenario.city, hospitals=hospitals),
        pathways=(*scenario.pathways, replace(listed.pathways[0], phases=(ward,))),
        conditions=(*scenario.conditions, *listed.conditions),
        sources=(*scenario.sources, *listed.sources),
    ).checked()
    alone = simulate(scenario, policies, Replication(2, 20261122))
    beside = simulate(world, policies, Replication(2, 20261122))
    marks = [name for name in alone.patients.columns if name in beside.patients.columns and name != "source"]
    mine = beside.patients[beside.patients["source"] != "hips"][marks]
    pd.testing.assert_frame_equal(mine.astype(object), alone.patients[marks].astype(object))
    assert beside.lists["came_min"].isna().all()
