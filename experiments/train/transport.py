"""Judge a model at a site that it has not learned from, before and after its probabilities are fitted to the site."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from experiments.train.crossed import Crossed, fold_numbers
from experiments.train.figures import FEWEST, Figures, figures_of_group
from experiments.train.folds import folds
from policies.diagnosis.drift import Drift, drift_of
from policies.diagnosis.members import Member
from policies.diagnosis.patients import Patients
from policies.diagnosis.site_fit import fit_recalibration
from sim.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Moved:
    """Hold the figures at one site of a model from all others: as it came, and recalibrated on folds of the site.

    `drift` says whether its promises fit the patients of the site.
    """

    site: str
    n_patients: int
    before: Figures
    after: Figures
    drift: Drift


def transport(
    member: Member,
    patients: Patients,
    outcome: BoolArray,
    site: IntArray,
    names: tuple[str, ...],
    splits: tuple[int, int, int],
    threshold: float,
) -> Iterator[Moved]:
    """Yield what becomes of a member at each site with enough patients of both outcomes.

    `splits` are folds, repeats and the root seed of the recalibration: a patient's own outcome never moves his P.
    """
    for number, name in enumerate(names):
        here = site == number
        if min(int(outcome[here].sum()), int((~outcome[here]).sum()), int(outcome[~here].sum())) < FEWEST:
            continue
        p = member.fit(patients.where(~here), outcome[~here]).probability(patients.where(here))
        y, everyone = outcome[here], np.ones(int(here.sum()), dtype=bool)
        split = list(folds(y, None, *splits))
        fold = fold_numbers(split, len(y))
        before, after = (
            Crossed(name, np.tile(p, (len(split), 1)), y, fold),
            Crossed(name, _refitted(p, y, fold), y, fold),
        )
        first, then = (figures_of_group(one, everyone, threshold) for one in (before, after))
        yield Moved(name, len(y), first, then, drift_of(p, y))


def _refitted(p: FloatArray, y: BoolArray, fold: IntArray) -> FloatArray:
    """Return probabilities recalibrated on the other folds of each repeat, shape of `fold`."""
    moved = np.empty(fold.shape)
    for repeat, number in enumerate(fold):
        for k in np.unique(number):
            judged = number == k
            moved[repeat, judged] = fit_recalibration(p[~judged], y[~judged]).apply(p[judged])
    return moved
