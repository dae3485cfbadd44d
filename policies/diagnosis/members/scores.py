"""Comparators that learn nothing of patients but how often each score or level came with the outcome."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from policies.diagnosis.news2 import news2
from policies.diagnosis.patients import Patients
from sim.units import BoolArray, FloatArray

PRIOR_PATIENTS = 1.0
"""So many patients with the overall share are added to every score, so that nothing seen rarely is held impossible."""


@dataclass(frozen=True, slots=True, eq=False)
class FittedShares:
    """Hold the share of the outcome by score: `share` (k,) belongs to the sorted `scores` (k,), `unknown` to none."""

    score_of: Callable[[Patients], FloatArray]
    scores: FloatArray
    share: FloatArray
    unknown: float

    def probability(self, patients: Patients) -> FloatArray:
        """Return the share that belongs to each score, linear between two scores seen, (n,)."""
        score = self.score_of(patients)
        known = ~np.isnan(score)
        p = np.full(len(score), self.unknown)
        p[known] = np.interp(score[known], self.scores, self.share) if len(self.scores) else self.unknown
        return p


def fit_shares(
    score_of: Callable[[Patients], FloatArray], patients: Patients, outcome: BoolArray, rising: bool
) -> FittedShares:
    """Count how often each score came with the outcome, and let the share rise, or fall, with the score.

    Where the counts are out of order, neighbors are pooled (Barlow et al. 1972, isotonic regression): a rare score
    must not take a higher rank than a more urgent one by chance. Patients without a score have a share of their own.
    """
    from sklearn.isotonic import IsotonicRegression

    score, overall = score_of(patients), float(outcome.mean())
    known = ~np.isnan(score)
    scores, place = np.unique(score[known], return_inverse=True)
    n = np.bincount(place, minlength=len(scores)) + PRIOR_PATIENTS
    share = (np.bincount(place, weights=outcome[known], minlength=len(scores)) + PRIOR_PATIENTS * overall) / n
    if len(scores):
        share = IsotonicRegression(increasing=rising).fit_transform(scores, share, sample_weight=n)
    n_unknown = int((~known).sum())
    unknown = (float(outcome[~known].sum()) + PRIOR_PATIENTS * overall) / (n_unknown + PRIOR_PATIENTS)
    return FittedShares(score_of, scores, share, unknown)


@dataclass(frozen=True, slots=True)
class NurseLevel:
    """Read the level that the nurse gave, and nothing else; a lower level is more urgent."""

    name: str = "nurse"
    uses_nurse: bool = True

    def fit(self, patients: Patients, outcome: BoolArray) -> FittedShares:
        """Count how often each level came with the outcome."""
        return fit_shares(level_of, patients, outcome, rising=False)


@dataclass(frozen=True, slots=True)
class News2:
    """Read NEWS2, and nothing else."""

    name: str = "news2"
    uses_nurse: bool = False

    def fit(self, patients: Patients, outcome: BoolArray) -> FittedShares:
        """Count how often each score came with the outcome."""
        return fit_shares(points_of, patients, outcome, rising=True)


def level_of(patients: Patients) -> FloatArray:
    """Return the levels of the nurse, NaN where none was given."""
    return patients.nurse


def points_of(patients: Patients) -> FloatArray:
    """Return NEWS2 as float."""
    return news2(patients.table).astype(float)
