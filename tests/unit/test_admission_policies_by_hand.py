"""Waiting lists small enough to know the best answer."""

import numpy as np
import pytest

from optimize.contract import Ending, Solved
from policies.admission import FirstCome, MostUrgent, Theatre
from policies.admission.beds import expected_free
from policies.admission.sessions import Book
from policies.admission.wishes import Prices, wishes
from sim.contract import AdmissionView
from tests.admission_views import DAY, calls, open_hours, some_list_facts, some_list_view

pytestmark = pytest.mark.unit

TOMORROW, THE_DAY_AFTER = 11 * DAY + 480.0, 12 * DAY + 480.0
HIP, KNEE = 0, 1


def two_days(patients: list[tuple[int, float]], **columns: object) -> AdmissionView:
    """Return a theatre that is open for four hours on each of two days, after today."""
    return some_list_view(some_list_facts(), patients, rostered=open_hours([0, 1, 1]), **columns)


def test_first_come_fills_the_days_in_the_order_of_referrals() -> None:
    view = two_days([(KNEE, 9), (KNEE, 8), (HIP, 2), (KNEE, 7)])
    expected = {100: TOMORROW, 101: TOMORROW + 120, 103: THE_DAY_AFTER, 102: THE_DAY_AFTER + 120}
    assert calls(FirstCome().decide(view)) == expected


def test_a_short_case_fits_where_a_long_one_does_not() -> None:
    view = two_days([(KNEE, 9), (HIP, 8), (KNEE, 7), (HIP, 6)])
    expected = {100: TOMORROW, 101: TOMORROW + 120, 102: THE_DAY_AFTER, 103: TOMORROW + 180}
    assert calls(FirstCome().decide(view)) == expected


def test_the_most_urgent_go_first_then_who_is_due_first() -> None:
    view = two_days([(KNEE, 9), (KNEE, 19), (HIP, 1), (HIP, 2)])
    expected = {103: TOMORROW, 102: TOMORROW + 60, 101: TOMORROW + 120, 100: THE_DAY_AFTER}
    assert calls(MostUrgent().decide(view)) == expected


def test_the_plan_of_two_days_is_the_best_there_is() -> None:
    """Eight hours; one hip is overdue today, one due tomorrow, and knees are in no hurry.

    Both hips tomorrow cost one late day, a knee beside them nothing; what is left takes two knees the day after. The
    fourth knee must wait, and no other choice wastes less time.
    """
    facts = some_list_facts(mean_min=np.array([55.0, 115.0]), sd_min=np.array([1.0, 1.0]))
    patients = [(KNEE, 5), (KNEE, 4), (KNEE, 3), (KNEE, 2), (HIP, 2), (HIP, 1)]
    decision = Theatre().decide(some_list_view(facts, patients, rostered=open_hours([0, 1, 1])))
    found = calls(decision)
    assert (found[104], found[105]) == (TOMORROW, TOMORROW + 55)
    assert found[100] == TOMORROW + 110
    assert sorted(found[one] for one in (101, 102)) == [THE_DAY_AFTER, THE_DAY_AFTER + 115]
    assert 103 not in found
    assert decision.ending == Ending.OPTIMAL
    waited_days = 13 - 10.5 + 3.5  # until the end of the days shown, in the mean of the knees, who are all alike
    used = waited_days / 20
    idle = 236.3 * 115 / 60
    assert decision.objective == pytest.approx(250.0 + 40.0 * used + idle)


def test_a_plan_leaves_time_for_what_varies() -> None:
    """Two cases of 100 minutes and deviation 40 may not share four hours: 200 + 0.52 · 57 fit, three do not."""
    facts = some_list_facts(mean_min=np.array([100.0, 120.0]), sd_min=np.array([40.0, 0.0]))
    view = some_list_view(facts, [(HIP, 2)] * 3, rostered=open_hours([0, 1]))
    assert len(calls(Theatre(p_overrun=0.3).decide(view))) == 2
    assert len(calls(Theatre(p_overrun=0.1).decide(view))) == 1
    assert len(calls(FirstCome().decide(view))) == 2


