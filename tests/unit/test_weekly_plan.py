"""Weekly plans small enough to know: what is stated as a problem, who is called, and what the row says."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from optimize.contract import Ending
from policies.admission import LargestPriority, WeeklyPlan
from policies.admission.beds import expected_free
from policies.admission.largest_priority import priority
from policies.admission.sessions import Book
from policies.admission.week import Limits, Week
from policies.admission.week_case import stay_days, week_case
from policies.admission.week_rooms import ENDLESS, posts_of, rooms_of, skill_of
from sim.city import Maintenance
from sim.contract import AdmissionView, WardFacts
from sim.engine import Engine
from sim.run import simulate
from sim.streams import Replication
from tests.admission_views import DAY, calls, open_hours, some_list_facts, some_list_view
from tests.small_worlds import POLICIES
from tests.waiting_lists import a_list_world

pytestmark = pytest.mark.unit

HIP, KNEE = 0, 1
TOMORROW = 11 * DAY + 480.0
QUICK = WeeklyPlan(n_moves=4_000, filled_share=1.0)
WARDS = WardFacts(np.full((1, 1, 168), 2), np.array([4.0]), np.array([2.0, 1.0]), 2)


def week(view: AdmissionView, candidates: float = 3.0, filled_share: float = 1.0, ahead_days: float = 0.0) -> Week:
    free = expected_free(view, 0.0)[0]
    return Week(Book(view), 0, 0, free, Limits(candidates, filled_share, ahead_days))


def test_priority_is_the_share_of_the_time_until_the_due_date() -> None:
    view = some_list_view(some_list_facts(), [(HIP, 1), (KNEE, 30), (KNEE, 5)])
    np.testing.assert_allclose(priority(view, np.arange(3)), [0.5, 1.5, 0.25])
    one_by_one = some_list_view(
        some_list_facts(), [(HIP, 1), (KNEE, 30), (KNEE, 5)], rostered=open_hours([0, 1], last=10)
    )
    assert calls(LargestPriority().decide(one_by_one)) == {101: TOMORROW}
    assert calls(LargestPriority().decide(view)) == {101: TOMORROW, 100: TOMORROW + 120, 102: TOMORROW + DAY}


def test_beds_make_rooms_and_those_that_come_free_are_single() -> None:
    rooms = rooms_of(0, "bed", np.array([3.0, 3.9, 5.0, 4.0]), 2)
    assert [(room.beds, room.from_day) for room in rooms] == [(2, 0), (1, 0), (1, 2)]
    assert [room.name for room in rooms] == ["bed room 1", "bed room 2", "bed single 1"]
    assert rooms_of(0, "bed", np.array([-2.0, 0.0]), 2) == []


def test_nurses_have_what_those_who_lie_there_leave() -> None:
    """Two nurses of four patients each take eight; of nine beds five are taken, which leaves three, one post's."""
    facts = some_list_facts(wards=WARDS)
    view = some_list_view(facts, [(HIP, 1)])
    posts = posts_of(view, 0, np.array([[4.0, 4.0, 9.0, 0.0]]))
    assert posts.names[0] == "bed nurse 1 of shift 1"
    assert len(posts.names) == 6  # on the third day eight patients may come: two posts in each shift
    np.testing.assert_array_equal(posts.most_load[0].reshape(4, 3)[:, 0], [30, 30, 40, 0])
    np.testing.assert_array_equal(posts.most_load[1].reshape(4, 3)[:, 0], [-1, -1, 40, -1])
    np.testing.assert_array_equal(posts.most_load[2].reshape(4, 3)[0], [-1, 30, -1])


def test_where_no_nursing_is_described_anybody_nurses() -> None:
    view = some_list_view(some_list_facts(), [(HIP, 1)])
    posts = posts_of(view, 0, np.full((1, 4), 9.0))
    assert len(posts.names) == 3
    assert posts.most_load.max() == ENDLESS
    np.testing.assert_array_equal(skill_of(view), [0])


