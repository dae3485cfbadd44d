"""Comparators that learn nothing of patients but how often each score or level came with the outcome."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from policies.diagnosis.news2 import news2
from policies.diagnosis.patients import Patients
from sim.units import BoolArray, FloatArray

PRIOR_PATIENTS = 1.0
"""So many patients with the overall share are added to every score, so that nothing seen rarely is held impossible."""
UNKNOWN_LEVEL = 9.0


@dataclass(frozen=True, slots=True, eq=False)
class FittedShares:
    """Hold the share of the outcome by score: `share` (k,) belongs to the sorted `scores` (k,)."""

    score_of: Callable[[Patients], FloatArray]
    scores: FloatArray
    share: FloatArray

    def probability(self, patients: Patients) -> FloatArray:
        """Return the share that belongs to each score, linear between two scores seen, (n,)."""
        return np.interp(self.score_of(patients), self.scores, self.share)


def fit_shares(score_of: Callable[[Patients], FloatArray], patients: Patients, outcome: BoolArray) -> FittedShares:
    """Count how often each score came with the outcome."""
    scores, place = np.unique(score_of(patients), return_inverse=True)
    n, n_yes = np.bincount(place), np.bincount(place, weights=outcome)
    return FittedShares(score_of, scores, (n_yes + PRIOR_PATIENTS * outcome.mean()) / (n + PRIOR_PATIENTS))


@dataclass(frozen=True, slots=True)
class NurseLevel:
    """Read the level that the nurse gave, and nothing else."""

    name: str = "nurse"
    uses_nurse: bool = True

    def fit(self, patients: Patients, outcome: BoolArray) -> FittedShares:
        """Count how often each level came with the outcome."""
        return fit_shares(level_of, patients, outcome)


@dataclass(frozen=True, slots=True)
class News2:
    """Read NEWS2, and nothing else."""

    name: str = "news2"
    uses_nurse: bool = False

    def fit(self, patients: Patients, outcome: BoolArray) -> FittedShares:
        """Count how often each score came with the outcome."""
        return fit_shares(points_of, patients, outcome)


def level_of(patients: Patients) -> FloatArray:
    """Return the levels of the nurse, and another one where none was given."""
    return np.where(np.isnan(patients.nurse), UNKNOWN_LEVEL, patients.nurse)


def points_of(patients: Patients) -> FloatArray:
    """Return NEWS2 as float."""
    return news2(patients.table).astype(float)
