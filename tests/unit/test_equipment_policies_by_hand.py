"""Equipment policies on views whose right answer is known by hand."""

from dataclasses import replace

import numpy as np
import pytest

from optimize.contract import Ending, Solved
from optimize.imaging.check import breaches
from optimize.imaging.planner import ImagingPlanner
from policies.equipment import Imaging, OpenWhenLong, OwnUse
from policies.equipment.sessions import Prices, Sessions
from tests.equipment_views import HOURS, WEEK, openings, some_facts, some_view

pytestmark = pytest.mark.unit

ONE_OPEN = np.ones((1, 1, HOURS), dtype=int)
PRICES = Prices(wait_cost_per_hour=60.0, travel_cost_per_hour=60.0)


def test_nobody_opens_anything_in_own_use() -> None:
    assert openings(OwnUse().decide(some_view(some_facts([[2]]), waiting=[[99]]))) == {}


def test_the_rule_opens_the_next_hours_that_the_notice_allows_where_more_wait_than_it_says() -> None:
    facts, rule = some_facts([[2], [2]]), OpenWhenLong(longest_queue=4, hours=3)
    assert openings(rule.decide(some_view(facts, waiting=[[4], [4]]))) == {}
    assert openings(rule.decide(some_view(facts, waiting=[[4], [5]]))) == {(1, 0, hour): 1 for hour in (242, 243, 244)}


def test_the_rule_leaves_hours_that_are_full_or_opened_already() -> None:
    facts, rule = some_facts([[2]]), OpenWhenLong(hours=3)
    rostered, opened = np.ones((1, 1, HOURS), dtype=int), np.zeros((1, 1, HOURS), dtype=int)
    rostered[0, 0, 3], opened[0, 0, 2] = 2, 1
    view = some_view(facts, waiting=[[9]], rostered=rostered, opened=opened)
    assert openings(rule.decide(view)) == {(0, 0, 244): 1}


def test_the_notice_is_rounded_up_to_the_next_full_hour() -> None:
    view = some_view(some_facts([[1]]), waiting=[[9]], now_min=14401.0)
    assert openings(OpenWhenLong(hours=1).decide(view)) == {(0, 0, 243): 1}
    at_once = some_view(some_facts([[1]], opening_notice_min=0.0), waiting=[[9]])
    assert openings(OpenWhenLong(hours=1).decide(at_once)) == {(0, 0, 240): 1}


@pytest.mark.parametrize(
    ("changes", "opens"),
    [
        ({}, True),
        ({"agreed": np.array([True, False])}, False),
        ({"travel_min": np.array([[0.0, 61.0], [61.0, 0.0]])}, False),
        ({"may_use": np.eye(2, dtype=bool)[..., None]}, False),
    ],
)
def test_the_rule_opens_for_partners_who_agreed_and_can_come(changes: dict[str, object], opens: bool) -> None:
    facts = some_facts([[1], [1]], partners=True, **changes)
    found = openings(OpenWhenLong(hours=1).decide(some_view(facts, waiting=[[9], [0]])))
    assert found == {(0, 0, 242): 1} | ({(1, 0, 242): 1} if opens else {})


def test_opening_pays_when_waiting_costs_more() -> None:
    """Six wait at a closed scanner that opens in eight hours; two opened hours cost 200, and serve three an hour."""
    rostered = np.zeros((1, 1, HOURS), dtype=int)
    rostered[..., 8:] = 1
    view = some_view(some_facts([[1]]), waiting=[[6]], rostered=rostered)
    # Two hours from now instead of eight: six hours less for six patients, 36 hours in all.
    assert openings(Imaging(wait_cost_per_hour=200 / 36 + 0.1).decide(view)) == {(0, 0, 242): 1, (0, 0, 243): 1}
    assert openings(Imaging(wait_cost_per_hour=200 / 36 - 0.1).decide(view)) == {}


def test_what_can_still_be_opened_at_the_next_review_is_left_for_it() -> None:
    """All ask in six hours: the session then may open, but four reviews come before that must be decided."""
    asked = np.zeros((1, 1, WEEK))
    asked[..., 6] = 6
    facts = some_facts([[1]])
    assert openings(Imaging(wait_cost_per_hour=1000.0).decide(some_view(facts, asked=asked))) == {}
    soon = np.roll(asked, -4, axis=-1)
    found = openings(Imaging(wait_cost_per_hour=1000.0).decide(some_view(facts, asked=soon)))
    assert found == {(0, 0, 242): 1, (0, 0, 243): 1}


