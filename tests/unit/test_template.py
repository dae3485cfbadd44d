"""Templates: one compiled program, filled with the numbers of each moment, answers like a new model."""

from dataclasses import dataclass, replace

import numpy as np
import pyomo.environ as pyo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimize.linear import linear
from optimize.solver import Ending, SolveOptions, solve
from optimize.template import Numbers, Template, Values

pytestmark = pytest.mark.unit

EXACT = SolveOptions(gap=0.0)


@dataclass(frozen=True)
class Knapsack:
    """Pack things (i, j) of rows i into one sack; each row at most once, all at least `least` together."""

    worth: np.ndarray
    weight: np.ndarray
    room: float
    least: float = 0.0

    def build(self) -> pyo.ConcreteModel:
        rows, columns = self.worth.shape
        pairs = [(i, j) for i in range(rows) for j in range(columns) if np.isfinite(self.worth[i, j])]
        model = pyo.ConcreteModel()
        model.pack = pyo.Var(pairs, domain=pyo.Binary)
        model.left = pyo.Var(domain=pyo.NonNegativeReals)
        weights = [(float(self.weight[pair]), model.pack[pair]) for pair in pairs]
        model.worth = pyo.Objective(
            expr=linear([(-float(self.worth[pair]), model.pack[pair]) for pair in pairs] + [(1.0, model.left)])
        )
        model.once = pyo.Constraint(
            range(rows), rule=lambda _, i: linear([(1.0, model.pack[p]) for p in pairs if p[0] == i]) <= 1
        )
        model.sack = pyo.Constraint(rule=linear(weights) <= self.room)
        model.fill = pyo.Constraint(rule=linear([*weights, (1.0, model.left)]) >= self.least)
        return model

    def read(self, model: pyo.ConcreteModel) -> float:
        return sum(float(x.value) for x in model.pack.values())


def numbers(case: Knapsack) -> Numbers:
    return Numbers(
        costs={"pack": -case.worth, "left": np.ones(())},
        row_lower={"fill": np.array(case.least)},
        row_upper={"sack": np.array(case.room)},
    )


def everything(case: Knapsack) -> Knapsack:
    return replace(case, worth=np.ones(case.worth.shape))


HAND = Knapsack(np.array([[6.0, 5.0], [4.0, 3.0]]), np.array([[4.0, 3.0], [3.0, 2.0]]), 6.0)


def test_a_sack_known_by_hand_and_its_values_in_place() -> None:
    """Weights 4 + 2 or 3 + 3 fill the sack for a worth of 9."""
    solved = Template(everything(HAND)).solve(numbers(HAND), EXACT, dict)
    assert (solved.ending, solved.objective) == (Ending.OPTIMAL, -9)
    assert solved.solution is not None
    assert float((solved.solution["pack"] * HAND.weight).sum()) == 6
    assert solved.solution["left"] == 0


def test_what_costs_inf_is_not_decided() -> None:
    case = replace(HAND, worth=np.array([[-np.inf, 5.0], [4.0, -np.inf]]))
    solved = Template(everything(HAND)).solve(numbers(case), EXACT, dict)
    assert solved.objective == -9
    assert solved.solution is not None
    assert solved.solution["pack"].tolist() == [[0, 1], [1, 0]]


def test_what_has_an_upper_bound_of_zero_is_not_decided() -> None:
    upper = {"pack": np.array([[0.0, 1.0], [1.0, 0.0]])}
    solved = Template(everything(HAND)).solve(replace(numbers(HAND), upper=upper), EXACT, dict)
    assert solved.solution is not None
    assert solved.solution["pack"].tolist() == [[0, 1], [1, 0]]


def test_a_relaxed_template_packs_fractions() -> None:
    """A third of a thing of weight 3 may fill the sack: more than 9."""
    case = replace(HAND, room=5.5)
    whole = Template(everything(HAND)).solve(numbers(case), EXACT, dict)
    relaxed = Template(everything(HAND), relaxed=True).solve(numbers(case), EXACT, dict)
    assert whole.objective == -8
    assert relaxed.objective is not None
    assert relaxed.objective < -8 - 1e-6


def test_an_impossible_moment_is_infeasible_and_changes_nothing_after() -> None:
    template = Template(everything(HAND))
    impossible = replace(numbers(HAND), row_upper={"sack": np.array(-1.0)})
    assert template.solve(impossible, EXACT, dict).ending is Ending.INFEASIBLE
    assert template.solve(impossible, EXACT, dict).solution is None
    assert template.solve(numbers(HAND), EXACT, dict).objective == -9


worths = st.lists(st.sampled_from([-np.inf, 1.0, 2.0, 5.0]), min_size=6, max_size=6)
weights = st.lists(st.integers(1, 4), min_size=6, max_size=6)


@settings(max_examples=60, deadline=None)
@given(worths, weights, st.integers(0, 9), st.integers(0, 5))
def test_a_template_answers_like_a_new_model(worth: list[float], weight: list[int], room: int, least: int) -> None:
    case = Knapsack(np.reshape(worth, (3, 2)), np.reshape(weight, (3, 2)).astype(float), float(room), float(least))

    def read(values: Values) -> float:
        return float(values["pack"].sum())

    new, filled = solve(case, EXACT), Template(everything(case)).solve(numbers(case), EXACT, read)
    assert filled.ending is new.ending is Ending.OPTIMAL
    assert filled.objective == pytest.approx(new.objective)
    assert filled.bound == pytest.approx(new.bound)
