"""Imaging by queues: a review known by hand, the same bound as with pairs, and never dearer than the rule."""

from dataclasses import replace
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings

from optimize.contract import Ending, SolveOptions
from optimize.engine import Held
from optimize.imaging.case import Booking, ImagingCase, ImagingPlan
from optimize.imaging.check import breaches
from optimize.imaging.planner import ImagingPlanner
from optimize.imaging.problem import ImagingProblem
from optimize.imaging.queues import Queues
from optimize.imaging.rule import by_rule
from optimize.solver import solve
from tests.imaging_cases import a_city, queueing_cases, two_scanners

pytestmark = pytest.mark.unit

EVER = {"horizon_min": 1e6, "freeze_min": 0.0, "opening_notice_min": 0.0}
EXACT = SolveOptions(gap=0.0)


def one_queue() -> ImagingCase:
    """Three wait at A and two more will ask in an hour; one slot an hour, and two more in hour 2 if opened for 70.

    An hour of waiting costs 60; who is not scanned in these two hours costs as much as three hours.
    """
    return ImagingCase(
        requests=("now", "hour 1"),
        sessions=("A hour 0", "A hour 1", "A hour 1 opened"),
        n_requests=np.array([3, 2]),
        hospital=np.array([0, 0]),
        due_min=np.array([0.0, 60.0]),
        latest_min=np.full(2, np.inf),
        late_cost_per_min=np.ones(2),
        travel_cost_per_min=np.ones(2),
        postpone_cost=np.array([180.0, 120.0]),
        may_use=np.array([[True, True, True], [False, True, True]]),
        session_hospital=np.zeros(3, dtype=np.intp),
        start_min=np.array([0.0, 60.0, 60.0]),
        slots=np.array([1, 1, 2]),
        booked=np.zeros(3, dtype=np.intp),
        most_over=np.zeros(3, dtype=np.intp),
        p_no_show=np.zeros(3),
        opening_cost=np.array([0.0, 0.0, 70.0]),
        overload_cost=0.0,
        travel_min=np.zeros((1, 1)),
        max_travel_min=60.0,
    )


def planned_in_pairs(case: ImagingCase, window: dict[str, float] = EVER) -> Any:
    """Plan a case as if its requests differed in more than time."""
    with patch.object(Queues, "of", lambda _: None):
        return ImagingPlanner(**window).plan(case)


def test_a_queue_known_by_hand() -> None:
    """One is scanned at once; two who wait and one who will ask in hour 1, two of them in the opened session."""
    planned = ImagingPlanner(**EVER).plan(one_queue())
    bookings = (Booking(0, 0, 1), Booking(0, 1, 1), Booking(0, 2, 1), Booking(1, 2, 1))
    assert planned.ending is Ending.OPTIMAL
    assert planned.solution == ImagingPlan(bookings, (2,), 2 * 60 + 70 + 120.0)
    assert planned.bound == pytest.approx(310)


def test_a_full_session_is_named_with_the_worth_of_one_slot_more() -> None:
    """One slot more in hour 0 spares the postponed one (180 less the hour's wait of another that moves up): 180."""
    planned = ImagingPlanner(**EVER).plan(one_queue())
    assert planned.binding == (
        ("A hour 0 has 1 slots left, and takes 0 more at a price", 180.0),
        ("A hour 1 has 1 slots left, and takes 0 more at a price", 120.0),
    )


@settings(max_examples=80, deadline=None)
@given(queueing_cases())
def test_queues_have_the_bound_of_pairs_and_are_no_dearer_than_the_rule(case: ImagingCase) -> None:
    assert Queues.of(case) is not None
    planned, pairs, ruled = ImagingPlanner(**EVER).plan(case), planned_in_pairs(case), by_rule(case)
    assert planned.solution is not None
    assert breaches(case, planned.solution) == []
    assert planned.bound == pytest.approx(pairs.bound, abs=1e-6)
    best = solve(ImagingProblem(case), EXACT)
    assert best.objective is not None
    assert planned.bound <= best.objective + 1e-6 <= planned.solution.cost + 2e-6
    assert ruled.solution is not None
    assert planned.solution.cost <= ruled.solution.cost + 1e-9
    if planned.ending is Ending.OPTIMAL:
        assert planned.solution.cost - best.objective <= 5e-3 * abs(planned.solution.cost) + 1e-6


@settings(max_examples=40, deadline=None)
@given(queueing_cases())
def test_windows_hold_for_queues_as_for_pairs(case: ImagingCase) -> None:
    window = {"horizon_min": 60.0, "freeze_min": 30.0, "opening_notice_min": 0.0}
    planned = ImagingPlanner(**window).plan(case)
    assert planned.bound == pytest.approx(planned_in_pairs(case, window).bound, abs=1e-6)
    assert planned.solution is not None
    assert breaches(case, planned.solution) == []
    assert {float(case.start_min[booking.session]) for booking in planned.solution.bookings} <= {60.0}


def test_half_an_opening_that_does_not_pay_stays_closed() -> None:
    """The opened session would be used in half for 35 when it costs 70 and one request gains 60."""
    case = replace(one_queue(), n_requests=np.array([2, 1]), postpone_cost=np.array([120.0, 60.0]))
    planned = ImagingPlanner(**EVER).plan(case)
    assert planned.bound == pytest.approx(60 + 35)
    assert (planned.ending, planned.objective) == (Ending.FEASIBLE, 60.0 + 60)
    assert planned.solution is not None
    assert planned.solution.opened == ()


@pytest.mark.parametrize(
    "change",
    [
        {"late_cost_per_min": np.array([1.0, 2.0])},
        {"travel_cost_per_min": np.array([1.0, 2.0])},
        {"postpone_cost": np.array([180.0, 180.0])},
        {"postpone_cost": np.array([np.inf, 120.0])},
        {"latest_min": np.array([np.inf, 60.0])},
        {"due_min": np.array([-np.inf, 60.0])},
        {"due_min": np.array([0.0, 90.0]), "postpone_cost": np.array([180.0, 90.0])},
        {"may_use": np.array([[True, False, True], [False, True, True]])},
        {"most_over": np.array([0, 1, 0])},
    ],
)
def test_requests_that_differ_in_more_than_time_are_no_queue(change: dict[str, Any]) -> None:
    assert Queues.of(one_queue()) is not None
    assert Queues.of(replace(one_queue(), **change)) is None


def test_urgency_classes_are_no_queue() -> None:
    assert Queues.of(two_scanners()) is None
    assert Queues.of(a_city(3, np.random.default_rng(1))) is None


def test_a_held_program_that_goes_on_finds_the_same_optimum() -> None:
    queues = Queues.of(one_queue())
    assert queues is not None
    program = queues.program()
    held, opening = Held(program, EXACT), np.array([program.costs.size - 1])
    for opened in (1.0, 0.0, 0.5):
        held.change_column_bounds(opening, np.array([opened]), np.array([opened]))
        objective = held.run(go_on=True).objective
        anew = Held(program, EXACT)
        anew.change_column_bounds(opening, np.array([opened]), np.array([opened]))
        assert objective == pytest.approx(anew.run().objective)


def test_no_answer_in_time_is_no_plan() -> None:
    planned = ImagingPlanner(**EVER, options=SolveOptions(fuse_seconds=1e-9)).plan(one_queue())
    assert planned.solution is None
    assert planned.ending is Ending.NO_ANSWER
    assert planned.fuse_blown
