"""Rules beside medicines, ambulances and appointments: step by step, and where they are worse than the optimum."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from optimize.appointments import rule as appointments_rule
from optimize.appointments.case import UNBOOKED
from optimize.appointments.problem import AppointmentsProblem
from optimize.location import rule as location_rule
from optimize.location.problem import LocationProblem
from optimize.medicines import rule as medicines_rule
from optimize.medicines.case import Lot, LotMove, MedicinesCase, MedicinesPlan
from optimize.medicines.check import live_through
from optimize.medicines.flow import flow_of
from optimize.medicines.foresight import foresee
from optimize.medicines.planner import MedicinesPlanner, promising
from optimize.medicines.problem import MedicinesProblem
from optimize.score import audit
from optimize.solver import Ending, SolveOptions, solve
from tests.appointments_cases import two_clinics
from tests.location_cases import two_stations
from tests.medicines_cases import cold, three_hospitals

pytestmark = pytest.mark.unit

EXACT = SolveOptions(gap=0.0)


# Medicines


def two_lots(trip_cost: float) -> MedicinesCase:
    """North can spare one unit each of two lots, south lacks two units on days 1 and 2; a unit saved is worth 50."""
    case = three_hospitals()
    return replace(
        case,
        lots=(Lot("n1", "heparin", "north", 1, 80.0), Lot("n2", "heparin", "north", 1, 90.0)),
        demand=np.array([[[0, 0, 0]], [[0, 1, 1]], [[0, 0, 0]]]),
        trip_cost=np.full((3, 3), trip_cost),
    )


def test_what_shares_a_trip_pays_it_once() -> None:
    """Each unit spares 50 and costs 1: both go on one trip of 40."""
    solved = medicines_rule.by_rule(two_lots(40.0))
    assert solved.solution is not None
    assert solved.solution.moves == (LotMove("n1", "south", 1), LotMove("n2", "south", 1))
    assert solved.objective == 40 + 2


def test_the_rule_does_not_see_that_two_lots_together_pay_a_trip() -> None:
    """A trip of 60 is more than either unit spares, and less than both: the rule leaves 100, the optimum 62."""
    case = two_lots(60.0)
    assert medicines_rule.by_rule(case).solution == MedicinesPlan((), 2, 2, 100.0 + 0)
    assert solve(MedicinesProblem(case), EXACT).objective == pytest.approx(62)


def test_the_planner_shares_trips_and_gives_up_those_that_do_not_pay() -> None:
    for trip_cost, cost in ((40.0, 42), (60.0, 100), (99.0, 100)):  # by its first prices each unit bears a whole trip
        solved = MedicinesPlanner().plan(two_lots(trip_cost))
        assert solved.objective == pytest.approx(cost)
        assert audit(MedicinesProblem(two_lots(trip_cost)), solved) == []


def test_the_second_round_lays_a_trip_on_what_it_carried() -> None:
    """North's lot could fill a need of 2 in south; at a price of 45 a unit for a trip of 90, 2 units are sent."""
    case = replace(three_hospitals(), trip_cost=np.array([[0.0, 90, 90], [90, 0, 90], [90, 90, 0]]))
    foresight = foresee(case)
    flow = flow_of(case, foresight, promising(case, foresight))
    share = flow.trip_cost / flow.useful
    assert share.tolist() == [45, 45]  # two units of n1 on day 1, two of e1 on day 2
    assert flow.next_share(np.array([1, 0]), share).tolist() == [90, 45]
    assert flow.next_share(np.array([0, 3]), share).tolist() == [45, 30]


@pytest.mark.parametrize(("room", "units"), [(0, 0), (1, 1), (9, 1)])
def test_the_rule_fills_the_cold_no_further_than_it_has_room(room: int, units: int) -> None:
    case = replace(cold(three_hospitals()), cold_room=np.array([9, room, 9]))
    solved = medicines_rule.by_rule(case)
    assert solved.solution is not None
    assert sum(move.units for move in solved.solution.moves) == units


def test_lots_on_their_way_are_used_from_the_day_they_arrive() -> None:
    """Three units for south arrive on day 2, when it lacks 2; its own last for days 0 and 1 but for one unit."""
    case = three_hospitals()
    coming = Lot("x1", "heparin", "south", 3, 1000.0, arrives_day=2)
    case = replace(case, lots=(case.lots[1], coming))
    days = live_through(case, ())
    assert days.short["south", "heparin"] == [0, 1, 0]
    assert days.left() == {"s1": 0, "x1": 1}
    assert foresee(case).short[1, 0].tolist() == [0, 1, 0]
    assert case.ways().tolist() == [[0, 0, 1], [0, 2, 2]]  # what is on its way is not sent on


def test_what_expires_on_the_day_of_arrival_is_of_no_use() -> None:
    case = replace(three_hospitals(), lots=(Lot("x1", "heparin", "south", 3, 47.0, arrives_day=1),))
    assert live_through(case, ()).left() == {"x1": 3}
    solved = solve(MedicinesProblem(case), EXACT)
    assert solved.solution is not None
    assert solved.solution.wasted_units == 3
    assert audit(MedicinesProblem(case), solved) == []


