"""Fit the probabilities of a model to another place: same order of patients, other shares."""

from dataclasses import dataclass

import numpy as np

from policies.diagnosis.ordinal import logistic
from sim.units import BoolArray, FloatArray

SMALLEST = 1e-6
"""Probabilities nearer to 0 or 1 are taken as this near."""


@dataclass(frozen=True, slots=True)
class Recalibration:
    """Change P to 1 / (1 + exp(-(intercept + slope logit P))) (Cox 1958, 10.1093/biomet/45.3-4.562; Platt 1999)."""

    intercept: float = 0.0
    slope: float = 1.0

    def apply(self, p: FloatArray) -> FloatArray:
        """Return the probabilities of n patients as they are in this place, (n,)."""
        return logistic(self.intercept + self.slope * logit(p))


def logit(p: FloatArray) -> FloatArray:
    """Return log(p / (1 - p)), any shape, finite also at 0 and 1."""
    inside = np.clip(p, SMALLEST, 1 - SMALLEST)
    odds: FloatArray = np.log(inside / (1 - inside))
    return odds


def fit_recalibration(p: FloatArray, outcome: BoolArray, ridge: float = 1e-3) -> Recalibration:
    """Fit intercept and slope to n patients of the place, both (n,); where all or none have the outcome, nothing moves.

    The small ridge keeps the slope finite where the two outcomes do not overlap.
    """
    if outcome.all() or not outcome.any():
        return Recalibration()
    from sklearn.linear_model import LogisticRegression

    regression = LogisticRegression(C=1 / ridge, tol=1e-8).fit(logit(p)[:, None], outcome)
    return Recalibration(float(regression.intercept_[0]), float(regression.coef_[0, 0]))