def test_beds_that_are_short_are_left_alone_and_named_with_their_price() -> None:
    view = two_days([(HIP, 2)] * 4, beds=np.array([[1.0]]))
    assert sorted(calls(FirstCome().decide(view)).values()) == [TOMORROW, THE_DAY_AFTER]
    assert len(calls(FirstCome(minds_beds=False).decide(view))) == 4
    decision = Theatre(bed_cost=10_000.0).decide(view)
    assert sorted(calls(decision).values()) == [TOMORROW, THE_DAY_AFTER]
    assert {name for name, _ in decision.binding} == {
        "one more bed at h0 on day 11",
        "one more bed at h0 on day 12",
    }
    assert all(price > 0 for _, price in decision.binding)


def test_a_full_session_is_named_with_the_price_of_a_minute() -> None:
    decision = Theatre().decide(some_list_view(some_list_facts(), [(KNEE, 9)] * 5, rostered=open_hours([0, 1])))
    assert [name for name, _ in decision.binding] == ["one more minute of theatre 1 at h0 on day 11"]
    postponed = 236.3 * 2 + 40.0 * (12 - (10.5 - 9)) / 20
    assert decision.binding[0][1] == pytest.approx(postponed / 120)


def test_who_is_called_already_keeps_the_time() -> None:
    facts = some_list_facts()
    view = some_list_view(
        facts,
        [(KNEE, 9, TOMORROW), (KNEE, 8)],
        rostered=open_hours([0, 1]),
        booked_min=np.array([[[0.0, 120.0]]]),
    )
    for member in (FirstCome(), MostUrgent(), Theatre()):
        assert calls(member.decide(view)) == {101: TOMORROW + 120}


def test_two_units_are_two_sessions() -> None:
    view = some_list_view(some_list_facts(), [(KNEE, 9), (KNEE, 8)], rostered=open_hours([0, 2]))
    assert calls(FirstCome().decide(view)) == {100: TOMORROW, 101: TOMORROW}
    assert [(one.unit, one.free_min, one.ends_min) for one in Book(view).sessions] == [
        (0, 480.0, 720.0),
        (1, 480.0, 720.0),
    ]


def test_beds_are_kept_for_others_by_what_they_held_lately() -> None:
    view = two_days(
        [], beds=np.array([[10.0]]), others=np.array([[[np.nan, 2.0, 4.0]]]), held=np.array([[[1.0, 2.0, 0.0]]])
    )
    assert expected_free(view, 0.0).tolist() == [[[6.0, 5.0, 7.0]]]
    assert expected_free(view, 2.0).tolist() == [[[4.0, 3.0, 5.0]]]


def test_candidates_are_the_dearest_to_postpone_for_their_minutes() -> None:
    view = two_days([(KNEE, 2), (KNEE, 30), (HIP, 4), (HIP, 4)])
    prices = Prices((0.0, 100.0, 0.0, 10.0, 0.0), 0.0)
    found = wishes(view, np.arange(4), prices, most_min=121.0)
    assert [(one.rows, one.due_day) for one in found] == [((2, 3), -2), ((1,), -10)]
    assert found[0].postpone_cost == pytest.approx(100.0 * (3 - 0.5 + 2))
    assert found[1].postpone_cost == pytest.approx(10.0 * (3 - 0.5 + 10))


class NoAnswer:
    """Find no plan, whatever is asked."""

    def plan(self, case: object, words: object = None) -> Solved[object]:
        return Solved(Ending.NO_ANSWER, None, None, None, 0.25)


def test_the_rule_decides_when_the_solver_has_no_answer() -> None:
    view = two_days([(KNEE, 9), (HIP, 1)])
    policy = Theatre()
    policy.planner = NoAnswer()  # type: ignore[assignment]
    decision = policy.decide(view)
    assert calls(decision) == calls(MostUrgent().decide(view))
    assert (decision.ending, decision.seconds) == ("rule after no_answer", 0.25)
