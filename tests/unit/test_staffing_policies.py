"""Members of the staffing seat on cases small enough to decide by hand."""

from collections.abc import Sequence

import numpy as np
import pytest

from optimize.contract import Ending, Solved
from optimize.float_pool.case import FloatPoolPlan
from policies.staffing import AsRostered, ExpectedWork, FloatPool, MostLoaded
from policies.staffing.loans import ways
from policies.staffing.most_loaded import idle_next
from sim.contract import StaffingView
from tests.staffing_views import UNKNOWN, a_view, asked, some_facts

pytestmark = pytest.mark.unit

ROADS = [[0, 10, 30], [10, 0, 20], [30, 20, 0]]
THREE = some_facts(ROADS, [[True]] * 3)


def queues(queue: list[float], may_lend: list[int] | None = None, next_duty: list[int] | None = None) -> StaffingView:
    """Return three hospitals of four, of whom half are busy, with these patients waiting for them."""
    columns: list[Sequence[float]] = [[4.0] * 3, [2.0] * 3, queue, next_duty or [4] * 3, may_lend or [2] * 3]
    return a_view(THREE, *([[cell] for cell in column] for column in columns))


def test_as_rostered_lends_nobody() -> None:
    assert asked(AsRostered().decide(queues([9, 0, 0]))) == []


def test_idle_staff_are_those_of_the_next_shift_who_would_be_idle_as_now() -> None:
    """Half of 4 are idle; half of 9 are 4; where patients wait, where nothing is known or may be lent, nobody is."""
    assert idle_next(queues([0, 1, UNKNOWN], [4, 4, 4])).T.tolist() == [[2, 0, 0]]
    assert idle_next(queues([0, 0, 0], [9, 1, 0], [9, 4, 4])).T.tolist() == [[4, 1, 0]]


def test_no_idle_person_is_lost_to_rounding() -> None:
    view = a_view(THREE, [[10]] * 3, [[9]] * 3, [[0]] * 3, [[10]] * 3, [[9]] * 3)
    assert idle_next(view).tolist() == [[1], [1], [1]]


def test_the_longest_queue_for_each_person_is_served_by_the_nearest_who_is_idle() -> None:
    """6 wait for 4; with two of the middle hospital, 20 min away, it is 1 each; two of the farthest make it 6 / 8."""
    view = queues([0, 0, 6])
    assert asked(MostLoaded(least_queue=1.0).decide(view)) == [(1, 2, 0, 2)]
    assert asked(MostLoaded(least_queue=0.75).decide(view)) == [(1, 2, 0, 2), (0, 2, 0, 2)]
    assert asked(MostLoaded(least_queue=1.5).decide(view)) == []


def test_a_queue_where_nobody_is_on_duty_comes_first() -> None:
    view = queues([0, 3, 1], [1, 0, 0], [4, 4, 0])
    assert asked(MostLoaded().decide(view)) == [(0, 2, 0, 1)]


def test_who_cannot_be_reached_does_not_keep_others_from_help() -> None:
    about = some_facts([[0, 10, 99], [10, 0, 99], [99, 99, 0]], [[True]] * 3)
    view = a_view(about, [[4]] * 3, [[2]] * 3, [[0], [5], [9]], [[4]] * 3, [[1]] * 3)
    assert asked(MostLoaded().decide(view)) == [(0, 1, 0, 1)]


def expecting(*load: float, minutes: float = 10.0) -> FloatPool:
    """Return a float pool that needs exactly the load, which is the same in every hour."""
    hourly = np.repeat(np.array(load), 168).reshape(-1, 1, 168)
    work = ExpectedWork(THREE.hospital_ids, THREE.roles, hourly, np.full((len(load), 1), minutes))
    return FloatPool(safety=0.0, expected=work)


def test_people_go_where_the_load_is_above_the_staff_at_least_cost() -> None:
    """Two are missing in the first: 50 + 2 * 10 * 0.5 each from the second, which can spare one; the third is farther.

    From the third it is 50 + 2 * 30 * 0.5.
    """
    decision = expecting(6.0, 3.0, 2.0).decide(queues([0, 0, 0]))
    assert asked(decision) == [(1, 0, 0, 1), (2, 0, 0, 1)]
    assert (decision.ending, decision.objective, decision.gap) == (Ending.OPTIMAL, 60.0 + 80.0, 0.0)


def test_nobody_goes_when_it_costs_more_than_is_missing() -> None:
    """With safety, a load of 4 needs 6, and is unsafe below 4: the two missing beyond that are worth 55 each."""
    policy = expecting(4.0, 1.0, 0.25)
    policy.safety, policy.short_cost, policy.unsafe_cost = 1.0, 55.0, 1000.0
    assert asked(policy.decide(queues([0, 0, 0]))) == []
    policy.short_cost = 65.0
    assert asked(policy.decide(queues([0, 0, 0]))) == [(1, 0, 0, 2)]