def test_the_fewer_patients_a_nurse_has_the_more_skill_it_takes() -> None:
    each = np.array([5.0, 2.0, np.nan, 2.0])
    wards = WardFacts(np.ones((1, 4, 168), dtype=np.int64), each, np.ones(1), 4)
    facts = some_list_facts(place_codes=("ward", "icu", "lounge", "burns"), wards=wards)
    np.testing.assert_array_equal(skill_of(some_list_view(facts, [])), [1, 2, 0, 2])


def test_the_problem_says_what_is_seen() -> None:
    """Five of nine beds are free, since four others lie there; the first hip is overdue, the second not yet due."""
    facts = some_list_facts(wards=WARDS, sd_min=np.array([5.0, 9.0]))
    view = some_list_view(
        facts, [(KNEE, 1), (HIP, 3), (HIP, 0)], others=np.full((1, 1, 2), 4.0), kind=[1, 0, 1], age_group=[0, 2, 1]
    )
    made = week(view)
    case = week_case(made, np.arange(8))
    assert made.rows.tolist() == [1, 0, 2]
    assert case.patient_ids[0] == "101 (hip 2 at h0)"
    np.testing.assert_array_equal(case.mandatory, [True, False, True])
    np.testing.assert_array_equal(case.due, [3, 3, 2])  # day 12 is the third shown
    np.testing.assert_array_equal(case.release, [1, 1, 1])
    np.testing.assert_array_equal(case.minutes, [60, 120, 60])
    np.testing.assert_array_equal(case.theatre_min, [[0, 240, 240, 240]])
    np.testing.assert_array_equal(case.gender, [0, 1, 1])
    np.testing.assert_array_equal(case.age, [2, 0, 1])
    np.testing.assert_array_equal(case.beds, [2, 2, 1])
    np.testing.assert_array_equal(case.workload[0], [20, 20, 20])
    assert case.occupant_ids == ()


def test_beds_taken_at_first_have_an_occupant_who_needs_nothing() -> None:
    view = some_list_view(some_list_facts(wards=WARDS), [(HIP, 1)], held=np.array([[[9.0, 8.0, 7.0, 7.0]]]))
    case = week_case(week(view), np.arange(8))
    assert case.room_ids == ("bed room 1", "bed single 1")
    np.testing.assert_array_equal(case.occupied_room, [1])
    np.testing.assert_array_equal(case.stay_days, [1, 2])
    assert not case.workload[1].any()


def test_of_a_stay_counts_what_lies_within_the_days_shown() -> None:
    stay = np.array([[[1.0, 0.5, 0.5, 0.5]], [[0.2, 0.0, 0.0, 0.0]]])
    view = some_list_view(some_list_facts(stay=stay), [(HIP, 2), (KNEE, 1)])
    np.testing.assert_array_equal(stay_days(week(view)), [2, 1])


def test_who_is_due_later_must_come_only_when_one_looks_ahead() -> None:
    view = some_list_view(some_list_facts(), [(KNEE, 14), (KNEE, 0)])
    assert week(view).must.tolist() == [False, False]
    assert week(view, ahead_days=5.0).must.tolist() == [True, False]
    assert week(view, ahead_days=5.0).last_day.tolist() == [3, 3]


def test_only_who_could_fill_the_sessions_is_looked_at() -> None:
    view = some_list_view(some_list_facts(), [(KNEE, 9 - i) for i in range(9)], rostered=open_hours([0, 1]))
    assert week(view, candidates=1.0).rows.tolist() == [0, 1]
    assert week(view, candidates=2.0).rows.tolist() == [0, 1, 2, 3]
    assert week(view, candidates=3.0, filled_share=0.5).rows.tolist() == [0, 1, 2]


