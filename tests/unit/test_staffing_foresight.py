"""Members of the staffing seat that look at ratios, and at many shifts, on cases small enough to decide by hand."""

from collections.abc import Sequence

import numpy as np
import pytest

from optimize.contract import Ending, Solved
from policies.staffing import Allocation, ExpectedWork, FloatPool, FloatPoolRecourse, MostLoaded
from sim.contract import StaffingView
from tests.staffing_views import UNKNOWN, a_view, asked, some_facts

pytestmark = pytest.mark.unit

NEAR = some_facts([[0, 10], [10, 0]], [[True], [True]])
FULL = some_facts([[0, 10, 10], [10, 0, 10], [10, 10, 0]], [[True]] * 3)


def shift(duty: Sequence[int], may_lend: Sequence[int], queue: Sequence[float] = ()) -> StaffingView:
    """Return hospitals ten minutes apart, with nobody waiting: a loan costs 60."""
    about = NEAR if len(duty) == 2 else FULL
    none = [0.0] * len(duty)
    columns = [[float(n) for n in duty], none, list(queue) or none, [float(n) for n in duty], list(may_lend)]
    return a_view(about, *([[cell] for cell in column] for column in columns))


def past(*weeks: Sequence[float]) -> ExpectedWork:
    """Return weeks of a past, in each of which every hour has these loads."""
    by_week = np.array([[[[load] * 168] for load in week] for week in weeks])
    n = len(weeks[0])
    ids = tuple(f"h{i}" for i in range(n))
    return ExpectedWork(ids, ("role0",), by_week.mean(axis=0), np.full((n, 1), 10.0), by_week)


def test_allocation_levels_the_lowest_ratio_first() -> None:
    """One may go. Both lack one: of two it is half, of ten a tenth; the price of inequality decides."""
    view, loads = shift([11, 1, 9], [2, 0, 0]), past([9.0, 2.0, 10.0])
    fair = Allocation(safety=0.0, short_cost=100.0, unequal_cost=500.0, expected=loads).decide(view)
    assert (0, 1, 0, 1) in asked(fair)
    assert fair.ending == Ending.OPTIMAL
    view_one = shift([10, 1, 9], [1, 0, 0])
    assert asked(Allocation(safety=0.0, short_cost=100.0, unequal_cost=500.0, expected=loads).decide(view_one)) == [
        (0, 1, 0, 1)
    ]


def test_allocation_counts_what_a_loan_costs() -> None:
    """Half a person missing is worth 50 of 100: less than the 60 of a loan, unless inequality is dear."""
    view, loads = shift([8, 4], [2, 0]), past([6.0, 4.5])
    assert asked(Allocation(safety=0.0, short_cost=100.0, unequal_cost=0.0, expected=loads).decide(view)) == []
    assert asked(Allocation(safety=0.0, short_cost=130.0, unequal_cost=0.0, expected=loads).decide(view)) == [
        (0, 1, 0, 1)
    ]
    # R of the city is 12 / 10.5; of the second 4 / 4.5, with one more 5 / 4.5: it gains 2 / 9 of it.
    gained = (12 / 10.5 - 4 / 4.5) / (12 / 10.5) - max(0.0, 1 - (5 / 4.5) / (12 / 10.5), 1 - (7 / 6) / (12 / 10.5))
    for price, loans in ((10.0 / gained - 1.0, 0), (10.0 / gained + 1.0, 1)):
        member = Allocation(safety=0.0, short_cost=100.0, unequal_cost=price, expected=loads)
        assert len(asked(member.decide(view))) == loans


def test_allocation_tells_the_ratio_and_what_may_not_be_given() -> None:
    decision = Allocation(safety=0.0, short_cost=100.0, unequal_cost=0.0, expected=past([4.0, 6.0])).decide(
        shift([8, 4], [1, 0])
    )
    assert asked(decision) == [(0, 1, 0, 1)]
    assert decision.objective == pytest.approx(60.0 + 100.0)
    assert dict(decision.binding) == {"h0 may give 1 of its 8 role0": pytest.approx(40.0)}


