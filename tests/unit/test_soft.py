"""Constraints that may give: exact small cases, limits of the price, and what is reported."""

from typing import Any

import pyomo.environ as pyo
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimize.cover import CoverProblem
from optimize.cover_case import CoverCase
from optimize.score import audit, total
from optimize.soft import soften
from optimize.solver import Ending, solve
from tests.unit.test_cover import covers, shifts
from tests.unit.test_solver import EXACT, Written, carpenter, too_much

pytestmark = pytest.mark.unit

PROBLEM = CoverProblem(shifts())


@pytest.mark.parametrize(("price", "cost", "slack_cost"), [(1.0, 0, 8), (2.2, 8, 6.6), (100.0, 17, 0)])
def test_the_dearer_it_is_the_less_gives(price: float, cost: float, slack_cost: float) -> None:
    """Nothing done misses 1 + 4 + 3; two late shifts miss dawn by 1 and noon by 2."""
    solved = solve(soften(PROBLEM, {"cover": price}), EXACT)
    assert solved.solution is not None
    assert solved.solution.slack_cost == pytest.approx(slack_cost)
    assert solved.solution.solution.cost == pytest.approx(cost)
    assert solved.objective == pytest.approx(cost + slack_cost)


def test_what_gave_is_named_with_its_price() -> None:
    solved = solve(soften(PROBLEM, {"cover": 2.2}), EXACT)
    assert solved.solution is not None
    dawn, noon = solved.solution.slacks
    assert (dawn.constraint, dawn.index, dawn.short, dawn.over, dawn.price, dawn.cost) == (
        "cover",
        "dawn",
        1,
        0,
        2.2,
        2.2,
    )
    assert (noon.index, noon.short) == ("noon", 2)
    assert "dawn needs 1" in dawn.words


def test_a_problem_without_solution_gets_one_and_a_maximized_one_pays() -> None:
    """7 pieces ask for 4.5 at most; 2.5 are missed at 10 each, from a worth of 21."""
    assert solve(Written(too_much)).ending is Ending.INFEASIBLE
    soft = soften(Written(too_much), {"order": 10.0})
    solved = solve(soft)
    assert solved.objective == pytest.approx(21 - 25)
    assert solved.solution is not None
    assert solved.solution.slacks[0].short == pytest.approx(2.5)
    assert total(soft.terms(solved.solution)) == pytest.approx(-25)


def test_both_sides_and_equalities_may_give() -> None:
    def write(model: Any) -> None:
        model.x = pyo.Var(bounds=(4, 4))
        model.between = pyo.Constraint(expr=(0, model.x, 3))
        model.exact = pyo.Constraint(expr=model.x == 6)
        model.cost = pyo.Objective(expr=model.x)

    solved = solve(soften(Written(write), {"between": 1.0, "exact": 1.0}))
    assert solved.objective == pytest.approx(4 + 1 + 2)
    assert solved.solution is not None
    assert [(one.constraint, one.index, one.short, one.over) for one in solved.solution.slacks] == [
        ("between", None, 0, 1),
        ("exact", None, 2, 0),
    ]


@given(covers(), st.sampled_from([0.5, 2.0, 1000.0]))
def test_a_soft_problem_is_never_worse_and_adds_up(case: CoverCase, price: float) -> None:
    problem = CoverProblem(case)
    soft = soften(problem, {"cover": price})
    hard, solved = solve(problem, EXACT), solve(soft, EXACT)
    assert solved.ending is Ending.OPTIMAL
    assert audit(soft, solved) == []
    assert solved.solution is not None
    if hard.objective is not None:
        assert solved.objective <= hard.objective + 1e-9  # type: ignore[operator]
        if price == 1000.0:
            assert solved.solution.slacks == ()
    else:
        assert solved.solution.slacks


def test_other_constraints_do_not_give() -> None:
    def write(model: Any) -> None:
        carpenter(model)
        model.order = pyo.Constraint([1, 2], rule=lambda m, i: m.t >= 4 + i)

    solved = solve(soften(Written(write), {"order": 100.0}))
    assert solved.solution is not None
    assert solved.solution.solution["t"] == pytest.approx(4)
    assert [(one.index, one.short) for one in solved.solution.slacks] == [(1, pytest.approx(1)), (2, pytest.approx(2))]


def test_impossible_prices_and_names_are_named() -> None:
    with pytest.raises(ValueError, match=r"price of cover is 0.*price of other is -1"):
        soften(PROBLEM, {"cover": 0, "other": -1})
    with pytest.raises(KeyError, match="no constraint 'level'"):
        solve(soften(PROBLEM, {"level": 1}))
