"""Estimate the acuity of patients from what the door shows, by ordinal logistic regression."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np

from sim.units import ACUITIES, BoolArray, FloatArray, IntArray

N_CUTS = ACUITIES - 1


@dataclass(frozen=True, slots=True, eq=False)
class DiagnosisModel:
    """Hold four cumulative logistic regressions as plain numbers (Frank & Hall 2001, 10.1007/3-540-44795-4_13).

        P(acuity <= c | x) = 1 / (1 + exp(-(intercept[c] + sum_j weight[c, j] z[j]))),  c = 1..4
        z[j] = (x[j] - mean[j]) / scale[j],  and 0 where x[j] is missing (NaN): a missing value counts as the mean

    The four regressions are fitted apart, so they may cross; the greatest up to each c is taken, which errs on
    the side of urgency. Shapes: `mean` and `scale` (k,), `weight` (4, k), `intercept` (4,).

    Raises:
        ValueError: lists every array of the wrong shape or with numbers that are not finite.
    """

    feature_names: tuple[str, ...]
    mean: FloatArray
    scale: FloatArray
    weight: FloatArray
    intercept: FloatArray

    def __post_init__(self) -> None:
        faults = tuple(self._faults())
        if faults:
            raise ValueError("; ".join(faults))

    def _faults(self) -> Iterator[str]:
        k = len(self.feature_names)
        shapes = {"mean": (k,), "scale": (k,), "weight": (N_CUTS, k), "intercept": (N_CUTS,)}
        for name, shape in shapes.items():
            array = getattr(self, name)
            if array.shape != shape:
                yield f"{name} has shape {array.shape}; {k} feature names ask for {shape}"
            elif not np.isfinite(array).all():
                yield f"{name} holds a number that is not finite; fit the model again"

    def cumulative(self, features: FloatArray) -> FloatArray:
        """Return P(acuity <= 1..4 | x) of n patients, shape (n, 4), from features of shape (n, k)."""
        return np.maximum.accumulate(logistic(self.scores(features)), axis=1)

    def scores(self, features: FloatArray) -> FloatArray:
        """Return the linear score of each cut, shape (n, 4), from features of shape (n, k)."""
        z = np.nan_to_num((features - self.mean) / self.scale, nan=0.0)
        # Not a BLAS product: its last bits may change with the number of threads, and with them a decision.
        score: FloatArray = np.einsum("nk,ck->nc", z, self.weight) + self.intercept
        return score

    def probabilities(self, features: FloatArray) -> FloatArray:
        """Return P(acuity = 1..5 | x) of n patients, shape (n, 5), from features of shape (n, k)."""
        return np.diff(self.cumulative(features), axis=1, prepend=0.0, append=1.0)

    def to_json(self) -> str:
        """Write the model as JSON, every number exact."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return json.dumps({name: np.asarray(value).tolist() for name, value in values.items()}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> "DiagnosisModel":
        """Read what `to_json` wrote.

        Raises:
            ValueError: if the text is no such model; names what is missing or of the wrong shape.
        """
        values = json.loads(text)
        missing = sorted({field.name for field in fields(cls)} - set(values))
        if missing:
            raise ValueError(f"the diagnosis model lacks {', '.join(missing)}; save it again")
        arrays = (np.asarray(values[name], dtype=float) for name in ("mean", "scale", "weight", "intercept"))
        return cls(tuple(values["feature_names"]), *arrays)


def logistic(score: FloatArray) -> FloatArray:
    """Return 1 / (1 + exp(-score)), without overflow, any shape."""
    decay = np.exp(-np.abs(score))
    return np.where(score >= 0, 1.0, decay) / (1.0 + decay)


def fit_diagnosis(feature_names: tuple[str, ...], features: FloatArray, acuity: IntArray) -> DiagnosisModel:
    """Fit the model to n patients: features (n, k), NaN where missing, and true acuity 1 to 5, shape (n,).

    Raises:
        ValueError: lists what is wrong with the shapes, the acuities, or a feature that is never known.
    """
    faults = tuple(_history_faults(feature_names, features, acuity))
    if faults:
        raise ValueError("; ".join(faults))
    mean, spread = np.nanmean(features, axis=0), np.nanstd(features, axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    z = np.nan_to_num((features - mean) / scale, nan=0.0)
    cuts = [_fit_cut(z, acuity <= cut) for cut in range(1, ACUITIES)]
    weight, intercept = np.stack([w for w, _ in cuts]), np.array([b for _, b in cuts])
    return DiagnosisModel(feature_names, mean, scale, weight, intercept)


def _history_faults(names: tuple[str, ...], features: FloatArray, acuity: IntArray) -> Iterator[str]:
    if acuity.ndim != 1 or features.shape != (len(acuity), len(names)) or len(acuity) == 0:
        wanted = f"(n, {len(names)}) and (n,), n at least 1"
        yield f"features and acuity have shapes {features.shape} and {acuity.shape}; give {wanted}"
        return
    if np.any((acuity < 1) | (acuity > ACUITIES)):
        yield f"acuity runs from {acuity.min()} to {acuity.max()}; give levels from 1 to {ACUITIES}"
    for name in np.asarray(names, dtype=object)[np.isnan(features).all(axis=0)]:
        yield f"feature {name!r} is never known; leave it out"
    for name in np.asarray(names, dtype=object)[np.isinf(features).any(axis=0)]:
        yield f"feature {name!r} holds an infinite number; leave it empty where it is not known"


def _fit_cut(z: FloatArray, urgent: BoolArray) -> tuple[FloatArray, float]:
    """Fit one regression of `urgent` (n,) on standardized features (n, k): weights (k,) and intercept."""
    n, n_urgent = len(urgent), int(urgent.sum())
    if z.shape[1] == 0 or n_urgent in (0, n):
        # Nothing to tell apart: the share alone, half a patient added to both sides to keep it finite.
        return np.zeros(z.shape[1]), float(np.log((n_urgent + 0.5) / (n - n_urgent + 0.5)))
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    regression = LogisticRegression(solver="newton-cholesky", tol=1e-8)
    with threadpool_limits(1):  # the same last bits on any number of cores
        regression.fit(z, urgent)
    return regression.coef_[0], float(regression.intercept_[0])
