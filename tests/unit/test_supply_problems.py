"""Problems of medicines, ambulances and appointments pass the door: they speak, and decide before all is known."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from optimize.appointments.case import AppointmentsCase
from optimize.appointments.problem import AppointmentsProblem
from optimize.audit import solve_checked
from optimize.explain import explain
from optimize.location.case import LocationCase
from optimize.location.problem import LocationProblem
from optimize.medicines.case import MedicinesCase
from optimize.medicines.problem import MedicinesProblem
from optimize.recourse import Recourse, value_of_recourse
from optimize.score import audit
from optimize.solver import SolveOptions, solve
from tests import appointments_cases, location_cases, medicines_cases
from tests.appointments_cases import two_clinics
from tests.location_cases import two_stations
from tests.medicines_cases import cold, three_hospitals

pytestmark = pytest.mark.unit

EXACT = SolveOptions(gap=0.0)
TIGHT_COLD = replace(cold(three_hospitals()), cold_room=np.array([9, 2, 9]))
STILL = two_stations(standing=np.array([0, 2]), moves_per_hour=1)
SPEAKERS = (MedicinesProblem(TIGHT_COLD), LocationProblem(STILL), AppointmentsProblem(two_clinics()))


@pytest.mark.parametrize("problem", SPEAKERS, ids=lambda one: type(one).__name__)
def test_every_constraint_speaks(problem: Any) -> None:
    model = problem.build()
    for constraint in model.component_objects(descend_into=False):
        if constraint.ctype.__name__ == "Constraint":
            said = [problem.words(constraint.name, index) for index in constraint]
            assert all(said)
            assert len(set(said)) == len(said)


def test_vehicles_are_placed_before_it_is_known_where_people_call() -> None:
    """Calls come from a and b, or from c, half and half; one move at .25 does not pay once all is known to be even."""
    busy = np.array([0.5])
    west, east = (two_stations(demand=np.array(d), busy=busy) for d in ([[8.0], [0], [0]], [[0.0], [0], [8]]))
    mean = two_stations(demand=np.array([[4.0], [0], [4]]), busy=busy)
    scenarios = (LocationProblem(west), LocationProblem(east))
    solved = value_of_recourse(Recourse(scenarios), LocationProblem(mean), EXACT)
    assert solved.solution is not None
    assert solved.solution.here_and_now.decisions == {("stand", ("west", 0)): 1, ("stand", ("east", 0)): 1}
    assert solved.solution.expected == pytest.approx(4)  # half of 8 calls find the one vehicle in reach
    assert solved.solution.wait_and_see == pytest.approx(6)  # both vehicles stand where the calls come from
    assert solved.solution.of_mean == pytest.approx(4)


def test_bookings_are_made_before_it_is_known_who_comes() -> None:
    """Overbooking costs 16 · .25 = 4, or nothing if nobody comes: on average 2, less than the 5 that Ben gains."""
    scenarios = tuple(AppointmentsProblem(two_clinics(p_no_show=np.full(2, p))) for p in (0.5, 1.0))
    solved = solve(Recourse(scenarios), EXACT)
    assert solved.objective == pytest.approx(6 + 4 / 2)
    assert audit(Recourse(scenarios), solved) == []


def test_a_lot_is_not_saved_by_a_place_that_needs_nothing() -> None:
    """Two of n1 are of use at home; east needs nothing, so whatever goes there is wasted, though the way is free."""
    case = three_hospitals()
    case = replace(
        case,
        demand=np.array([[[1, 1, 0]], [[0, 0, 0]], [[0, 0, 0]]]),
        unit_cost=np.zeros((3, 3)),
        trip_cost=np.zeros((3, 3)),
    )
    assert solve(MedicinesProblem(case), EXACT).objective == 40


@settings(max_examples=40)
@given(medicines_cases.cases(most_lots=3))
def test_every_conflict_of_medicines_is_named(case: MedicinesCase) -> None:
    _named(MedicinesProblem(case))


@settings(max_examples=40)
@given(location_cases.cases())
def test_every_conflict_of_ambulances_is_named(case: LocationCase) -> None:
    _named(LocationProblem(case))


@settings(max_examples=40)
@given(appointments_cases.cases())
def test_every_conflict_of_appointments_is_named(case: AppointmentsCase) -> None:
    _named(AppointmentsProblem(case))


def _named(problem: Any) -> None:
    """Solve twice; what has no solution must have a reason, and what has one must not."""
    solved, conflict = solve_checked(problem, EXACT), explain(problem, EXACT)
    assert conflict.ending is solved.ending
    assert (solved.solution is None) == bool(conflict.lines)
