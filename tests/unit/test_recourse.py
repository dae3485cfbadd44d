"""Two stages: the newsvendor exactly, covers against enumeration, and what is refused."""

from dataclasses import dataclass, replace
from itertools import product
from math import inf
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimize.audit import solve_checked
from optimize.contract import SolveOptions
from optimize.cover import CoverProblem
from optimize.explain import explain
from optimize.recourse import Recourse, value_of_recourse
from optimize.score import Term, total
from optimize.solver import Ending, solve
from tests.unit.test_cover import shifts
from tests.unit.test_solver import EXACT, Written, carpenter, endless, split_market, too_much

pytestmark = pytest.mark.unit

PRICE, COST = 5.0, 3.0


@dataclass(frozen=True)
class Sales:
    sold: float
    order: float


@dataclass(frozen=True)
class Newsvendor:
    """Order for 3 before the demand is known, sell for 5; what is left over is lost."""

    demand: float
    least: float = 0.0
    first_stage: tuple[str, ...] = ("order",)

    def build(self) -> pyo.ConcreteModel:
        model = pyo.ConcreteModel()
        model.order = pyo.Var(domain=pyo.NonNegativeReals)
        model.sold = pyo.Var(domain=pyo.NonNegativeReals)
        model.stock = pyo.Constraint(expr=model.sold <= model.order)
        model.demand = pyo.Constraint(expr=model.sold <= self.demand)
        model.promise = pyo.Constraint(expr=model.sold >= self.least)
        model.profit = pyo.Objective(expr=PRICE * model.sold - COST * model.order, sense=pyo.maximize)
        return model

    def read(self, model: Any) -> Sales:
        return Sales(model.sold.value, model.order.value)

    def words(self, constraint: str, index: object) -> str:
        return f"{self.demand:g} are wanted" if constraint == "demand" else ""

    def terms(self, solution: Sales) -> tuple[Term, ...]:
        return Term("sold", "paper", solution.sold, PRICE), Term("ordered", "paper", solution.order, -COST)

    def breaches(self, solution: Sales) -> list[str]:
        return ["sells what it does not have"] if solution.sold > solution.order + 1e-9 else []


def profit(order: float, demands: list[float], weights: list[float]) -> float:
    return sum(p * (PRICE * min(order, d) - COST * order) for p, d in zip(weights, demands, strict=True))


def newsvendors(demands: list[float], weights: tuple[float, ...] = ()) -> Recourse[Sales]:
    return Recourse(tuple(map(Newsvendor, demands)), probabilities=weights)


def test_the_newsvendor_orders_the_critical_quantile() -> None:
    """Demand 10, 20, 60: the chance to sell one more exceeds 3/5 up to 10, so the 0.4 quantile 20 is best.

    Ordering 20 earns 5 (10 + 20 + 20) / 3 - 60; the mean 30 earns 5 (10 + 20 + 30) / 3 - 90; foresight earns 2
    on the mean.
    """
    demands = [10.0, 20.0, 60.0]
    solved = value_of_recourse(newsvendors(demands), Newsvendor(30.0))
    value = solved.solution
    assert value is not None
    assert value.here_and_now.decisions == {("order", None): 20}
    assert [round(one.sold, 9) for one in value.here_and_now.by_scenario] == [10, 20, 20]
    assert value.expected == solved.objective == pytest.approx(70 / 3)
    assert value.of_mean == pytest.approx(10)
    assert value.wait_and_see == pytest.approx(60)
    assert value.vss == pytest.approx(70 / 3 - 10)
    assert value.evpi == pytest.approx(60 - 70 / 3)
    assert value.misfit is None
    assert "Decide now: order = 20." in value.text
    assert "13.3333 (VSS)" in value.text
    assert "36.6667 (EVPI)" in value.text


@given(
    st.lists(st.integers(0, 50), min_size=1, max_size=5, unique=True),
    st.lists(st.integers(1, 9), min_size=5, max_size=5),
)
def test_every_newsvendor_does_as_well_as_the_best_demand(demands: list[int], shares: list[int]) -> None:
    """Expected profit is concave and bends at demands only, so one of them is best."""
    wants, parts = [float(d) for d in demands], shares[: len(demands)]
    weights = [part / sum(parts) for part in parts]
    mean = sum(p * d for p, d in zip(weights, wants, strict=True))
    value = value_of_recourse(newsvendors(wants, tuple(weights)), Newsvendor(mean)).solution
    assert value is not None
    assert value.expected == pytest.approx(max(profit(order, wants, weights) for order in [0.0, *wants]), abs=1e-7)
    assert value.of_mean == pytest.approx(profit(mean, wants, weights), abs=1e-7)
    assert value.wait_and_see == pytest.approx((PRICE - COST) * mean, abs=1e-7)
    assert value.wait_and_see + 1e-7 >= value.expected >= value.of_mean - 1e-7