def test_allocation_leaves_alone_what_is_not_known() -> None:
    view = a_view(NEAR, [[UNKNOWN], [4]], [[UNKNOWN], [4]], [[UNKNOWN], [9]], [[8], [4]], [[4], [0]])
    assert asked(Allocation(history_weeks=0).decide(view)) == []


def test_recourse_lends_for_the_shifts_that_may_come_not_for_their_mean() -> None:
    """There 2, 2, 2 or 6 are at work, on average 3: four on duty are enough for the mean, not for a shift in four.

    One lent spares a quarter of 900 + 900 and costs 60; the second as well; a third is not needed.
    """
    weeks = past([2.0, 2.0], [2.0, 2.0], [2.0, 2.0], [2.0, 6.0])
    view = shift([8, 4], [4, 0])
    assert asked(FloatPool(safety=0.0, expected=weeks).decide(view)) == []
    decision = FloatPoolRecourse(safety=0.0, expected=weeks).decide(view)
    assert asked(decision) == [(0, 1, 0, 2)]
    assert decision.objective == pytest.approx(120.0)
    assert dict(decision.figures) == {"VSS": pytest.approx(450.0 - 120.0), "EVPI": pytest.approx(120.0 - 120.0 / 4)}
    quiet = FloatPoolRecourse(safety=0.0, expected=weeks, tell_up_to=1).decide(view)
    assert (asked(quiet), quiet.figures) == (asked(decision), ())


def test_recourse_counts_those_who_wait_in_every_shift() -> None:
    """48 who wait for ten minutes each are one more at work for eight hours."""
    weeks = past([2.0, 4.0], [2.0, 4.0])
    assert asked(FloatPoolRecourse(safety=0.0, expected=weeks).decide(shift([8, 4], [4, 0]))) == []
    view = shift([8, 4], [4, 0], [0.0, 48.0])
    assert asked(FloatPoolRecourse(safety=0.0, expected=weeks).decide(view)) == [(0, 1, 0, 1)]


def test_without_a_past_recourse_is_the_float_pool() -> None:
    view = a_view(NEAR, [[8], [4]], [[2], [4]], [[0], [4]], [[8], [4]], [[4], [0]])
    assert asked(FloatPoolRecourse(history_weeks=0).decide(view)) == asked(FloatPool(history_weeks=0).decide(view))


@pytest.mark.parametrize(
    ("member", "planner"),
    [
        (Allocation(history_weeks=0), "optimize.allocation_planner.AllocationPlanner.plan"),
        (FloatPoolRecourse(expected=past([2.0, 9.0])), "optimize.float_pool.sampled.SampledPlanner.plan"),
    ],
)
def test_the_rule_decides_when_the_solver_has_no_answer(
    member: Allocation | FloatPoolRecourse, planner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsolved: Solved[object] = Solved(Ending.NO_ANSWER, None, None, None, 0.5)
    monkeypatch.setattr(planner, lambda *_: unsolved)
    view = a_view(NEAR, [[8], [4]], [[2], [4]], [[0], [9]], [[8], [4]], [[4], [0]])
    decision = member.decide(view)
    assert (decision.ending, decision.seconds) == ("rule after no_answer", 0.5)
    assert asked(decision) == asked(MostLoaded().decide(view)) != []


def test_impossible_settings_are_named() -> None:
    wrong = Allocation(safety=-1.0, short_cost=np.inf, unequal_cost=-2.0, history_weeks=-3)
    assert [fault.field for fault in wrong.faults("staffing")] == [
        "staffing.safety",
        "staffing.history_weeks",
        "staffing.short_cost",
        "staffing.unequal_cost",
    ]
    assert [fault.field for fault in FloatPoolRecourse(tell_up_to=-1).faults("s")] == ["s.tell_up_to"]
