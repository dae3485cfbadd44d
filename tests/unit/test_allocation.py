"""Allocation: cases known by hand, small ones against enumeration, inequality, and what cannot be, in words."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimize.allocation import AllocationProblem
from optimize.allocation_case import (
    AllocationCase,
    AllocationPlan,
    Inequality,
    UnitMove,
    breaches,
    inequality_of,
    plan_of,
    ratio,
)
from optimize.audit import solve_checked
from optimize.explain import explain
from optimize.pin import why_not
from optimize.recourse import Recourse, value_of_recourse
from optimize.score import by_entity, by_name
from optimize.solver import Ending, solve
from tests.unit.test_solver import EXACT

pytestmark = pytest.mark.unit


def three_places(**fields: Any) -> AllocationCase:
    """Nord has 6 ventilators and needs 2, Mitte has none and needs 3, Süd has 1 and needs 4; Süd is far."""
    case = AllocationCase(
        types=("ventilator",),
        places=("Nord", "Mitte", "Süd"),
        supply=np.array([[6.0, 0, 1]]),
        demand=np.array([[2.0, 3, 4]]),
        move_cost=np.array([[0.0, 1, 5], [1, 0, 2], [5, 2, 0]]),
        unmet_cost=np.array([10.0]),
    )
    return replace(case, **fields)


def best(case: AllocationCase) -> AllocationPlan:
    solved = solve_checked(AllocationProblem(case), EXACT)
    assert solved.ending is Ending.OPTIMAL
    assert solved.solution is not None
    assert solved.objective == pytest.approx(solved.solution.cost, abs=1e-6)
    return solved.solution


def test_units_go_where_they_are_missed() -> None:
    """Nord spares 4: three to Mitte at 1, one to Süd at 5; two stay unmet."""
    plan = best(three_places())
    assert plan.moves == (UnitMove(0, 0, 1, 3), UnitMove(0, 0, 2, 1))
    assert plan.after.tolist() == [[2, 3, 2]]
    assert plan.unmet.tolist() == [[0, 0, 2]]
    assert plan.cost == 3 + 5 + 20


@pytest.mark.parametrize(
    ("fields", "after"),
    [
        ({"most_moves": 0}, [6, 0, 1]),
        ({"most_moves": 2}, [4, 2, 1]),
        ({"unmet_cost": np.array([4.0])}, [3, 3, 1]),  # too far for 5, a gain of 3 nearby
        ({"unmet_cost": np.array([0.5])}, [6, 0, 1]),
        ({"demand": np.zeros((1, 3))}, [6, 0, 1]),
        ({"least_ratio": 0.6}, [2, 2, 3]),
    ],
)
def test_cases_known_by_hand(fields: dict[str, Any], after: list[float]) -> None:
    assert best(three_places(**fields)).after.tolist() == [after]


def test_ways_that_are_closed_are_not_used() -> None:
    closed = np.array([[0.0, np.inf, np.inf], [1, 0, 2], [5, 2, 0]])
    assert best(three_places(move_cost=closed)).moves == ()


@pytest.mark.parametrize("kind", [Inequality.MAX_MIN, Inequality.GINI])
def test_dear_inequality_makes_ratios_equal(kind: Inequality) -> None:
    """Ratios of 7/9 everywhere need fractions; whole units come as near as they can."""
    plan = best(three_places(inequality=kind, inequality_cost=1e4))
    every = [np.array(units, dtype=float) for units in product(range(8), repeat=3) if sum(units) == 7]
    least = min(inequality_of(kind, units, three_places().demand[0]) for units in every)
    assert plan.inequality[0] == pytest.approx(least)


def test_inequality_by_hand() -> None:
    equal = np.array([2.0, 4]), np.array([1.0, 2])
    apart = np.array([3.0, 0]), np.array([1.0, 2])
    for kind in Inequality:
        assert inequality_of(kind, *equal) == pytest.approx(0)
        assert inequality_of(kind, np.zeros(2), equal[1]) == inequality_of(kind, equal[0], np.zeros(2)) == 0
    assert inequality_of(Inequality.MAX_MIN, *apart) == 1
    assert inequality_of(Inequality.GINI, *apart) == pytest.approx(2 / 3)
    assert inequality_of(Inequality.NONE, *apart) == 0


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=1, max_size=6))
def test_gini_is_twice_the_area_above_the_lorenz_curve(places: list[tuple[int, int]]) -> None:
    supply, demand = np.array(places, dtype=float).T
    if not supply.sum():
        return
    order = np.argsort(supply / demand)
    asked = np.concatenate(([0.0], np.cumsum(demand[order]) / demand.sum()))
    given = np.concatenate(([0.0], np.cumsum(supply[order]) / supply.sum()))
    area = float((np.diff(asked) * (given[1:] + given[:-1]) / 2).sum())
    assert inequality_of(Inequality.GINI, supply, demand) == pytest.approx(1 - 2 * area)


@st.composite
def cases(draw: st.DrawFn) -> AllocationCase:
    k, h = draw(st.integers(1, 2)), 3
    numbers = st.integers(0, 2)
    supply = np.array(draw(st.lists(numbers, min_size=k * h, max_size=k * h)), dtype=float).reshape(k, h)
    demand = np.array(draw(st.lists(st.integers(0, 3), min_size=k * h, max_size=k * h)), dtype=float).reshape(k, h)
    costs = draw(st.lists(st.sampled_from([0.5, 1.0, 3.0, np.inf]), min_size=h * h, max_size=h * h))
    return AllocationCase(
        types=tuple("ab"[:k]),
        places=tuple("xyz"),
        supply=supply,
        demand=demand,
        move_cost=np.array(costs).reshape(h, h),
        unmet_cost=np.array(draw(st.lists(st.integers(0, 5), min_size=k, max_size=k)), dtype=float),
        inequality_cost=draw(st.sampled_from([0.0, 2.0, 20.0])),
        inequality=draw(st.sampled_from(list(Inequality))),
        least_ratio=draw(st.sampled_from([0.0, 0.5])),
        most_moves=draw(st.sampled_from([None, 1, 3])),
    )


def plans_of_one_type(case: AllocationCase, k: int) -> list[tuple[UnitMove, ...]]:
    """List every way to move the units of one type."""
    ways = [(i, j) for i in range(3) for j in range(3) if i != j and np.isfinite(case.move_cost[i, j])]
    found = []
    for units in product(*(range(int(case.supply[k, i]) + 1) for i, _ in ways)):
        sent = np.zeros(3)
        for (i, _), n_units in zip(ways, units, strict=True):
            sent[i] += n_units
        if (sent <= case.supply[k]).all():
            found.append(tuple(UnitMove(k, i, j, n) for (i, j), n in zip(ways, units, strict=True) if n))
    return found


@settings(max_examples=40, deadline=None)
@given(cases())
def test_no_plan_is_cheaper_than_the_cheapest_of_all(case: AllocationCase) -> None:
    """With one type every plan is tried; with two they only share the limit of moves, which is then lifted."""
    case = case if len(case.types) == 1 else replace(case, most_moves=None)
    cheapest = 0.0
    for k in range(len(case.types)):
        alone = AllocationCase(
            case.types[k : k + 1],
            case.places,
            case.supply[k : k + 1],
            case.demand[k : k + 1],
            case.move_cost,
            case.unmet_cost[k : k + 1],
            case.inequality_cost,
            case.inequality,
            case.least_ratio,
            case.most_moves,
        )
        moves = [tuple(move._replace(type=0) for move in plan) for plan in plans_of_one_type(case, k)]
        plans = [plan_of(alone, one) for one in moves]
        cheapest += min((plan.cost for plan in plans if not breaches(alone, plan)), default=np.inf)
    solved = solve_checked(AllocationProblem(case), EXACT)
    if np.isinf(cheapest):
        assert solved.ending is Ending.INFEASIBLE
        assert explain(AllocationProblem(case)).minimal or len(explain(AllocationProblem(case)).parts) > 1
    else:
        assert solved.objective == pytest.approx(cheapest, abs=1e-6)


def test_what_cannot_be_is_said_in_words() -> None:
    conflict = explain(AllocationProblem(three_places(least_ratio=0.6, most_moves=3)))
    assert conflict.ending is Ending.INFEASIBLE
    assert conflict.minimal
    said = {line for line in conflict.lines if not line.startswith("move[")}
    assert said == {
        "Mitte must have at least 1.8 ventilator (it needs 3)",
        "Süd must have at least 2.4 ventilator (it needs 4)",
        "at most 3 units can be moved",
    }
    problem = AllocationProblem(three_places())
    assert problem.words("stock", (0, 0)) == "Nord has 6 ventilator"
    assert problem.words("need", (0, 2)) == "Süd needs 4 ventilator"
    assert problem.words("gini", 0) == problem.words("stock", 0) == ""


def test_too_little_in_the_whole_city_is_said() -> None:
    conflict = explain(AllocationProblem(three_places(least_ratio=1.0)))
    words = " ".join(conflict.lines)
    for place in ("Nord", "Mitte", "Süd"):
        assert f"{place} must have at least" in words
    assert sum(giving.amount for giving in conflict.relaxation if giving.name == "share") == pytest.approx(2)


def test_the_cost_is_taken_apart() -> None:
    problem = AllocationProblem(three_places(inequality_cost=9.0))
    plan = best(problem.case)
    terms = problem.terms(plan)
    names = by_name(terms)
    assert names["unmet demand"] + names["moving"] + names["inequality"] == pytest.approx(plan.cost)
    assert by_entity(terms)["ventilator, Nord to Mitte"] == pytest.approx(3)


def test_forcing_a_move_costs_what_it_costs() -> None:
    answer = why_not(AllocationProblem(three_places()), {("move", (0, 0, 2)): 3}, EXACT)
    assert answer.cost == pytest.approx(2 * (5 - 1))


def test_here_and_now_units_go_before_the_demand_is_known() -> None:
    calm, surge = three_places(), three_places(demand=np.array([[2.0, 1, 6]]))
    recourse = Recourse((AllocationProblem(calm), AllocationProblem(surge)))
    assert recourse.names == ("move",)
    mean = three_places(demand=np.array([[2.0, 2, 5]]))
    value = value_of_recourse(recourse, AllocationProblem(mean), EXACT).solution
    assert value is not None
    first, second = (plan.moves for plan in value.here_and_now.by_scenario)
    assert first == second
    assert min(value.vss, value.evpi) >= 0
    assert value.wait_and_see <= value.expected <= value.of_mean


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ((UnitMove(0, 1, 0, 1),), "Mitte sends more ventilator than it has to move"),
        ((UnitMove(0, 0, 0, 1),), "is not a move"),
        ((UnitMove(0, 0, 1, 4),), "at most 3 units can be moved, the plan moves 4"),
    ],
)
def test_the_check_names_what_is_wrong(plan: tuple[UnitMove, ...], words: str) -> None:
    case = three_places(most_moves=3)
    assert any(words in line for line in breaches(case, plan_of(case, plan)))


def test_the_check_sees_numbers_that_do_not_follow() -> None:
    case = three_places(least_ratio=0.1)
    honest = plan_of(case, ())
    assert breaches(case, honest) == ["Mitte has 0 ventilator, less than its least share"]
    for name in ("after", "unmet", "inequality", "cost"):
        wrong = replace(honest, **{name: getattr(honest, name) + 1})
        assert f"{name} is not what follows from the moves" in breaches(case, wrong)


def test_the_ratio_has_no_meaning_without_demand() -> None:
    shown = ratio(np.array([3.0, 2, 0]), np.array([2.0, 0, 4]))
    assert shown[[0, 2]].tolist() == [1.5, 0]
    assert np.isnan(shown[1])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"supply": np.array([[1.5, 0, 0]])}, "supply holds fractions"),
        (
            {"demand": np.array([[-1.0, 0, 0]]), "least_ratio": -1.0},
            "demand holds NaN or a negative.*least_ratio is -1",
        ),
        ({"unmet_cost": np.array([np.inf]), "most_moves": -1}, "unmet_cost holds inf.*most_moves is -1"),
        ({"places": ("Nord",)}, "supply has shape.*move_cost has shape"),
    ],
)
def test_impossible_cases_are_named_together(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        three_places(**fields)


def test_a_limit_leaves_a_plan_or_none() -> None:
    solved = solve(AllocationProblem(three_places(most_moves=0)))
    assert solved.solution is not None
    assert solved.solution.moves == ()
