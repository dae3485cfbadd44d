"""Ambulances: stations known by hand, small cases against enumeration, the rule, the check and the planner."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from optimize.explain import explain
from optimize.location.case import LocationCase, LocationPlan, plan_of
from optimize.location.check import breaches, terms
from optimize.location.planner import LocationPlanner
from optimize.location.problem import LocationProblem, maximal_covering
from optimize.location.rule import by_rule
from optimize.pin import why_not
from optimize.score import audit, by_entity, by_name, terms_of, total
from optimize.solver import Ending, SolveOptions, solve
from sim.streams import Replication, stream
from tests.location_cases import a_city, cases, two_stations

pytestmark = pytest.mark.unit

EXACT = SolveOptions(gap=0.0)


def placed(case: LocationCase, *hours: tuple[int, ...]) -> LocationPlan:
    return plan_of(case, np.array(hours, dtype=np.intp))


def test_stations_known_by_hand() -> None:
    problem = LocationProblem(two_stations())
    solved = solve(problem, EXACT)
    assert solved.ending is Ending.OPTIMAL
    assert solved.solution == LocationPlan(((1, 1),), 7.0, 0, 7.0)
    assert audit(problem, solved) == []
    found = terms_of(problem, solved.solution)
    assert by_name(found) == {"calls covered": 7, "moves": 0, "chance of a free vehicle in the worst zone": 0}
    assert by_entity(found) == {"a": 2.5, "b": 3, "c": 1.5, "hour 0": 0}
    assert [term.amount for term in found if term.name.startswith("chance")] == [0.5]


@pytest.mark.parametrize(
    ("change", "vehicles", "value"),
    [
        ({"busy": np.array([0.1])}, (1, 1), 5 * 0.9 + 4 * 0.99 + 3 * 0.9),
        (
            {"busy": np.array([0.9])},
            (2, 0),
            9 * 0.19,
        ),  # of two that are hardly ever free both are wanted where most call
        ({"capacity": np.array([0, 2])}, (0, 2), 7 * 0.75),
        ({"fleet": np.array([1])}, (1, 0), 4.5),
        ({"threshold_min": 7.0}, (1, 1), 5 * 0.5 + 7 * 0.5),
        ({"standing": np.array([0, 2]), "moves_per_hour": 0}, (0, 2), 5.25),
        ({"standing": np.array([0, 2]), "moves_per_hour": 1}, (1, 1), 7),
        ({"standing": np.array([0, 2]), "held": np.array([0, 2])}, (0, 2), 5.25),
        ({"standing": np.array([0, 2]), "move_cost": 1.7}, (1, 1), 5.3),
        ({"standing": np.array([0, 2]), "move_cost": 1.8}, (0, 2), 5.25),
        ({"standing": np.array([0, 1]), "moves_per_hour": 0}, (1, 1), 7),  # to place a newcomer is no move
    ],
)
def test_what_decides(change: dict[str, Any], vehicles: tuple[int, int], value: float) -> None:
    case = two_stations(**change)
    solved = solve(LocationProblem(case), EXACT)
    assert solved.solution is not None
    assert solved.solution.vehicles == (vehicles,)
    assert solved.objective == pytest.approx(value)
    assert audit(LocationProblem(case), solved) == []


def test_if_nobody_is_ever_busy_one_vehicle_covers_a_zone() -> None:
    """One vehicle covers 9 calls from west; with two, all 12."""
    case = two_stations(fleet=np.array([1]))
    assert solve(maximal_covering(case), EXACT).objective == 9
    assert solve(maximal_covering(two_stations()), EXACT).objective == 12


def test_moves_between_hours_are_counted_and_limited() -> None:
    """In the second hour all call in c: a move there wins 4 · .25 - .3."""
    demand = np.array([[5.0, 0], [4, 0], [3, 4]])
    case = two_stations(demand=demand, fleet=np.array([2, 2]), busy=np.array([0.5, 0.5]), move_cost=0.3)
    solved = solve(LocationProblem(case), EXACT)
    assert solved.solution == LocationPlan(((1, 1), (0, 2)), 10.0, 1, 9.7)
    still = solve(LocationProblem(replace(case, moves_per_hour=0)), EXACT)
    assert still.solution == LocationPlan(((1, 1), (1, 1)), 9.0, 0, 9.0)


def test_a_zone_that_nobody_can_reach_is_named() -> None:
    case = two_stations(reach_min=10.0, fleet=np.array([1]))
    assert solve(LocationProblem(case)).ending is Ending.INFEASIBLE
    conflict = explain(LocationProblem(case))
    assert set(conflict.lines) == {
        "a must be reached within 10 minutes in hour 0; that can be done from west",
        "c must be reached within 10 minutes in hour 0; that can be done from east",
        "1 vehicles are on duty in hour 0",
    }
    assert conflict.minimal
    assert (by_rule(case).ending, by_rule(case).solution) == (Ending.NO_ANSWER, None)
    nowhere = LocationProblem(two_stations(reach_min=4.0))
    assert "that can be done from no station" in explain(nowhere).lines[0]


def test_why_not_both_at_west() -> None:
    answer = why_not(LocationProblem(two_stations()), {("stand", ("west", 0)): 2})
    assert answer.cost == pytest.approx(7 - 6.75)


def best_by_enumeration(case: LocationCase) -> float | None:
    """Try every number of vehicles at every station in every hour; None if none of them holds."""
    one_hour = list(product(*(range(n + 1) for n in case.capacity.tolist())))
    plans = (placed(case, *hours) for hours in product(one_hour, repeat=case.n_hours))
    return max((total(terms(case, plan)) for plan in plans if not breaches(case, plan)), default=None)


@settings(max_examples=60)
@given(cases())
def test_no_plan_is_better_than_the_best_of_all(case: LocationCase) -> None:
    best = best_by_enumeration(case)
    for presolve in (True, False):
        solved = solve(LocationProblem(case), SolveOptions(gap=0.0, presolve=presolve))
        if best is None:
            assert solved.ending is Ending.INFEASIBLE
        else:
            assert solved.objective == pytest.approx(best)


@settings(max_examples=25)
@given(cases(stations=2, zones=3, most_hours=2))
def test_no_plan_of_two_hours_is_better_than_the_best_of_all(case: LocationCase) -> None:
    best, solved = best_by_enumeration(case), solve(LocationProblem(case), EXACT)
    assert (solved.ending is Ending.INFEASIBLE) == (best is None)
    if best is not None:
        assert solved.objective == pytest.approx(best)


@settings(max_examples=60)
@given(cases(stations=4, zones=6, most_hours=3))
def test_a_plan_holds_and_is_never_worse_than_the_rule(case: LocationCase) -> None:
    problem = LocationProblem(case)
    solved, ruled = solve(problem, EXACT), by_rule(case)
    planned = LocationPlanner(horizon_hours=3, options=EXACT).plan(case)
    for answer in (solved, ruled, planned):
        assert audit(problem, answer) == []
    assert planned.ending is solved.ending
    assert planned.objective == pytest.approx(solved.objective)
    if ruled.objective is not None:
        assert solved.objective is not None
        assert ruled.objective <= solved.objective + 1e-6


def test_zones_alike_are_put_together() -> None:
    case = two_stations(travel_min=np.array([[5.0, 8.0, 8.0], [20.0, 7.0, 6.0]]))
    merged = case.merged()
    assert sorted(zip(merged.zones, merged.demand[:, 0].tolist(), strict=True)) == [("a", 5.0), ("b", 7.0)]
    assert len(replace(case, reach_min=6.0).merged().zones) == 3  # only east reaches c so soon, nobody b


def test_the_planner_holds_who_came_lately_and_looks_no_further_than_its_horizon() -> None:
    case = two_stations(standing=np.array([0, 2]))
    planner = LocationPlanner(freeze_min=30.0)
    assert planner.plan(case, [[], [10.0, 45.0]]).solution == LocationPlan(((1, 1),), 7.0, 1, 7.0)
    held = planner.plan(case, [[], [10.0, 29.0]]).solution
    assert held is not None
    assert held.vehicles == ((0, 2),)
    assert planner.plan(replace(case, held=np.array([0, 2]))).solution == held
    two_hours = two_stations(demand=np.ones((3, 2)), fleet=np.array([2, 2]), busy=np.array([0.5, 0.5]))
    plan = planner.plan(two_hours).solution
    assert plan is not None
    assert len(plan.vehicles) == 1


def test_a_city_is_planned_better_than_by_rule() -> None:
    case = a_city(stream(Replication(0, 20261122), "stations"), 12, 60, 9, n_hours=3)
    planned, ruled = LocationPlanner(horizon_hours=3).plan(case), by_rule(case)
    assert audit(LocationProblem(case), planned) == []
    assert planned.objective is not None
    assert ruled.objective is not None
    assert planned.objective > ruled.objective


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (
            ((3, 1),),
            [
                "hour 0: 4 vehicles stand somewhere, 2 are on duty",
                "hour 0: west has 3 vehicles and holds 2",
                "n_moves is 0, the plan says 2",
            ],
        ),
        (((2, 0),), ["hour 0: nobody reaches c within 10 minutes", "1 vehicles must stay at east, 0 do"]),
        (((1, 1),), []),
        (((1, 1), (1, 1)), ["vehicles must be given for 1 hours and 2 stations"]),
    ],
)
def test_the_check_names_what_is_wrong(plan: tuple[tuple[int, ...], ...], words: list[str]) -> None:
    case = two_stations(standing=np.array([1, 1]), held=np.array([0, 1]), reach_min=10.0)
    whole = placed(case, *plan) if len(plan) == 1 else LocationPlan(plan, 0, 0, 0)
    assert sorted(breaches(case, whole)) == sorted(words)


def test_the_check_knows_moves_and_promises() -> None:
    case = two_stations(standing=np.array([2, 0]), moves_per_hour=1)
    assert breaches(case, placed(case, (0, 2))) == ["hour 0 has 2 moves, the limit is 1"]
    assert breaches(case, LocationPlan(((1, 1),), 8.0, 0, 9.0)) == [
        "covered_calls is 7, the plan says 8",
        "n_moves is 1, the plan says 0",
        "value is 7, the plan says 9",
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"zones": ("a", "a", "b")}, "zones has a more than once"),
        ({"demand": np.ones((2, 1)), "capacity": np.array([1])}, "demand has shape.*capacity has shape"),
        ({"fleet": np.array([], dtype=int)}, "fleet is empty"),
        ({"fleet": np.array([1.5])}, "fleet must hold whole numbers"),
        ({"busy": np.array([1.0]), "demand": -np.ones((3, 1))}, "demand holds -1.*busy holds 1; give shares below 1"),
        ({"standing": np.array([3, 0])}, "standing: 3 at west, which holds 2"),
        ({"held": np.array([1, 0])}, "held is more than standing"),
        ({"moves_per_hour": -1, "reach_min": -2.0}, "moves_per_hour must hold.*reach_min is -2"),
    ],
)
def test_impossible_cases_are_named(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        two_stations(**change)


def test_impossible_settings_are_named() -> None:
    with pytest.raises(ValueError, match=r"horizon_hours holds 0.*freeze_min holds -1"):
        LocationPlanner(0, -1.0)
