"""Triage members: who assigns what, and at what price of mistakes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.diagnosis import DiagnosisModel
from policies.triage import Model, Nurse, Oracle
from sim.contract import AssignAcuity, AssignTruth, TriageView

pytestmark = pytest.mark.unit

VIEW = TriageView(("x",), np.array([[-9.0], [0.0], [9.0]]), np.array([4, 1, 5]))
# P(acuity <= 1..4 | x) is logistic(x) times nothing else: the greater x, the more urgent.
DIAGNOSIS = DiagnosisModel(("x",), np.zeros(1), np.ones(1), np.ones((4, 1)), np.zeros(4))

costs = st.floats(0.01, 100.0)
probabilities = st.lists(st.floats(0.0, 1.0), min_size=5, max_size=5).filter(lambda p: sum(p) > 0.01)


def cost_matrix(model: Model) -> np.ndarray:
    """Price level b (column) for a patient who is truly a (row)."""
    return np.array(
        [[model.under_cost * max(b - a, 0) + model.over_cost * max(a - b, 0) for b in range(1, 6)] for a in range(1, 6)]
    )


def assigned(model: Model, view: TriageView = VIEW) -> list[int]:
    decision = model.decide(view)
    assert isinstance(decision, AssignAcuity)
    levels: list[int] = decision.acuity.tolist()
    return levels


def test_the_nurse_is_believed() -> None:
    decision = Nurse().decide(VIEW)
    assert isinstance(decision, AssignAcuity)
    assert decision.acuity.tolist() == [4, 1, 5]


def test_the_oracle_asks_for_the_truth() -> None:
    assert Oracle().decide(VIEW) == AssignTruth()


@given(probabilities, costs, costs)
def test_the_assigned_level_has_the_least_expected_cost(p: list[float], under: float, over: float) -> None:
    model = Model(under, over)
    share = np.array(p) / sum(p)
    expected = share @ cost_matrix(model)
    level = int(model.assign(np.cumsum(share)[None, :4])[0])
    assert expected[level - 1] <= expected.min() * (1 + 1e-9) + 1e-12


def test_equal_costs_assign_the_median() -> None:
    assert Model(1.0, 1.0).assign(np.array([[0.1, 0.4, 0.7, 0.9], [0.6, 0.7, 0.8, 0.9]])).tolist() == [3, 1]


def test_dearer_undertriage_assigns_more_urgent_levels() -> None:
    cumulative = np.array([[0.05, 0.15, 0.4, 0.8]])
    assert [int(Model(under, 1.0).assign(cumulative)[0]) for under in (1, 2, 8, 30)] == [4, 3, 2, 1]


def test_the_model_assigns_by_its_diagnosis() -> None:
    assert assigned(Model(1.0, 1.0, diagnosis=DIAGNOSIS)) == [5, 1, 1]
    assert assigned(Model(0.9, 1.0, diagnosis=DIAGNOSIS)) == [5, 5, 1]


def test_a_model_that_has_learned_nothing_says_so() -> None:
    with pytest.raises(ValueError, match="has learned nothing"):
        Model().decide(VIEW)


def test_a_model_refuses_features_that_it_has_not_learned() -> None:
    with pytest.raises(ValueError, match=r"shows y.*has learned x"):
        Model(diagnosis=DIAGNOSIS).decide(TriageView(("y",), VIEW.features, VIEW.nurse_acuity))


def test_impossible_costs_are_all_listed() -> None:
    faults = [str(fault) for fault in Model(under_cost=0.0, over_cost=float("inf")).faults("triage")]
    assert faults == [
        "triage.under_cost = 0.0: give a finite cost above zero",
        "triage.over_cost = inf: give a finite cost above zero",
    ]
    assert list(Model().faults("triage")) == []
