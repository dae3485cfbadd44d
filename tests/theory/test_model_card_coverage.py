"""Intervals of a model card hold the true figure as often as they promise."""

from collections.abc import Callable
from math import erf, sqrt

import numpy as np
import pytest

from experiments.model_card import Estimate, auroc, calibration_slope, mean_of, quadratic_kappa
from policies.diagnosis import logistic

pytestmark = pytest.mark.theory

N_SAMPLES, N_PATIENTS = 2000, 1000
# Three levels: rows are true, columns assigned.
JOINT = np.array([[0.15, 0.05, 0.0], [0.1, 0.3, 0.1], [0.0, 0.1, 0.2]])


def two_normals(chance: np.random.Generator) -> Estimate:
    positive = chance.random(N_PATIENTS) < 0.2
    return auroc(chance.standard_normal(N_PATIENTS) + positive, positive)


def brier_of_true_probabilities(chance: np.random.Generator) -> Estimate:
    p = chance.random(N_PATIENTS)
    return mean_of((p - (chance.random(N_PATIENTS) < p)) ** 2)


def slope_of_doubled_logits(chance: np.random.Generator) -> Estimate:
    score = 1.5 * chance.standard_normal(N_PATIENTS) - 1
    return calibration_slope(logistic(2 * score), chance.random(N_PATIENTS) < logistic(score))


def kappa_of_a_known_table(chance: np.random.Generator) -> Estimate:
    cell = chance.choice(9, N_PATIENTS, p=JOINT.ravel())
    return quadratic_kappa(1 + cell // 3, 1 + cell % 3)


def true_kappa() -> float:
    gap = np.subtract.outer(np.arange(3), np.arange(3)) ** 2
    return float(1 - (JOINT * gap).sum() / (np.outer(JOINT.sum(axis=1), JOINT.sum(axis=0)) * gap).sum())


@pytest.mark.parametrize(
    ("sample", "truth"),
    [
        (two_normals, 0.5 * (1 + erf(0.5))),  # Phi(1 / sqrt 2)
        (brier_of_true_probabilities, 1 / 6),
        (slope_of_doubled_logits, 0.5),
        (kappa_of_a_known_table, true_kappa()),
    ],
)
def test_95_percent_of_the_intervals_hold_the_truth(
    sample: Callable[[np.random.Generator], Estimate], truth: float
) -> None:
    chance = np.random.Generator(np.random.PCG64(20261122))
    estimates = [sample(chance) for _ in range(N_SAMPLES)]
    held = np.mean([estimate.low <= truth <= estimate.high for estimate in estimates])
    assert abs(held - 0.95) / sqrt(0.95 * 0.05 / N_SAMPLES) <= 4