# Ambulances


@pytest.mark.parametrize(
    ("change", "vehicles"),
    [
        ({}, ((1, 1),)),  # west adds 4.5, then east 2.5 where west would add 2.25
        ({"fleet": np.array([1])}, ((1, 0),)),
        ({"fleet": np.array([1]), "standing": np.array([1, 1])}, ((1, 0),)),  # east is missed by 2.5, west by 3.5
        ({"fleet": np.array([1]), "standing": np.array([1, 1]), "held": np.array([0, 1])}, ((0, 1),)),
        ({"standing": np.array([0, 2])}, ((1, 1),)),
        ({"standing": np.array([0, 2]), "moves_per_hour": 0}, ((0, 2),)),
        ({"standing": np.array([0, 2]), "move_cost": 1.8}, ((0, 2),)),
        ({"demand": np.array([[5.0], [4], [0]]), "reach_min": 10.0}, ((1, 1),)),
        ({"demand": np.array([[5.0], [4], [0]])}, ((2, 0),)),
        ({"fleet": np.array([4])}, ((2, 2),)),
    ],
)
def test_the_rule_places_one_by_one(change: dict[str, Any], vehicles: tuple[tuple[int, ...], ...]) -> None:
    case = two_stations(**change)
    solved = location_rule.by_rule(case)
    assert solved.ending is Ending.FEASIBLE
    assert solved.solution is not None
    assert solved.solution.vehicles == vehicles
    assert audit(LocationProblem(case), solved) == []


def test_the_rule_has_no_answer_without_room() -> None:
    solved = location_rule.by_rule(two_stations(fleet=np.array([5])))
    assert (solved.ending, solved.solution, solved.objective) == (Ending.NO_ANSWER, None, None)


def test_the_rule_does_not_look_ahead() -> None:
    """Next hour all call in c; the rule waits for it and may then move one, the plan sends one there at once."""
    case = two_stations(
        demand=np.array([[5.0, 0], [0, 0], [4, 40]]),
        fleet=np.array([2, 2]),
        busy=np.array([0.1, 0.5]),
        standing=np.array([2, 0]),
        moves_per_hour=1,
    )
    ruled, solved = location_rule.by_rule(case), solve(LocationProblem(case), EXACT)
    assert ruled.solution is not None
    assert solved.solution is not None
    assert ruled.solution.vehicles == solved.solution.vehicles == ((1, 1), (0, 2))
    dear = replace(case, demand=np.array([[5.0, 0], [0, 0], [0, 40]]))
    ruled, solved = location_rule.by_rule(dear), solve(LocationProblem(dear), EXACT)
    assert ruled.solution is not None
    assert solved.solution is not None
    assert ruled.solution.vehicles == ((2, 0), (1, 1))
    assert solved.solution.vehicles == ((1, 1), (0, 2))


# Appointments


@pytest.mark.parametrize(
    ("change", "session"),
    [
        ({"must": np.array([False, True, False])}, (0, 0, 1)),  # Ben comes first and takes near, Ann stands behind him
        ({"booked": np.array([-1, 1, -1]), "settled": np.array([False, True, False])}, (0, 1, UNBOOKED)),
        ({"due_day": np.array([5, 4, 0])}, (1, 0, UNBOOKED)),  # Cem is late tomorrow (13, open 8), Ann is due last
        ({"overbook_limit": np.array([0, 0])}, (0, 1, UNBOOKED)),
        ({"p_no_show": np.array([1.0, 1.0])}, (0, 0, 1)),
        ({"slots": np.array([0, 0]), "overbook_limit": np.array([0, 0])}, (UNBOOKED,) * 3),
    ],
)
def test_the_rule_books_who_is_due_first(change: dict[str, Any], session: tuple[int, ...]) -> None:
    case = two_clinics(**change)
    solved = appointments_rule.by_rule(case)
    assert solved.solution is not None
    assert solved.solution.session == session
    assert audit(AppointmentsProblem(case), solved) == []


def test_the_rule_has_no_answer_for_who_must_be_seen_and_comes_too_late() -> None:
    """Ben, who must be seen too, takes the only slot that Cem could have had."""
    case = two_clinics(
        must=np.array([True, True, True]), due_day=np.array([0, 1, 1]), overbook_limit=np.zeros(2, dtype=np.intp)
    )
    solved = appointments_rule.by_rule(case)
    assert (solved.ending, solved.solution, solved.objective) == (Ending.NO_ANSWER, None, None)
    assert solve(AppointmentsProblem(case)).ending is Ending.INFEASIBLE  # nor is there room for all three
    more = replace(case, slots=np.array([2, 1]))
    assert appointments_rule.by_rule(more).solution == solve(AppointmentsProblem(more)).solution
