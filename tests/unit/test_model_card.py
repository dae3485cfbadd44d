"""Figures of a model card: exact small cases, and the same values as scikit-learn's."""

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, cohen_kappa_score, roc_auc_score

from experiments.model_card import (
    Estimate,
    auroc,
    calibration_slope,
    judge,
    mean_of,
    quadratic_kappa,
)
from policies.diagnosis import fit_diagnosis
from policies.triage import Model
from tests.door_patients import past_patients

pytestmark = pytest.mark.unit


def undefined(estimate: Estimate) -> bool:
    return bool(np.isnan(estimate.value) and np.isnan(estimate.half_width))


def test_an_estimate_knows_its_ends() -> None:
    assert (Estimate(0.5, 0.1).low, Estimate(0.5, 0.1).high) == (0.4, 0.6)


def test_a_mean_has_the_interval_of_the_normal() -> None:
    share = mean_of(np.array([True, False, False, False]))
    assert share.value == 0.25
    assert share.half_width == pytest.approx(1.959964 * np.sqrt(0.25 * 0.75 / 4), rel=1e-6)


def test_auroc_counts_pairs_and_half_the_ties() -> None:
    # Positives score 3, 1 and negatives 2, 1: of 4 pairs 2 are right and 1 is tied.
    estimate = auroc(np.array([3.0, 1.0, 2.0, 1.0]), np.array([True, True, False, False]))
    assert estimate.value == 2.5 / 4
    # Placements 1, .25 of the positives and .5, .75 of the negatives vary around .625 by .375 and .125.
    assert estimate.half_width == pytest.approx(1.959964 * np.sqrt((0.375**2 + 0.125**2) / 2), rel=1e-6)


def test_perfect_scores_have_an_auroc_of_one() -> None:
    assert auroc(np.array([0.1, 0.2, 0.8]), np.array([False, False, True])) == Estimate(1.0, 0.0)


def test_perfect_agreement_has_a_kappa_of_one() -> None:
    assert quadratic_kappa(np.array([1, 2, 5]), np.array([1, 2, 5])) == Estimate(1.0, 0.0)


def test_independent_levels_have_a_kappa_of_zero() -> None:
    true, assigned = np.repeat([1, 3], 2), np.tile([2, 4], 2)
    assert quadratic_kappa(true, assigned).value == pytest.approx(0.0, abs=1e-15)


def test_a_calibrated_score_has_a_slope_of_one_and_a_doubled_logit_half() -> None:
    # Of 10 patients at each score exactly the promised number is positive.
    positive = np.repeat([True, False, True, False], [2, 8, 8, 2])
    assert calibration_slope(np.repeat([0.2, 0.8], 10), positive).value == pytest.approx(1.0, abs=1e-8)
    assert calibration_slope(np.repeat([1 / 17, 16 / 17], 10), positive).value == pytest.approx(0.5, abs=1e-8)


def test_figures_that_do_not_exist_are_undefined() -> None:
    nobody, p = np.zeros(3, dtype=bool), np.array([0.1, 0.2, 0.3])
    for positive in (nobody, ~nobody):
        assert undefined(auroc(p, positive))
        assert undefined(calibration_slope(p, positive))
    assert undefined(calibration_slope(np.full(3, 0.5), np.array([True, False, True])))
    assert undefined(calibration_slope(p, np.array([False, True, True])))
    assert undefined(calibration_slope(p, np.array([True, False, False])))
    assert undefined(quadratic_kappa(np.full(3, 2), np.full(3, 2)))


def test_a_card_agrees_with_scikit_learn() -> None:
    past, held_out = past_patients(3000, seed=1), past_patients(1000, seed=2)
    diagnosis = fit_diagnosis(past.feature_names, past.features, past.acuity)
    card = judge(diagnosis, Model(), held_out.features, held_out.acuity, n_trained=3000)
    cumulative = diagnosis.cumulative(held_out.features)
    assigned, critical = Model().assign(cumulative), held_out.acuity <= 2
    assert (card.n_trained, card.n_held_out) == (3000, 1000)
    assert card.critical_share == critical.mean()
    assert card.auroc.value == pytest.approx(roc_auc_score(critical, cumulative[:, 1]), abs=1e-12)
    assert card.brier.value == pytest.approx(brier_score_loss(critical, cumulative[:, 1]), abs=1e-12)
    kappa = cohen_kappa_score(held_out.acuity, assigned, weights="quadratic")
    assert card.quadratic_kappa.value == pytest.approx(kappa, abs=1e-12)
    assert card.undertriage_share.value == np.mean(assigned > held_out.acuity)
    assert card.overtriage_share.value == np.mean(assigned < held_out.acuity)
