"""Rank what a patient may have by the evidence elicited so far."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.units import FloatArray, IntArray

PRIOR_ANSWERS = 0.5
"""So many yes and no answers are added to those counted, so that nothing unseen is held impossible (Jeffreys 1946)."""
SMALLEST = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class EvidenceModel:
    """Hold k conditions with their shares `prior` (k,), and the share `p` (k, e) of each who say yes to e evidences.

    Answers are taken as independent given the condition, and evidence that was not asked for says nothing:

        P(c | answers) ~ prior[c] * prod over asked j of p[c, j] if yes, else 1 - p[c, j]

    Raises:
        ValueError: lists every array of the wrong shape, or with numbers outside 0 to 1.
    """

    conditions: tuple[str, ...]
    evidences: tuple[str, ...]
    prior: FloatArray
    p: FloatArray

    def __post_init__(self) -> None:
        faults = tuple(self._faults())
        if faults:
            raise ValueError("; ".join(faults))

    def _faults(self) -> Iterator[str]:
        k, e = len(self.conditions), len(self.evidences)
        for name, shape in (("prior", (k,)), ("p", (k, e))):
            array = getattr(self, name)
            if array.shape != shape:
                yield f"{name} has shape {array.shape}; {k} conditions and {e} evidences ask for {shape}"
            elif not ((array >= 0) & (array <= 1)).all():
                yield f"{name} holds a number outside 0 to 1"

    def posterior(self, answers: FloatArray) -> FloatArray:
        """Return P(condition | answers) of n patients, (n, k), from answers (n, e): 1 yes, 0 no, NaN not asked."""
        inside = np.clip(self.p, SMALLEST, 1 - SMALLEST)
        yes, no = np.nan_to_num(answers, nan=0.0), np.nan_to_num(1 - answers, nan=0.0)
        score = np.log(np.maximum(self.prior, SMALLEST)) + yes @ np.log(inside).T + no @ np.log(1 - inside).T
        weight = np.exp(score - score.max(axis=1, keepdims=True))
        shares: FloatArray = weight / weight.sum(axis=1, keepdims=True)
        return shares


def fit_evidence(
    conditions: tuple[str, ...], evidences: tuple[str, ...], condition: IntArray, answers: FloatArray
) -> EvidenceModel:
    """Count answers of n patients by condition: `condition` (n,) from 0, `answers` (n, e) with NaN where not asked."""
    k = len(conditions)
    member = np.eye(k)[condition]
    n_yes, n_asked = member.T @ np.nan_to_num(answers, nan=0.0), member.T @ (~np.isnan(answers)).astype(float)
    p = (n_yes + PRIOR_ANSWERS) / (n_asked + 2 * PRIOR_ANSWERS)
    prior = (member.sum(axis=0) + PRIOR_ANSWERS) / (len(condition) + k * PRIOR_ANSWERS)
    return EvidenceModel(conditions, evidences, prior, p)


def grouped(posterior: FloatArray, group: IntArray) -> FloatArray:
    """Return P(group) of n patients, (n, g), from P(condition), (n, k), `group` (k,) naming groups from 0."""
    return posterior @ np.eye(int(group.max()) + 1)[group]
