"""The plan of appointments asks patients when they like to come and from where: known by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.admission import Appointments
from policies.admission.offers import disliked, extra_travel_min, may_go, offers
from policies.admission.sessions import Book
from sim.contract import AdmissionFacts, AdmissionView, Wishes
from sim.wish_rules import HALF_DAYS, half_day
from tests.admission_views import DAY, calls, open_hours, some_list_facts, some_list_view

pytestmark = pytest.mark.unit

URGENT, ROUTINE = 0, 1
MORNING, AFTERNOON = (11 % 7) * 2, (11 % 7) * 2 + 1
"""Halves of tomorrow, which is day 11."""


def facts(n_hospitals: int = 1, **shares: float) -> AdmissionFacts:
    """Return clinics whose visits take an hour."""
    return some_list_facts(n_hospitals, mean_min=np.array([60.0, 60.0]), place_of=np.array([-1, -1]), **shares)


def wished(view: AdmissionView, *likes: int, ways: object = None, open_to: object = None) -> AdmissionView:
    """Return the view, patient i of which likes one half-day, and has a way to each hospital."""
    n, n_hospitals = len(view.patient), len(view.facts.hospital_ids)
    liked = np.zeros((n, HALF_DAYS), dtype=np.bool_)
    liked[np.arange(len(likes)), list(likes)] = True
    travel = np.zeros((n, n_hospitals)) if ways is None else np.array(ways, dtype=float)
    clinics = np.eye(n_hospitals, dtype=np.bool_) if open_to is None else np.array(open_to, dtype=np.bool_)
    return replace(view, wishes=Wishes(liked, travel, clinics))


def tomorrow(first: int, last: int, *groups: int, n_hospitals: int = 1, hospital: int = 0) -> AdmissionView:
    """Return one unit open tomorrow between two hours, at each hospital, and patients referred a day ago."""
    patients = [(group, 1.0 + i / 10, float("nan"), hospital) for i, group in enumerate(groups)]
    rostered = np.repeat(open_hours([0, 1], first, last), n_hospitals, axis=0)
    return some_list_view(facts(n_hospitals), patients, rostered=rostered)


def test_everybody_comes_on_the_half_day_that_suits() -> None:
    """Two slots before noon and two after; 100 and 101 like the afternoon, 102 and 103 the morning."""
    view = wished(tomorrow(10, 14, *[ROUTINE] * 4), AFTERNOON, AFTERNOON, MORNING, MORNING)
    made = calls(Appointments().decide(view))
    minutes = {patient: at - 11 * DAY for patient, at in made.items()}
    assert sorted(minutes[patient] for patient in (100, 101)) == [720.0, 780.0]
    assert sorted(minutes[patient] for patient in (102, 103)) == [600.0, 660.0]


def test_an_idle_slot_is_dearer_than_a_half_day_that_nobody_likes() -> None:
    view = wished(tomorrow(10, 14, *[ROUTINE] * 4), *[MORNING] * 4)
    assert len(calls(Appointments().decide(view))) == 4
    assert len(calls(Appointments(dislike_cost=1000.0).decide(view))) == 2


def test_who_is_urgent_comes_first_whatever_they_like() -> None:
    """One slot, in the morning: the urgent patient gets it, who likes afternoons."""
    view = wished(tomorrow(8, 9, ROUTINE, URGENT), MORNING, AFTERNOON)
    assert list(calls(Appointments().decide(view))) == [101]


def test_patients_go_to_the_nearer_clinic_where_they_may() -> None:
    both = [[True, True], [True, True]]
    two = tomorrow(8, 9, ROUTINE, ROUTINE, n_hospitals=2)
    ways = [[50.0, 10.0], [10.0, 50.0]]
    decision = Appointments().decide(wished(two, MORNING, MORNING, ways=ways, open_to=both))
    assert decision.hospital is not None
    assert dict(zip(decision.patient.tolist(), decision.hospital.tolist(), strict=True)) == {100: 1, 101: 0}
    alone = Appointments().decide(wished(two, MORNING, MORNING, ways=ways))
    assert alone.hospital is not None
    assert alone.hospital.tolist() == [0]


def test_a_way_is_weighed_against_what_is_liked() -> None:
    """The own clinic is open in the afternoon, another one, 60 minutes farther, in the morning, which is liked."""
    rostered = np.concatenate([open_hours([0, 1], 13, 14), open_hours([0, 1], 8, 9)])
    view = some_list_view(facts(2), [(ROUTINE, 1.0)], rostered=rostered)
    view = wished(view, MORNING, ways=[[10.0, 70.0]], open_to=np.ones((2, 2)))
    for cost_per_min, hospital in ((0.3, 1), (0.4, 0)):
        decision = Appointments(dislike_cost=20.0, travel_cost_per_min=cost_per_min).decide(view)
        assert decision.hospital is not None
        assert decision.hospital.tolist() == [hospital]


def test_decisions_without_wishes_name_no_hospital() -> None:
    decision = Appointments().decide(tomorrow(10, 14, ROUTINE))
    assert decision.hospital is None
    assert calls(decision) == {100: 11 * DAY + 600.0}


def test_binding_names_the_half() -> None:
    decision = Appointments().decide(wished(tomorrow(11, 13, *[ROUTINE] * 5), *[MORNING] * 5))
    assert {words.split(" sees ")[0] for words, _ in decision.binding} == {
        "theatre 1 at h0 on day 11 in the morning",
        "theatre 1 at h0 on day 11 in the afternoon",
    }


@settings(max_examples=60, deadline=None)
@given(st.integers(6, 12), st.integers(1, 10), st.booleans())
def test_halves_of_a_session_are_the_slots_of_the_whole(first: int, hours: int, with_wishes: bool) -> None:
    view = tomorrow(first, first + hours, ROUTINE)
    whole = offers(Book(view))
    found = offers(Book(wished(view, MORNING) if with_wishes else view))
    assert sum(one.slots for one in found) == sum(one.slots for one in whole) == hours
    begins = [one.session.free_min + k * one.slot_min for one in found for k in range(one.slots)]
    assert begins == [60.0 * (first + k) for k in range(hours)]
    if with_wishes:
        halves = [half_day(11, one.session.free_min + k * one.slot_min) % 2 for one in found for k in range(one.slots)]
        assert halves == [one.half for one in found for _ in range(one.slots)]


def test_tables_of_wishes_have_a_column_an_offer() -> None:
    view = wished(tomorrow(11, 13, ROUTINE, ROUTINE), MORNING, AFTERNOON, ways=[[30.0], [5.0]])
    offered, rows = offers(Book(view)), np.array([1, 0])
    assert disliked(view, rows, offered).tolist() == [[True, False], [False, True]]
    assert extra_travel_min(view, rows, offered).tolist() == [[0.0, 0.0]] * 2
    assert may_go(view, rows, offered).all()


def test_impossible_prices_are_named() -> None:
    wrong = Appointments(dislike_cost=-1.0, travel_cost_per_min=np.inf)
    assert [fault.field for fault in wrong.faults("a")] == ["a.dislike_cost", "a.travel_cost_per_min"]
