"""Laws that optimal costs obey: more of anything never costs more, and prices in another unit change no decision."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimize.bedding.case import BeddingCase
from optimize.bedding.problem import BeddingProblem
from optimize.float_pool.case import FloatPoolCase
from optimize.float_pool.problem import FloatPoolProblem
from optimize.imaging.case import ImagingCase
from optimize.imaging.problem import ImagingProblem
from optimize.solver import SolveOptions, solve
from optimize.theatre.case import TheatreCase
from optimize.theatre.problem import TheatreProblem
from tests import bedding_cases, float_pool_cases, imaging_cases, theatre_cases

pytestmark = pytest.mark.theory

EXACT = SolveOptions(gap=0.0)
FEW = settings(max_examples=25, deadline=None)


def cost(problem: Any, options: SolveOptions = EXACT) -> float:
    """Return the least cost, inf if nothing holds."""
    objective = solve(problem, options).objective
    return np.inf if objective is None else objective


def not_dearer(more: float, less: float) -> bool:
    return more <= less + 1e-6 * max(1.0, abs(less) if np.isfinite(less) else 1.0)


@FEW
@given(bedding_cases.cases())
def test_one_more_room_of_a_kind_never_costs_more(case: BeddingCase) -> None:
    more = replace(case, n_rooms=case.n_rooms + 1)
    assert not_dearer(cost(BeddingProblem(more)), cost(BeddingProblem(case)))


@FEW
@given(bedding_cases.cases())
def test_rooms_that_women_and_men_share_never_cost_more(case: BeddingCase) -> None:
    shared = replace(case, single_sex=np.zeros(len(case.rooms), dtype=np.bool_))
    assert not_dearer(cost(BeddingProblem(shared)), cost(BeddingProblem(case)))


@FEW
@given(bedding_cases.cases())
def test_nobody_who_must_stay_never_costs_more(case: BeddingCase) -> None:
    free = replace(case, stays=np.zeros(len(case.patients), dtype=np.bool_))
    assert not_dearer(cost(BeddingProblem(free)), cost(BeddingProblem(case)))


@FEW
@given(float_pool_cases.cases())
def test_one_more_who_may_be_sent_never_costs_more(case: FloatPoolCase) -> None:
    more = replace(case, n_people=case.n_people + 1)
    assert not_dearer(cost(FloatPoolProblem(more)), cost(FloatPoolProblem(case)))


@FEW
@given(float_pool_cases.cases(), st.floats(0, 60))
def test_longer_travel_never_costs_less(case: FloatPoolCase, added_min: float) -> None:
    farther = replace(case, travel_min=case.travel_min + added_min)
    assert not_dearer(cost(FloatPoolProblem(case)), cost(FloatPoolProblem(farther)))


@FEW
@given(float_pool_cases.cases())
def test_the_network_is_whole_whatever_the_solver_does(case: FloatPoolCase) -> None:
    """Reading raises if a vertex is not whole; with and without presolve the cost is the same."""
    with_presolve = cost(FloatPoolProblem(case), SolveOptions(presolve=True))
    assert cost(FloatPoolProblem(case), SolveOptions(presolve=False)) == pytest.approx(with_presolve)


@FEW
@given(imaging_cases.cases())
def test_one_more_place_beyond_the_slots_never_costs_more(case: ImagingCase) -> None:
    more = replace(case, most_over=case.most_over + 1)
    assert not_dearer(cost(ImagingProblem(more)), cost(ImagingProblem(case)))


@FEW
@given(imaging_cases.cases())
def test_places_beyond_the_slots_get_dearer_one_by_one(case: ImagingCase) -> None:
    """The expected overload is convex in the bookings, on which the network rests."""
    for prices, n_over in zip(case.over_price(), case.n_over.tolist(), strict=True):
        assert (np.diff(prices[:n_over]) >= -1e-12).all()
        assert (prices[:n_over] <= case.overload_cost + 1e-12).all()


@FEW
@given(imaging_cases.cases())
def test_fewer_who_do_not_come_never_cost_less(case: ImagingCase) -> None:
    """Every booking that comes for certain can only add to the overload; nothing was booked before."""
    empty = replace(case, booked=np.zeros(len(case.sessions), dtype=np.intp))
    certain = replace(empty, p_no_show=np.zeros(len(case.sessions)))
    assert not_dearer(cost(ImagingProblem(empty)), cost(ImagingProblem(certain)))


@FEW
@given(theatre_cases.cases())
def test_longer_sessions_never_cost_more(case: TheatreCase) -> None:
    v = np.full(len(case.sessions), 30.0)
    longer = replace(case, minutes=case.minutes + 60)
    assert not_dearer(cost(TheatreProblem(longer, v)), cost(TheatreProblem(case, v)))


@FEW
@given(theatre_cases.cases(), st.floats(5, 60))
def test_a_linearized_plan_is_safe_around_any_deviation(case: TheatreCase, v: float) -> None:
    """Whatever v, a plan of the linear program overruns seldom enough: its own check finds nothing."""
    problem = TheatreProblem(case, np.full(len(case.sessions), v))
    found = solve(problem, EXACT).solution
    assert found is None or problem.breaches(found) == []


@FEW
@given(theatre_cases.cases())
def test_costs_in_another_unit_scale(case: TheatreCase) -> None:
    v = np.full(len(case.sessions), 30.0)
    scaled = replace(
        case,
        late_cost_per_day=10 * case.late_cost_per_day,
        postpone_cost=10 * case.postpone_cost,
        bed_cost=10 * case.bed_cost,
    )
    assert cost(TheatreProblem(scaled, v)) == pytest.approx(10 * cost(TheatreProblem(case, v)))
