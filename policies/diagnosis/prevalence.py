"""Fit the triage model to patients of another prevalence: the ranking stays, the level of its probabilities moves."""

from dataclasses import replace

import numpy as np

from policies.diagnosis.ordinal import N_CUTS, DiagnosisModel, logistic
from sim.units import FloatArray, IntArray

FARTHEST = 50.0


def recalibrated(model: DiagnosisModel, features: FloatArray, acuity: IntArray) -> DiagnosisModel:
    """Return the model with intercepts that expect as many urgent patients as there are among n new ones.

    For each cut c the shift d solves sum_i logistic(score[i, c] + d) = number with acuity <= c, half a patient added to
    both sides: recalibration in the large, which is what a changed prevalence asks for (Steyerberg 2004,
    10.1002/sim.1844). Shapes: features (n, k), acuity (n,), 1 to 5.

    Raises:
        ValueError: if there is no new patient.
    """
    if len(acuity) == 0:
        raise ValueError("recalibration needs patients whose true acuity is known; give at least one")
    score = model.scores(features)
    shift = np.array([_shift(score[:, cut], int((acuity <= cut + 1).sum())) for cut in range(N_CUTS)])
    return replace(model, intercept=model.intercept + shift)


def _shift(score: FloatArray, n_urgent: int) -> float:
    """Return by how much to move scores (n,) so that they expect the share of `n_urgent` in n."""
    share = (n_urgent + 0.5) / (len(score) + 1)
    from scipy.optimize import brentq  # only now: it takes long to import

    return float(brentq(lambda d: float(logistic(score + d).mean()) - share, -FARTHEST, FARTHEST, xtol=1e-12))