def scenario_covers(needs: list[list[int]]) -> Recourse[Any]:
    cases = [replace(shifts(), needed=np.array(needed, dtype=float)) for needed in needs]
    return Recourse(tuple(map(CoverProblem, cases)), first_stage=("level",))


@given(st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=1, max_size=3))
def test_deciding_everything_now_covers_the_worst_of_all_scenarios(needs: list[list[int]]) -> None:
    worst = np.max(needs, axis=0)
    levels = np.array(list(product(range(4), repeat=2)))
    holds = (levels @ shifts().coverage.T >= worst).all(axis=1)
    recourse = scenario_covers(needs)
    solved = solve_checked(recourse, EXACT)
    assert solved.objective == pytest.approx((levels[holds] @ shifts().cost).min())
    mean = CoverProblem(replace(shifts(), needed=np.mean(needs, axis=0)))
    value = value_of_recourse(recourse, mean, EXACT).solution
    assert value is not None
    assert value.vss >= 0
    assert value.evpi >= 0
    assert value.of_mean >= value.expected - 1e-9
    assert (value.misfit is None) == np.isfinite(value.of_mean)


def test_a_decision_for_the_mean_that_does_not_fit_is_infinitely_bad() -> None:
    mean = CoverProblem(replace(shifts(), needed=np.array([1.0, 1, 0])))
    value = value_of_recourse(scenario_covers([[0, 0, 0], [2, 2, 0]]), mean, EXACT).solution
    assert value is not None
    assert (value.misfit, value.of_mean, value.vss) == (1, inf, inf)
    assert "does not fit scenario 1" in value.text


def test_a_first_stage_that_no_scenario_allows_is_explained_in_its_words() -> None:
    one, other = Newsvendor(5.0, least=9.0), Newsvendor(20.0)
    recourse = Recourse((other, one))
    assert solve(recourse).ending is Ending.INFEASIBLE
    assert value_of_recourse(recourse, other).ending is Ending.INFEASIBLE
    assert "5 are wanted (in scenario 1)" in explain(recourse).lines
    assert recourse.words("one_decision", 1) == ""


def test_scores_of_scenarios_add_up_by_probability() -> None:
    recourse = newsvendors([10.0, 30.0], (0.25, 0.75))
    solved = solve_checked(recourse)
    assert solved.solution is not None
    terms = recourse.terms(solved.solution)
    assert total(terms) == pytest.approx(solved.objective)
    assert {term.entity for term in terms} == {"paper (scenario 0)", "paper (scenario 1)"}
    cheat = replace(solved.solution, by_scenario=(Sales(10, 30), Sales(31, 30)))
    assert recourse.breaches(cheat) == ["scenario 1: sells what it does not have"]


def test_other_endings_pass_through() -> None:
    unbounded = Recourse((Written(endless),), ("x",))
    assert value_of_recourse(unbounded, Written(endless)).ending is Ending.UNBOUNDED
    limited = Recourse((Written(split_market),), ("x",))
    found = value_of_recourse(limited, Written(split_market), SolveOptions(fuse_seconds=1e-9))
    assert (found.ending, found.solution) == (Ending.NO_ANSWER, None)
    mean = value_of_recourse(Recourse((Written(carpenter),), ("t",)), Written(too_much))
    assert mean.ending is Ending.INFEASIBLE


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"scenarios": ()}, "scenarios is empty"),
        ({"scenarios": (Written(carpenter),)}, "first_stage is empty"),
        ({"probabilities": (1.0,)}, "has 1 numbers; give 2"),
        ({"probabilities": (1.5, -0.5)}, "negative"),
        ({"probabilities": (0.5, 0.4)}, r"add up to 0\.9"),
    ],
)
def test_impossible_scenarios_are_named(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Recourse(**{"scenarios": (Newsvendor(1.0), Newsvendor(2.0)), **fields})


def test_scenarios_that_do_not_match_are_named() -> None:
    with pytest.raises(KeyError, match="no variable 'ordered'"):
        solve(Recourse((Newsvendor(1.0), Newsvendor(2.0)), ("ordered",)))
    other = CoverProblem(replace(shifts(), activities=("early", "night")))
    with pytest.raises(ValueError, match="differ in the indices of level"):
        solve(Recourse((CoverProblem(shifts()), other), ("level",)))
    with pytest.raises(ValueError, match="same sense"):
        solve(Recourse((Written(carpenter), Written(endless)), ("t",)))