def test_the_best_plan_of_one_session_is_found() -> None:
    """Four hours: the overdue knee must come; with it two hips fit, or one knee. Two hips are more patients."""
    view = some_list_view(
        some_list_facts(due_days=np.array([30.0, 20.0])),
        [(KNEE, 21), (KNEE, 15), (HIP, 1), (HIP, 2)],
        rostered=open_hours([0, 1]),
    )
    decision = replace(QUICK, ahead_days=0.0).decide(view)
    assert set(calls(decision)) == {100, 102, 103}
    assert decision.ending == Ending.FEASIBLE
    assert decision.objective == 100 + 3 * 3  # who is left out, and a nurse in each shift
    assert 0 <= decision.gap < 1
    ((words, price),) = decision.binding
    assert words.startswith("patient 101 (knee 4 at h0) fits nowhere")
    assert "theatre theatre 1 works 120 min too long on day 1" in words
    assert price == 0.0  # nobody would be left out, so it would cost less


def test_beds_that_are_short_are_left_alone_on_all_days() -> None:
    """One bed is free for two days: hips that stay a day come one after the other, a rule of one day would do more."""
    view = some_list_view(some_list_facts(), [(HIP, 2)] * 4, beds=np.array([[1.0]]), rostered=open_hours([0, 1, 1]))
    assert sorted(calls(QUICK.decide(view)).values()) == [TOMORROW, TOMORROW + DAY]


def test_who_differs_shares_no_room() -> None:
    facts = some_list_facts(wards=replace(WARDS, beds_per_room=2))
    columns = {"beds": np.array([[2.0]]), "rostered": open_hours([0, 1])}
    apart = some_list_view(facts, [(HIP, 2)] * 2, kind=[0, 1], **columns)
    alike = some_list_view(facts, [(HIP, 2)] * 2, kind=[1, 1], **columns)
    assert len(calls(QUICK.decide(apart))) == 1
    assert len(calls(QUICK.decide(alike))) == 2


def test_who_is_due_and_finds_no_bed_is_told() -> None:
    view = some_list_view(some_list_facts(), [(HIP, 2)] * 2, beds=np.array([[1.0]]), rostered=open_hours([0, 1]))
    decision = QUICK.decide(view)
    assert len(calls(decision)) == 1
    assert decision.ending == "feasible, 1 due left out"
    assert np.isnan(decision.gap)
    assert "holds 2 people" in decision.binding[0][0]
    assert replace(QUICK, tell_up_to=0).decide(view).binding == ()


def test_plans_repeat_and_both_engines_carry_them_out_alike() -> None:
    policies = replace(POLICIES, admission=replace(QUICK, n_moves=2_000))
    world = a_list_world(at_start=12, per_hour=0.2, beds=4)
    stories, compiled = (simulate(world, policies, Replication(0, 3), one) for one in (Engine.SIMPY, Engine.COMPILED))
    assert stories.trace_hash == compiled.trace_hash
    for table in ("lists", "list_events", "decisions", "levels"):
        pd.testing.assert_frame_equal(getattr(stories, table), getattr(compiled, table))
    assert (stories.decisions["n_refused"] == 0).all()
    assert (stories.list_events["event"] == "came").sum() > 8


def test_when_a_theatre_closes_only_its_patients_are_planned_anew() -> None:
    """Eight hips are called for two days; the theatre is closed on the second, and those four are called once more."""
    world = a_list_world(at_start=8)
    (hospital,) = world.city.hospitals
    closure = Maintenance(2 * DAY, 1e9, DAY, 1)
    pools = (replace(hospital.pools[0], maintenance=(closure,)), *hospital.pools[1:])
    world = replace(world, city=replace(world.city, hospitals=(replace(hospital, pools=pools),)))
    events = simulate(world, replace(POLICIES, admission=QUICK), Replication(0, 3)).list_events
    cancelled = set(events[events["event"] == "cancelled"]["patient"])
    assert len(cancelled) == 4
    assert set(events[events["event"] == "cancelled"]["reason"]) == {"no unit free"}
    n_calls = events[events["event"] == "called"].groupby("patient").size()
    assert {patient for patient, n in n_calls.items() if n > 1} == cancelled
    assert set(events[events["event"] == "came"]["patient"]) == set(n_calls.index)