def test_lenders_keep_what_they_need_to_be_safe() -> None:
    """The second has a load of 3.5 and 4 people: nobody may go, whatever the rules allow. Two are unsafe."""
    decision = expecting(6.0, 3.5, 4.0).decide(queues([0, 0, 0]))
    assert (asked(decision), decision.objective) == ([], 2 * 900.0)


def test_who_waits_now_is_work_for_the_next_shift() -> None:
    """96 patients of 10 minutes are two people for eight hours."""
    load = expecting(1.0, 2.0, 3.0).load(queues([96, 0, UNKNOWN]))
    assert load.T.tolist() == [[3.0, 2.0, 3.0]]


def test_without_a_past_the_view_alone_says_how_much_work_there_is() -> None:
    """(2 + 4) / 4 of those on duty now have work; where nothing is known, or nobody is on duty, nothing is expected."""
    view = a_view(THREE, [[4], [0], [UNKNOWN]], [[2], [0], [UNKNOWN]], [[4], [0], [UNKNOWN]], [[6]] * 3, [[2]] * 3)
    load = FloatPool(history_weeks=0).load(view)
    np.testing.assert_array_equal(load, [[9.0], [np.nan], [np.nan]])
    assert asked(FloatPool(history_weeks=0).decide(view)) == []


def test_the_load_of_a_shift_is_the_mean_of_its_hours_over_the_end_of_the_week() -> None:
    load = np.zeros((1, 1, 168))
    load[0, 0, [0, 167]] = 3.0, 6.0
    work = ExpectedWork(("h",), ("r",), load, np.ones((1, 1)))
    assert work.during(167 * 60.0, 169 * 60.0).item() == 4.5
    assert work.during(166 * 60.0 + 1, 167 * 60.0 + 1).item() == 3.0


def test_roles_do_not_mix() -> None:
    about = some_facts([[0, 10], [10, 0]], [[True, True], [True, True]])
    view = a_view(about, [[4, 4]] * 2, [[0, 1], [4, 0]], [[0, 0], [9, 0]], [[4, 4]] * 2, [[2, 0], [0, 2]])
    for policy in (MostLoaded(), FloatPool(history_weeks=0)):
        assert [loan[:3] for loan in asked(policy.decide(view))] == [(0, 1, 0)]


def test_staff_goes_only_between_two_that_agreed_and_are_near() -> None:
    about = some_facts(
        [[0, 10, 61, 10], [60, 0, 10, 10], [9, 9, 0, 9], [9, 9, 9, 0]], [[True]] * 4, [True] * 3 + [False]
    )
    assert ways(about).astype(int).tolist() == [[0, 1, 0, 0], [1, 0, 1, 0], [1, 1, 0, 0], [0, 0, 0, 0]]


class Silent:
    """Find no answer."""

    def plan(self, case: object, starts_in_min: object) -> Solved[FloatPoolPlan]:
        return Solved(Ending.NO_ANSWER, None, None, None, 0.5)


def test_the_rule_decides_when_the_solver_has_no_answer() -> None:
    policy, view = FloatPool(), queues([0, 0, 6])
    policy.planner = Silent()  # type: ignore[assignment]
    decision = policy.decide(view)
    assert asked(decision) == asked(MostLoaded().decide(view)) != []
    assert (decision.ending, decision.seconds) == ("rule after no_answer", 0.5)


@pytest.mark.parametrize(
    ("policy", "fault"),
    [
        (MostLoaded(least_queue=-1), "staffing.least_queue"),
        (FloatPool(safety=float("nan")), "staffing.safety"),
        (FloatPool(short_cost=-1.0), "staffing.short_cost"),
        (FloatPool(short_cost=500.0, unsafe_cost=400.0), "staffing.unsafe_cost"),
        (FloatPool(history_weeks=-1), "staffing.history_weeks"),
    ],
)
def test_impossible_settings_are_named(policy: MostLoaded | FloatPool, fault: str) -> None:
    assert [one.field for one in policy.faults("staffing")] == [fault]


def test_what_stands_in_the_way_is_told_with_its_price() -> None:
    """One more missing in the first costs 80, from the third; one more to spare in the second would save 80 - 60."""
    told = dict(expecting(6.0, 3.0, 2.0).decide(queues([0, 0, 0])).binding)
    assert told["role0 at h0 needs 6, 6 to be safe, and has 4"] == pytest.approx(80.0)
    assert [price for words, price in told.items() if "role0 at h1" in words] == pytest.approx([20.0])
    assert not any("role0 at h2" in words for words in told)
