"""Assign levels 1 to 5 from the probabilities of any model, at the costs of its mistakes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from policies.diagnosis.patients import Patients
from sim.units import ACUITIES, BoolArray, FloatArray, IntArray

GAP = np.subtract.outer(np.arange(ACUITIES), np.arange(ACUITIES))
"""GAP[a, b] = a - b for true level a and assigned level b; negative where b is not urgent enough."""


@dataclass(frozen=True, slots=True)
class LevelCosts:
    """Price mistakes: a level too low costs `under`, one too high `over`, times |a - b| ** `power`; ratios count."""

    under: float = 2.0
    over: float = 1.0
    power: float = 1.0

    def matrix(self) -> FloatArray:
        """Return the cost of assigning b to one of true level a, shape (5, 5)."""
        cost: FloatArray = np.where(GAP < 0, self.under, self.over) * np.abs(GAP).astype(float) ** self.power
        return cost

    def assign(self, p: FloatArray) -> IntArray:
        """Return the level of least expected cost, (n,), from P(level = 1..5 | x), (n, 5); equals go to the urgent."""
        level: IntArray = 1 + (p @ self.matrix()).argmin(axis=1)
        return level


@dataclass(frozen=True, slots=True, eq=False)
class FittedLevels:
    """Hold four fitted models of "this urgent or more" (Frank & Hall 2001, 10.1007/3-540-44795-4_13)."""

    cuts: "Sequence[Callable[[Patients], FloatArray]]"

    def probabilities(self, patients: Patients) -> FloatArray:
        """Return P(level = 1..5 | x), (n, 5); where cuts cross, the greatest so far is taken, which errs on urgency."""
        cumulative = np.maximum.accumulate(np.stack([cut(patients) for cut in self.cuts], axis=1), axis=1)
        return np.diff(cumulative, axis=1, prepend=0.0, append=1.0)


def fit_levels(
    fit: Callable[[Patients, BoolArray], Callable[[Patients], FloatArray]], patients: Patients, level: IntArray
) -> FittedLevels:
    """Fit a model by `fit` to each of the outcomes level <= 1..4; one that all or none have is its share.

    `level` (n,) holds 1 to 5.
    """
    return FittedLevels([_fit_cut(fit, patients, level <= cut) for cut in range(1, ACUITIES)])


def _fit_cut(
    fit: Callable[[Patients, BoolArray], Callable[[Patients], FloatArray]], patients: Patients, urgent: BoolArray
) -> Callable[[Patients], FloatArray]:
    if urgent.all() or not urgent.any():
        share = (urgent.sum() + 0.5) / (len(urgent) + 1)
        return lambda others: np.full(others.n, share)
    return fit(patients, urgent)
