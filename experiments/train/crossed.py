"""Predict every patient by models that have not learned from him."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.records import Kind, Records
from experiments.train.folds import Fold, folds
from policies.diagnosis.members import Member
from policies.diagnosis.patients import Patients
from sim.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Crossed:
    """Hold the out-of-fold probabilities of one member for n patients: `p` (n_repeats, n), outcome `y` (n,).

    `fold` (n_repeats, n) is the number of the fold in which each was judged.
    """

    member: str
    p: FloatArray
    y: BoolArray
    fold: IntArray

    @property
    def mean_p(self) -> FloatArray:
        """Return the mean over repeats, (n,)."""
        mean: FloatArray = self.p.mean(axis=0)
        return mean


def patients_of(records: Records) -> Patients:
    """Return what models may see of the patients of some records."""
    names = (records.names_of(kind) for kind in (Kind.NUMBER, Kind.CATEGORY, Kind.TEXT))
    return Patients(records.features, records.nurse, *names)


def cross(
    members: Sequence[Member],
    patients: Patients,
    outcome: BoolArray,
    group: IntArray | None,
    n_folds: int = 5,
    n_repeats: int = 5,
    root_seed: int = 20261122,
) -> Iterator[Crossed]:
    """Yield the out-of-fold probabilities of each member; all members see the same folds.

    Raises:
        ValueError: when there are too few patients or sites for the folds.
    """
    split = list(folds(outcome, group, n_folds, n_repeats, root_seed))
    fold = fold_numbers(split, patients.n)
    for member in members:
        p = np.full((n_repeats, patients.n), np.nan)
        for repeat, of_repeat in enumerate(split):
            for learned, judged in of_repeat:
                model = member.fit(patients.where(learned), outcome[learned])
                p[repeat, judged] = model.probability(patients.where(judged))
        yield Crossed(member.name, p, outcome, fold)


def fold_numbers(split: Sequence[Sequence[Fold]], n: int) -> IntArray:
    """Return in which fold of each repeat every one of n patients is judged, (n_repeats, n)."""
    number = np.empty((len(split), n), dtype=np.int64)
    for repeat, of_repeat in enumerate(split):
        for k, (_, judged) in enumerate(of_repeat):
            number[repeat, judged] = k
    return number
