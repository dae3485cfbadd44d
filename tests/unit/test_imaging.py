"""Imaging: scanners known by hand, every small case against enumeration, the rule, the check and the planner."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from optimize.explain import explain
from optimize.imaging.case import Booking, ImagingCase, ImagingPlan, plan_of
from optimize.imaging.check import breaches, terms
from optimize.imaging.planner import ImagingPlanner
from optimize.imaging.problem import ImagingProblem
from optimize.imaging.rule import by_rule
from optimize.score import audit, by_entity, by_name, terms_of, total
from optimize.solver import Ending, SolveOptions, solve
from tests.imaging_cases import a_city, cases, two_scanners

pytestmark = pytest.mark.unit

EXACT = SolveOptions(gap=0.0)
EVER = {"horizon_min": 1e6, "freeze_min": 0.0, "opening_notice_min": 0.0}


def test_two_scanners_known_by_hand() -> None:
    """One urgent request travels (30); the evening opens (90) for both routine ones, whom postponing would cost 100."""
    problem = ImagingProblem(two_scanners())
    solved = solve(problem, EXACT)
    assert solved.ending is Ending.OPTIMAL
    assert solved.solution == ImagingPlan((Booking(0, 0, 2), Booking(0, 2, 1), Booking(1, 1, 2)), (1,), 120.0)
    assert audit(problem, solved) == []
    found = terms_of(problem, solved.solution)
    assert by_name(found) == {"late": 0, "travel": 30, "opening": 90, "booked": 0, "expected overload": 0}
    assert by_entity(found) == {"urgent": 30, "routine": 0, "A evening": 90, "A today": 0, "B today": 0}
    assert [(term.entity, term.amount) for term in found if term.name == "booked"] == [
        ("A today", 2),
        ("A evening", 2),
        ("B today", 1),
    ]


def test_a_booking_beyond_the_slots_costs_what_is_expected() -> None:
    """A third booking today overloads if all three come, 1 in 8; with that at 320 it costs 40, less than postponing."""
    case = replace(two_scanners(), overload_cost=320.0, opening_cost=np.array([0.0, 200, 0]))
    solved = solve(ImagingProblem(case), EXACT)
    assert solved.objective == pytest.approx(30 + 40 + 50)
    assert solved.solution is not None
    assert by_name(terms_of(ImagingProblem(case), solved.solution))["expected overload"] == pytest.approx(40)


def test_prices_beyond_the_slots() -> None:
    """Two slots, bookings 3 and 4 with half of them coming: q P(Bin(2, q) = 2) = 1/8, q P(Bin(3, q) >= 2) = 1/4."""
    case = replace(two_scanners(), most_over=np.array([2, 1, 0]), overload_cost=8.0)
    assert case.over_price()[0] == pytest.approx([1, 2])
    assert case.over_price()[1] == pytest.approx([8, np.inf])
    assert np.isinf(case.over_price()[2]).all()
    assert replace(case, booked=np.array([3, 0, 0])).over_price()[0] == pytest.approx([2])


def test_the_rule_neither_opens_nor_overbooks() -> None:
    solved = by_rule(two_scanners())
    assert solved.ending is Ending.FEASIBLE
    assert solved.solution == ImagingPlan((Booking(0, 0, 2), Booking(0, 2, 1)), (), 30.0 + 100)


def must_be_booked() -> ImagingCase:
    """Three urgent requests must be scanned within two hours, without travel, where two slots and one more are."""
    return replace(
        two_scanners(),
        latest_min=np.array([120.0, np.inf]),
        postpone_cost=np.array([np.inf, 50.0]),
        max_travel_min=10.0,
        most_over=np.zeros(3, dtype=np.intp),
    )


def test_requests_that_must_be_booked_and_cannot_be_are_explained() -> None:
    problem = ImagingProblem(must_be_booked())
    assert solve(problem).ending is Ending.INFEASIBLE
    assert by_rule(problem.case).ending is Ending.NO_ANSWER
    assert ImagingPlanner(**EVER).plan(problem.case).ending is Ending.INFEASIBLE
    conflict = explain(problem)
    assert conflict.minimal
    assert "3 of urgent must have a slot" in conflict.lines
    assert "A today has 2 slots left, and takes 0 more at a price" in conflict.lines
    assert not any("routine" in line or "evening" in line for line in conflict.lines)


def test_every_constraint_speaks() -> None:
    problem = ImagingProblem(two_scanners())
    assert problem.words("everyone", 1) == "2 of routine want a slot or are postponed"
    assert problem.words("opened", 1) == "A evening takes nobody unless it is opened"
    assert problem.words("beyond", (1, 0)) == "A evening takes nobody unless it is opened"


def best_by_enumeration(case: ImagingCase) -> float:
    """Try every way of spreading requests over sessions, priced by the check; inf if nothing holds."""
    ways = [
        [w for w in product(range(n + 1), repeat=len(case.sessions)) if sum(w) <= n] for n in case.n_requests.tolist()
    ]
    best = np.inf
    for booked in product(*ways):
        pairs = np.argwhere(np.array(booked)).tolist()
        used = {t for _, t in pairs if case.opening_cost[t] > 0}
        bookings = tuple(Booking(g, t, booked[g][t]) for g, t in pairs)
        plan = ImagingPlan(bookings, tuple(sorted(used)), 0.0)
        plan = replace(plan, cost=total(terms(case, plan)))
        if plan.cost < best and not breaches(case, plan):
            best = plan.cost
    return best


@settings(max_examples=60, deadline=None)
@given(cases())
def test_no_plan_is_cheaper_than_the_cheapest_of_all(case: ImagingCase) -> None:
    best = best_by_enumeration(case)
    problem, ruled, planned = ImagingProblem(case), by_rule(case), ImagingPlanner(**EVER).plan(case)
    solved = solve(problem, EXACT)
    if best == np.inf:
        assert solved.ending is planned.ending is Ending.INFEASIBLE
        assert ruled.solution is None
        return
    assert audit(problem, solved) == []
    assert solved.objective == pytest.approx(best)
    assert planned.solution is not None
    assert breaches(case, planned.solution) == []
    assert planned.bound is not None
    assert planned.bound <= best + 1e-6
    assert planned.solution.cost >= best - 1e-6
    if planned.ending is Ending.OPTIMAL:
        assert planned.solution.cost <= best / (1 - 5e-3) + 1e-6
    if ruled.solution is not None:
        assert breaches(case, ruled.solution) == []
        assert planned.solution.cost <= ruled.solution.cost + 1e-9


def test_without_openings_the_planner_is_exact_at_once() -> None:
    case = replace(a_city(3, np.random.default_rng(5)), opening_cost=np.zeros(18))
    planned = ImagingPlanner(**EVER).plan(case)
    assert planned.ending is Ending.OPTIMAL
    assert planned.objective == pytest.approx(solve(ImagingProblem(case), EXACT).objective)


def test_a_city_is_cheaper_than_by_the_rule_and_depends_on_no_review_before() -> None:
    generator = np.random.default_rng(7)
    city = a_city(3, generator)
    reviews = [replace(a_city(3, generator), travel_min=city.travel_min) for _ in range(3)]
    used = ImagingPlanner(**EVER)
    for review in reviews:
        planned, ruled = used.plan(review), by_rule(review)
        assert planned.solution == ImagingPlanner(**EVER).plan(review).solution
        assert planned.solution is not None
        assert ruled.solution is not None
        assert breaches(review, planned.solution) == []
        assert planned.solution.cost < ruled.solution.cost


def test_where_rounding_is_dearer_the_rule_decides() -> None:
    """Half the evening at 120 looks cheaper than postponing two routine requests (100), all of it is not."""
    case = replace(two_scanners(), opening_cost=np.array([0.0, 120.0, 0.0]))
    planned = ImagingPlanner(**EVER).plan(case)
    assert planned.solution == by_rule(case).solution
    assert (planned.ending, planned.objective) == (Ending.FEASIBLE, 130.0)


@pytest.mark.parametrize(
    ("window", "sessions", "opened"),
    [
        ({}, {0, 1, 2}, (1,)),
        ({"freeze_min": 61.0}, {1}, (1,)),
        ({"horizon_min": 60.0}, {0, 2}, ()),
        ({"opening_notice_min": 421.0}, {0, 2}, ()),
    ],
)
def test_the_planner_changes_only_what_is_inside_its_window(
    window: dict[str, float], sessions: set[int], opened: tuple[int, ...]
) -> None:
    planned = ImagingPlanner(**{**EVER, **window}).plan(two_scanners())
    assert planned.solution is not None
    assert {booking.session for booking in planned.solution.bookings} == sessions
    assert planned.solution.opened == opened


def test_a_session_needed_in_small_part_opens_when_somebody_must_be_booked() -> None:
    """One request needs the evening: a quarter of it is below half, but closed the request could not be booked."""
    case = replace(must_be_booked(), latest_min=np.array([np.inf, np.inf]), n_requests=np.array([3, 0]))
    planned = ImagingPlanner(**EVER).plan(case)
    assert planned.solution is not None
    assert planned.solution.opened == (1,)
    assert (planned.ending, planned.objective) == (Ending.FEASIBLE, 90.0 + 300)
    assert planned.bound == pytest.approx(90 / 4 + 300)


def test_the_planner_refuses_times_below_zero() -> None:
    with pytest.raises(ValueError, match=r"freeze_min holds -1; .*opening_notice_min holds -2"):
        ImagingPlanner(freeze_min=-1, opening_notice_min=-2)


@pytest.mark.parametrize(
    ("change", "bookings", "words"),
    [
        ({}, [(0, 0, 4)], ["urgent: 1 more are booked than ask", "A today takes 3 more, the plan books 4"]),
        ({}, [(1, 1, 1)], ["A evening is not open"]),
        ({}, [(1, 0, 0)], ["(1, 0, 0) books nobody"]),
        ({"max_travel_min": 20.0}, [(0, 2, 1)], ["urgent would travel 30 minutes to B today, 20 are allowed"]),
        ({"latest_min": np.array([50.0, 50.0])}, [(0, 0, 1)], ["urgent must be scanned before A today"]),
        ({"may_use": np.zeros((2, 3), dtype=np.bool_)}, [(0, 0, 1)], ["A today does not suit urgent"]),
        ({"postpone_cost": np.array([np.inf, 50])}, [(0, 0, 2)], ["urgent: 1 are postponed who must not be"]),
        ({"booked": np.array([2, 0, 0])}, [(0, 0, 2)], ["A today takes 1 more, the plan books 2"]),
    ],
)
def test_the_check_names_what_is_wrong(change: dict[str, Any], bookings: list[Any], words: list[str]) -> None:
    case = replace(two_scanners(), **change)
    plan = ImagingPlan(tuple(Booking(*booking) for booking in bookings), (), 0.0)
    assert breaches(case, replace(plan, cost=total(terms(case, plan)))) == words


def test_the_check_adds_up_the_cost() -> None:
    """Nobody is booked: three urgent at 400 and two routine at 50."""
    assert breaches(two_scanners(), ImagingPlan((), (), 1300.0)) == []
    assert breaches(two_scanners(), ImagingPlan((), (), 1299.0)) == ["the plan costs 1300, it says 1299"]


def test_a_plan_prices_itself_as_the_check_does() -> None:
    booked = np.array([[3, 0, 0], [0, 1, 1]])
    plan = plan_of(two_scanners(), booked)
    assert plan.cost == pytest.approx(50 + 90 + 30)
    assert breaches(two_scanners(), plan) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"slots": np.array([1])}, r"slots has shape \(1,\); give \(3,\)"),
        ({"may_use": np.ones((3, 2), dtype=np.bool_)}, r"may_use has shape \(3, 2\); give \(2, 3\)"),
        ({"hospital": np.array([0, 2])}, "hospital holds 2"),
        (
            {"p_no_show": np.array([1.5, 0, 0]), "n_requests": np.array([-1, 0])},
            "n_requests holds -1; .*p_no_show holds 1.5",
        ),
        ({"booked": np.array([0, 1, 0])}, "A evening has bookings and an opening_cost"),
        ({"start_min": np.array([np.inf, 0, 0])}, "start_min holds inf"),
    ],
)
def test_impossible_cases_are_named(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(two_scanners(), **change)
