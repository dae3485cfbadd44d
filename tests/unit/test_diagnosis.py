"""The diagnosis model: four logistic regressions as plain numbers."""

import json
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from policies.diagnosis import DiagnosisModel, fit_diagnosis, logistic
from tests.door_patients import past_patients

pytestmark = pytest.mark.unit


def model_of_one_feature(weight: list[float], intercept: list[float]) -> DiagnosisModel:
    return DiagnosisModel(("x",), np.array([10.0]), np.array([2.0]), np.array([weight]).T, np.array(intercept))


def arrays(model: DiagnosisModel) -> list[list[float]]:
    return [np.asarray(getattr(model, field.name)).tolist() for field in fields(model)]


def test_probabilities_of_one_patient_by_hand() -> None:
    model = model_of_one_feature([1.0, 1.0, 1.0, 1.0], [-2.0, -1.0, 0.0, 1.0])
    # z = (12 - 10) / 2 = 1, so the scores are -1, 0, 1, 2.
    below = [1 / (1 + np.e), 0.5, np.e / (1 + np.e), np.e**2 / (1 + np.e**2)]
    assert model.cumulative(np.array([[12.0]]))[0] == pytest.approx(below, abs=1e-15)
    expected = [below[0], below[1] - below[0], below[2] - below[1], below[3] - below[2], 1 - below[3]]
    assert model.probabilities(np.array([[12.0]]))[0] == pytest.approx(expected, abs=1e-15)


def test_scores_equal_those_of_scikit_learn() -> None:
    past, new = past_patients(4000, seed=1), past_patients(1000, seed=2)
    model = fit_diagnosis(past.feature_names, past.features, past.acuity)
    scaler = StandardScaler().fit(past.features)
    cuts = []
    for cut in (1, 2, 3, 4):
        regression = LogisticRegression(solver="newton-cholesky", tol=1e-8)
        regression.fit(scaler.transform(past.features), past.acuity <= cut)
        cuts.append(regression.predict_proba(scaler.transform(new.features))[:, 1])
    expected = np.maximum.accumulate(np.stack(cuts, axis=1), axis=1)
    assert np.abs(model.cumulative(new.features) - expected).max() < 1e-9


@given(
    st.lists(st.floats(-5, 5), min_size=4, max_size=4),
    st.lists(st.floats(-5, 5), min_size=4, max_size=4),
    st.floats(-1e6, 1e6),
)
def test_probabilities_are_probabilities_even_where_regressions_cross(
    weight: list[float], intercept: list[float], x: float
) -> None:
    p = model_of_one_feature(weight, intercept).probabilities(np.array([[x]]))[0]
    assert np.all(p >= 0)
    assert p.sum() == pytest.approx(1.0, abs=1e-12)


def test_crossing_regressions_give_way_to_the_more_urgent() -> None:
    model = model_of_one_feature([0.0] * 4, [0.0, -3.0, 2.0, 1.0])
    assert model.cumulative(np.array([[0.0]]))[0].tolist() == logistic(np.array([0.0, 0.0, 2.0, 2.0])).tolist()


def test_a_missing_value_counts_as_the_mean() -> None:
    model = model_of_one_feature([1.0] * 4, [-2.0, -1.0, 0.0, 1.0])
    missing, mean = model.cumulative(np.array([[np.nan], [10.0]]))
    assert missing.tolist() == mean.tolist()


def test_missing_values_do_not_move_mean_or_scale() -> None:
    features = np.array([[1.0], [3.0], [np.nan], [5.0]])
    model = fit_diagnosis(("x",), features, np.array([1, 2, 3, 4]))
    assert model.mean.tolist() == [3.0]
    assert model.scale[0] == pytest.approx(np.sqrt(8 / 3))


def test_a_patient_scores_the_same_alone_and_in_a_cohort() -> None:
    past = past_patients(2000, seed=3)
    model = fit_diagnosis(past.feature_names, past.features, past.acuity)
    together = model.cumulative(past.features[:101])
    alone = np.concatenate([model.cumulative(past.features[i : i + 1]) for i in range(101)])
    assert np.array_equal(together, alone)


def test_the_fit_does_not_depend_on_the_number_of_threads() -> None:
    # So many numbers that one thread and two add them up in different orders.
    chance = np.random.Generator(np.random.PCG64(4))
    features, names = chance.standard_normal((15_000, 30)), tuple(f"x{i}" for i in range(30))
    acuity = chance.integers(1, 6, 15_000)
    fitted = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            fitted.append(arrays(fit_diagnosis(names, features, acuity)))
    assert fitted[0] == fitted[1]


def test_json_keeps_every_number_exactly() -> None:
    past = past_patients(500, seed=5)
    model = fit_diagnosis(past.feature_names, past.features, past.acuity)
    assert arrays(DiagnosisModel.from_json(model.to_json())) == arrays(model)


def test_json_that_is_no_model_says_what_is_missing() -> None:
    with pytest.raises(ValueError, match="lacks intercept, scale;"):
        DiagnosisModel.from_json(json.dumps({"feature_names": [], "mean": [], "weight": []}))
    with pytest.raises(ValueError, match="lacks feature_names"):
        DiagnosisModel.from_json("[]")


def test_every_wrong_array_is_listed() -> None:
    with pytest.raises(ValueError, match=r"mean has shape \(2,\).*intercept holds a number that is not finite"):
        DiagnosisModel(("x",), np.zeros(2), np.ones(1), np.zeros((4, 1)), np.array([0, np.nan, 0, 0]))


def test_levels_that_never_happen_cost_half_a_patient() -> None:
    model = fit_diagnosis(("x",), np.arange(10.0)[:, None], np.full(10, 3))
    assert model.weight.tolist() == [[0.0]] * 4
    expected = np.log([0.5 / 10.5, 0.5 / 10.5, 10.5 / 0.5, 10.5 / 0.5])
    assert model.intercept == pytest.approx(expected, abs=1e-15)


def test_without_features_the_shares_are_learned() -> None:
    acuity = np.repeat([1, 2, 3, 4, 5], [10, 20, 30, 20, 20])
    model = fit_diagnosis((), np.empty((100, 0)), acuity)
    expected = np.array([10.5, 30.5, 60.5, 80.5]) / 101
    assert model.cumulative(np.empty((2, 0))) == pytest.approx(np.tile(expected, (2, 1)), abs=1e-12)


def test_a_feature_that_never_varies_is_harmless() -> None:
    past = past_patients(500, seed=6)
    features = np.column_stack((past.features, np.full(500, 7.0)))
    model = fit_diagnosis((*past.feature_names, "constant"), features, past.acuity)
    assert model.scale[-1] == 1.0
    assert model.weight[:, -1].tolist() == [0.0] * 4


@pytest.mark.parametrize(
    ("features", "acuity", "message"),
    [
        (np.zeros((3, 2)), np.ones(3, dtype=int), r"shapes \(3, 2\) and \(3,\)"),
        (np.zeros((0, 1)), np.ones(0, dtype=int), "n at least 1"),
        (np.zeros((2, 1)), np.array([0, 6]), "acuity runs from 0 to 6"),
        (np.full((2, 1), np.nan), np.array([1, 6]), "1 to 6; .*feature 'x' is never known"),
        (np.array([[np.inf], [0.0]]), np.array([1, 2]), "feature 'x' holds an infinite number"),
    ],
)
def test_a_history_that_cannot_be_learned_from_is_refused(
    features: np.ndarray, acuity: np.ndarray, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        fit_diagnosis(("x",), features, acuity)
