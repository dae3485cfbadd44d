"""What patients of lists like and how far they come: drawn at the door, seen, kept to or refused, and measured."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments.list_measures import list_rows
from experiments.measure_list import MEASURES
from policies.admission import Appointments, FirstCome
from sim.contract import AdmissionDecision, AdmissionView
from sim.distributions import Fixed, Lognormal
from sim.engine import Engine
from sim.run import Run, drawn, simulate
from sim.scenario import Scenario
from sim.streams import Replication
from sim.wish_rules import WishRules, half_day
from tests.small_worlds import POLICIES
from tests.waiting_lists import DAY
from tests.wish_worlds import EITHER, WAYS, two_clinics

pytestmark = pytest.mark.unit

FIRST = Replication(1, 7)
EIGHT = 480.0
Call = tuple[int, float, int]
"""Patient, moment, hospital."""


class Calling:
    """Call patients as told at each review, and keep what was seen."""

    def __init__(self, *told: Sequence[Call]) -> None:
        """Take the calls of one review after the other."""
        self.told, self.seen = told, list[AdmissionView]()

    def decide(self, view: AdmissionView) -> AdmissionDecision:
        """Make the calls of this review."""
        calls = self.told[len(self.seen)] if len(self.seen) < len(self.told) else ()
        self.seen.append(view)
        patient, at_min, hospital = (np.array([one[i] for one in calls]) for i in range(3))
        return AdmissionDecision(patient.astype(np.int64), at_min.astype(float), hospital.astype(np.int64))


class Anywhere:
    """Call everybody to the next hospital, at times that differ."""

    def decide(self, view: AdmissionView) -> AdmissionDecision:
        """Return calls of which many cannot be."""
        n = len(view.patient)
        at_min = view.moment_min(1, EIGHT) + 67.0 * np.arange(n, dtype=np.float64)
        return AdmissionDecision(view.patient, at_min, (view.hospital + np.arange(n)) % 3)


def run_of(world: Scenario, policy: object, engine: Engine = Engine.SIMPY) -> Run:
    return simulate(world, replace(POLICIES, admission=policy), FIRST, engine)  # type: ignore[arg-type]


def test_half_days_count_from_the_first_midnight() -> None:
    assert [half_day(0, 0.0), half_day(0, 719.9), half_day(0, 720.0), half_day(6, 800.0), half_day(7, 0.0)] == [
        0,
        0,
        1,
        13,
        0,
    ]


def test_impossible_wishes_are_named() -> None:
    wrong = WishRules(p_day=1.5, p_morning=0.7, p_afternoon=0.4)
    assert [str(one.field) for one in wrong.faults()] == ["lists.wishes.p_day", "lists.wishes.p_afternoon"]
    assert list(WishRules(p_morning=0.5, p_afternoon=0.5).faults()) == []


def test_wishes_and_homes_are_drawn_as_the_rules_say() -> None:
    """Of a's patients all live in x; of b's a quarter of 2 in x and all of 1 in y: a third and two thirds."""
    n = 4000
    cohort = drawn(two_clinics(WishRules(0.6, 0.35, 0.25), at_start=n), FIRST)
    assert cohort.liked is not None
    assert cohort.home is not None
    assert (cohort.home[cohort.hospital == 0] == 0).all()
    assert abs((cohort.home[cohort.hospital == 1] == 1).mean() - 2 / 3) < 4 * np.sqrt(2 / 9 / n)
    morning, afternoon = cohort.liked[:, 0::2], cohort.liked[:, 1::2]
    for found, expected in ((morning, 0.6 * 0.75), (afternoon, 0.6 * 0.65), (morning & afternoon, 0.6 * 0.4)):
        assert np.abs(found.mean(axis=0) - expected).max() < 4.5 * np.sqrt(0.25 / (2 * n))


def test_wishes_belong_to_patients_whatever_else_is_drawn() -> None:
    few, many = (drawn(two_clinics(at_start=n, per_hour=0.2), FIRST) for n in (3, 9))
    assert few.liked is not None
    assert many.liked is not None
    for hospital in (0, 1):
        mine = few.liked[few.hospital == hospital]
        assert np.array_equal(mine[:3], many.liked[many.hospital == hospital][:3])
    plain = drawn(two_clinics(None, at_start=3, per_hour=0.2), FIRST)
    assert plain.liked is None
    assert plain.home is None
    assert np.array_equal(plain.minutes, few.minutes)


def test_a_policy_sees_wishes_ways_and_clinics() -> None:
    for wishes, clinics in ((EITHER, np.ones((2, 2))), (WishRules(), np.eye(2))):
        world, policy = two_clinics(wishes), Calling()
        run_of(world, policy)
        seen, cohort = policy.seen[0], drawn(world, FIRST)
        assert seen.wishes is not None
        assert cohort.liked is not None
        assert cohort.home is not None
        assert np.array_equal(seen.wishes.liked, cohort.liked[seen.patient])
        assert np.array_equal(seen.wishes.travel_min, WAYS[cohort.home[seen.patient]])
        assert np.array_equal(seen.wishes.clinics, clinics)
    silent = Calling()
    run_of(two_clinics(None), silent)
    assert silent.seen[0].wishes is None


@pytest.mark.parametrize("engine", [Engine.SIMPY, Engine.COMPILED])
def test_who_is_called_elsewhere_comes_there(engine: Engine) -> None:
    policy = Calling([(0, DAY + EIGHT, 1), (1, DAY + EIGHT, 0)])
    run = run_of(two_clinics(), policy, engine)
    assert run.patients["hospital"].astype(str).tolist() == ["b", "a"]
    assert run.lists["hospital"].astype(str).tolist()[:2] == ["a", "a"]
    assert run.lists["clinic"].astype(str).tolist()[:2] == ["b", "a"]
    assert run.lists["travel_min"].tolist()[:2] == [40.0, 10.0]  # all of a's patients live in x
    assert run.lists["travel_min"].iloc[2:].isna().all()
    busy = run.levels[(run.levels["pool"] == "theatre")].groupby("hospital")["busy_min"].sum()
    assert busy.to_dict() == {"a": 60.0, "b": 60.0}
    calls = policy.seen[1]
    assert calls.hospital[calls.patient == 0].tolist() == [1]
    assert calls.booked_min[:, 0, 0].tolist() == [60.0, 60.0]
    visits = run.ledger[run.ledger["subject"].str.startswith("visit/")]
    assert set(visits["owner"]) == {"b"}
    assert set(visits["user"]) == {"a"}


def test_what_cannot_be_is_refused_with_its_reason() -> None:
    calls = [(0, DAY + EIGHT, 1), (1, DAY + EIGHT, 2), (2, DAY + EIGHT, -1), (10**6, DAY, 0)]
    run = run_of(two_clinics(WishRules()), Calling(calls))
    assert run.list_events["reason"].tolist() == ["not for this list"] * 3 + ["not on a list"]
    world = two_clinics()
    alone = replace(world.city, hospitals=tuple(replace(one, agreed=False) for one in world.city.hospitals))
    run = run_of(replace(world, city=alone).checked(), Calling([(0, DAY + EIGHT, 1)]))
    assert run.list_events["reason"].tolist() == ["not for this list"]
    without = replace(world.city.hospitals[1], pools=world.city.hospitals[1].pools[:1])
    city = replace(world.city, hospitals=(world.city.hospitals[0], without))
    own = replace(world, city=city, sources=world.sources[:1]).checked()
    assert run_of(own, Calling([(0, DAY + EIGHT, 1)])).list_events["reason"].tolist() == ["not offered there"]


def test_who_is_cancelled_elsewhere_goes_back_to_the_own_list() -> None:
    """Nine cases of an hour at b in one day of eight hours: the ninth would end too late."""
    rules = replace(two_clinics().lists, most_booked_share=2.0)
    calls = [*((patient, DAY + EIGHT, 1) for patient in range(9))]
    policy = Calling(calls)
    run = run_of(two_clinics(rules=rules, at_start=9, case=Fixed(60.0)), policy)
    assert (run.list_events["event"] == "cancelled").sum() == 1
    (back,) = run.list_events.loc[run.list_events["event"] == "cancelled", "patient"]
    later = policy.seen[2]
    assert later.hospital[later.patient == back].tolist() == [0]
    assert later.uncalled[later.patient == back].all()


def test_measures_of_wishes_are_known_by_hand() -> None:
    world = two_clinics()
    cohort = drawn(world, FIRST)
    assert cohort.liked is not None
    run = run_of(world, Calling([(0, DAY + EIGHT, 1), (1, DAY + 720.0, 0)]))
    rows = {row[:3]: row[3] for row in list_rows(world, run)}
    liked = [bool(cohort.liked[0, 2]), bool(cohort.liked[1, 3])]  # the morning, and the afternoon, of day 1
    assert rows["liked_time_share", "all", "all"] == np.mean(liked)
    assert rows["list_travel_min", "all", "all"] == 25.0
    assert rows["list_elsewhere_share", "all", "all"] == 0.5
    assert {name for name, *_ in rows} <= set(MEASURES)
    plain = two_clinics(None)
    assert "liked_time_share" not in {name for name, *_ in list_rows(plain, run_of(plain, FirstCome()))}


def test_wishes_alone_change_nothing_of_what_a_rule_does() -> None:
    """Who calls patients to their own hospitals at the same times leaves the same trace with and without wishes."""
    worlds = (two_clinics(wishes, per_hour=0.2, case=Lognormal(60.0, 30.0)) for wishes in (None, WishRules(), EITHER))
    assert len({run_of(world, FirstCome()).trace_hash for world in worlds}) == 1


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.integers(1, 12), st.sampled_from([0.0, 0.3]), st.integers(1, 9), st.sampled_from([Anywhere(), Appointments()])
)
def test_both_engines_leave_the_same_trace(at_start: int, p_no_show: float, beds: int, policy: object) -> None:
    rules = replace(two_clinics().lists, p_no_show=p_no_show, most_booked_share=1.3)
    world = two_clinics(rules=rules, at_start=at_start, per_hour=0.1, case=Lognormal(60.0, 30.0), beds=beds)
    stories, compiled = (run_of(world, policy, engine) for engine in (Engine.SIMPY, Engine.COMPILED))
    assert stories.trace_hash == compiled.trace_hash
    for table in ("patients", "lists", "list_events", "levels", "ledger"):
        pd.testing.assert_frame_equal(getattr(stories, table), getattr(compiled, table))