def test_a_partner_opens_if_that_is_the_only_scanner() -> None:
    facts = some_facts([[0], [1]], partners=True)
    view = some_view(facts, waiting=[[0], [6]], asked=np.zeros((2, 1, WEEK)))
    assert openings(Imaging(wait_cost_per_hour=100.0).decide(view)) == {(1, 0, 242): 1, (1, 0, 243): 1}


def test_the_rule_decides_where_the_solver_has_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    silent: Solved[object] = Solved(Ending.NO_ANSWER, None, None, None, 0.25)
    monkeypatch.setattr(ImagingPlanner, "plan", lambda *_: silent)
    view = some_view(some_facts([[2]]), waiting=[[9]], rostered=ONE_OPEN)
    decision = Imaging().decide(view)
    assert (decision.ending, decision.seconds) == ("rule after no_answer", 0.25)
    assert openings(decision) == openings(OpenWhenLong().decide(view)) != {}


def test_sessions_count_slots_requests_and_prices() -> None:
    rostered, opened = np.ones((1, 1, HOURS), dtype=int), np.zeros((1, 1, HOURS), dtype=int)
    rostered[..., 4:6], opened[..., 6:8] = 2, 1
    asked = np.zeros((1, 1, WEEK))
    asked[..., :2] = 1.0
    view = some_view(
        some_facts([[2]]), waiting=[[5]], busy=[[1]], rostered=rostered, opened=opened, asked=asked, now_min=14415.0
    )
    case = Sessions(view, 0, 2).case(np.ones((1, 1), dtype=bool), PRICES, 60.0)
    # Notice reaches into the hour 242, so sessions begin at 241, the first that may open at 243.
    assert case.start_min[::2].tolist()[:3] == [45.0, 165.0, 285.0]
    assert case.slots[:6].tolist() == [12, 6, 12, 6, 12, 6]
    assert (case.slots - case.booked).tolist()[:10] == [5, 0, 9, 0, 12, 0, 9, 0, 6, 6]
    assert case.opening_cost.tolist()[:10] == [0, 0, 0, 0, 0, 0, 0, 0, 0, 200]
    assert case.n_requests.tolist()[:3] == [5, 1, 0]
    assert case.postpone_cost[:2].tolist() == [60 * 44.0, 60 * 44.0 - 45.0]
    assert breaches(case, ImagingPlanner(freeze_min=0.0, opening_notice_min=0.0).plan(case).solution) == []  # type: ignore[arg-type]


def test_those_who_wait_at_several_scanners_count_once() -> None:
    facts = some_facts([[1], [1]], partners=True)
    case = Sessions(some_view(facts, waiting=[[6], [6]]), 0, 2).case(np.ones((2, 2), dtype=bool), PRICES, 60.0)
    assert case.n_requests.sum() == 6


def test_expected_requests_are_those_a_week_ago_or_else_a_day_ago() -> None:
    asked = np.full((1, 1, WEEK), np.nan)
    asked[..., -HOURS:] = np.arange(HOURS)
    facts = some_facts([[1]])
    a_day = Sessions(some_view(facts, asked=asked), 0, 1).case(np.ones((1, 1), dtype=bool), PRICES, 60.0)
    assert a_day.n_requests.tolist() == [0, *range(HOURS)]
    asked[..., :HOURS] = 7.0
    a_week = Sessions(some_view(facts, asked=asked), 0, 1).case(np.ones((1, 1), dtype=bool), PRICES, 60.0)
    assert a_week.n_requests.tolist() == [0, *[7] * HOURS]


def test_wrong_settings_are_named() -> None:
    rule, optimized = OpenWhenLong(-1.0, -1, 0), Imaging(float("inf"), 0, -1.0, float("nan"))
    assert [fault.field for fault in rule.faults("equipment")] == [
        "equipment.max_travel_min",
        "equipment.longest_queue",
        "equipment.hours",
    ]
    assert [fault.field for fault in optimized.faults("equipment")] == [
        "equipment.max_travel_min",
        "equipment.session_hours",
        "equipment.wait_cost_per_hour",
        "equipment.travel_cost_per_hour",
    ]


def test_what_can_be_opened_is_what_exists_less_what_is_on_duty_and_at_most_what_rules_say() -> None:
    facts = replace(some_facts([[5]]), most_extra_units=2)
    rostered, opened = np.full((1, 1, HOURS), 2), np.zeros((1, 1, HOURS), dtype=int)
    rostered[..., 1], opened[..., 2], rostered[..., 3] = 4, 1, 5
    view = some_view(facts, rostered=rostered, opened=opened)
    assert view.can_open[0, 0, :4].tolist() == [2, 1, 1, 0]
