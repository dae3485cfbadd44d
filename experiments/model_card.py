"""Judge a triage model on patients it has not learned from, with the uncertainty of every figure."""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np

from policies.diagnosis import DiagnosisModel
from policies.triage import Model
from sim.units import ACUITIES, BoolArray, FloatArray, IntArray

Z_95 = 1.959963984540054
CRITICAL_ACUITY = 2
# |a - b| and (a - b)^2 for true level a and assigned level b.
GAP = np.abs(np.subtract.outer(np.arange(ACUITIES), np.arange(ACUITIES))).astype(float)
SQUARED_GAP = GAP**2


@dataclass(frozen=True, slots=True)
class Estimate:
    """Hold a figure and half the width of its 95 % interval; both NaN where the figure does not exist."""

    value: float
    half_width: float

    @property
    def low(self) -> float:
        """Return the lower end of the interval."""
        return self.value - self.half_width

    @property
    def high(self) -> float:
        """Return the upper end of the interval."""
        return self.value + self.half_width


UNDEFINED = Estimate(nan, nan)


@dataclass(frozen=True, slots=True)
class ModelCard:
    """State how well a model tells critical patients (acuity 1 or 2) and levels apart, on held-out patients.

    `auroc`, `brier` and `calibration_slope` judge P(critical | x); the slope is 1 for a calibrated model and below 1
    for an overconfident one. `quadratic_kappa`, `undertriage_share` and `overtriage_share` judge assigned levels.
    """

    n_trained: int
    n_held_out: int
    critical_share: float
    auroc: Estimate
    brier: Estimate
    calibration_slope: Estimate
    quadratic_kappa: Estimate
    undertriage_share: Estimate
    overtriage_share: Estimate


def judge(diagnosis: DiagnosisModel, costs: Model, features: FloatArray, acuity: IntArray, n_trained: int) -> ModelCard:
    """Return the card of a model that learned from `n_trained` others, on features (n, k) and true acuity (n,)."""
    cumulative = diagnosis.cumulative(features)
    assigned = costs.assign(cumulative)
    critical, p_critical = acuity <= CRITICAL_ACUITY, cumulative[:, CRITICAL_ACUITY - 1]
    return ModelCard(
        n_trained=n_trained,
        n_held_out=len(acuity),
        critical_share=float(critical.mean()),
        auroc=auroc(p_critical, critical),
        brier=mean_of((p_critical - critical) ** 2),
        calibration_slope=calibration_slope(p_critical, critical),
        quadratic_kappa=quadratic_kappa(acuity, assigned),
        undertriage_share=mean_of(assigned > acuity),
        overtriage_share=mean_of(assigned < acuity),
    )


def _estimate(value: float, influence: FloatArray) -> Estimate:
    """Give a figure its interval from each patient's influence on it, shape (n,) (Hampel 1974, 10.2307/2285666).

    Only how influences vary counts, so a constant in them does not matter.
    """
    return Estimate(value, Z_95 * float(influence.std()) / sqrt(len(influence)))


def mean_of(values: FloatArray | BoolArray) -> Estimate:
    """Return the mean of values of any kind, shape (n,)."""
    numbers = np.asarray(values, dtype=float)
    return _estimate(float(numbers.mean()), numbers)


def auroc(score: FloatArray, positive: BoolArray) -> Estimate:
    """Return the probability that a positive scores above a negative, ties counting half, with DeLong's interval."""
    if positive.all() or not positive.any():
        return UNDEFINED
    return _estimate(*placed(score, positive))


def auroc_difference(score: FloatArray, other: FloatArray, positive: BoolArray) -> Estimate:
    """Return by how much the AUROC of one score exceeds that of another on the same patients, paired."""
    if positive.all() or not positive.any():
        return UNDEFINED
    (value, influence), (less, others) = placed(score, positive), placed(other, positive)
    return _estimate(value - less, influence - others)


def placed(score: FloatArray, positive: BoolArray) -> tuple[float, FloatArray]:
    """Return the AUROC and each patient's influence on it, (n,); both outcomes must occur.

    Influences are DeLong's placements (DeLong et al. 1988, 10.2307/2531595).
    """
    above_negatives = _share_below(score[positive], score[~positive])
    below_positives = 1 - _share_below(score[~positive], score[positive])
    value = float(above_negatives.mean())
    influence = np.empty(len(score))
    influence[positive] = (above_negatives - value) / positive.mean()
    influence[~positive] = (below_positives - value) / (1 - positive.mean())
    return value, influence


def _share_below(score: FloatArray, others: FloatArray) -> FloatArray:
    """Return for each score the share of others below it, ties counting half."""
    ordered = np.sort(others)
    return (np.searchsorted(ordered, score, "left") + np.searchsorted(ordered, score, "right")) / (2 * len(others))


def calibration_slope(p: FloatArray, positive: BoolArray) -> Estimate:
    """Return the slope of the logistic regression of the outcome on logit(p) (Cox 1958, 10.1093/biomet/45.3-4.562).

    The interval is the sandwich's. There is no slope where some probability separates all positives from the rest.
    """
    inside = np.clip(p, 1e-12, 1 - 1e-12)
    logit = np.log(inside / (1 - inside))
    if _separates(logit, positive) or _separates(-logit, positive):
        return UNDEFINED
    from sklearn.linear_model import LogisticRegression

    scale = logit.std()
    x = np.stack((np.ones(len(p)), (logit - logit.mean()) / scale), axis=1)
    fit = LogisticRegression(C=np.inf, fit_intercept=False, solver="newton-cholesky", tol=1e-10).fit(x, positive)
    fitted = fit.predict_proba(x)[:, 1]
    curvature = x.T @ (x * (fitted * (1 - fitted))[:, None]) / len(p)
    influence = np.linalg.solve(curvature, (x * (positive - fitted)[:, None]).T)
    return _estimate(float(fit.coef_[0, 1] / scale), influence[1] / scale)


def _separates(score: FloatArray, positive: BoolArray) -> bool:
    """Say whether all positives score at least as high as all others, which holds where either are none."""
    return bool(score[positive].min(initial=np.inf) >= score[~positive].max(initial=-np.inf))


def quadratic_kappa(true: IntArray, assigned: IntArray) -> Estimate:
    """Return Cohen's kappa of levels 1 to 5, disagreement weighing by its square (Cohen 1968, 10.1037/h0026256)."""
    return weighted_kappa(true, assigned, SQUARED_GAP)


def linear_kappa(true: IntArray, assigned: IntArray) -> Estimate:
    """Return Cohen's kappa of levels 1 to 5, disagreement weighing by the levels between."""
    return weighted_kappa(true, assigned, GAP)


def weighted_kappa(true: IntArray, assigned: IntArray, weight: FloatArray) -> Estimate:
    """Return Cohen's kappa, disagreement between levels a and b weighing `weight[a, b]`, shape (5, 5).

    kappa = 1 - D / E with D the mean weight and E its value were the two independent. A patient moves D by his own
    weight, and E by his true level against all assigned ones plus his assigned level against all true ones.
    """
    a, b = true - 1, assigned - 1
    gap = weight[a, b]
    true_share, assigned_share = (np.bincount(x, minlength=ACUITIES) / len(x) for x in (a, b))
    observed, expected = float(gap.mean()), float(true_share @ weight @ assigned_share)
    if expected == 0:
        return UNDEFINED
    of_expected = (weight @ assigned_share)[a] + (true_share @ weight)[b]
    influence = of_expected * observed / expected**2 - gap / expected
    return _estimate(1 - observed / expected, influence)
