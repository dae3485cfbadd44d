"""Judge what a model adds beside the nurse, and sets that may abstain; limits come from training folds only."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from experiments.model_card import Estimate, auroc, mean_of
from experiments.train.figures import over_repeats
from experiments.train.folds import folds
from policies.diagnosis.conformal import fit_conformal
from policies.diagnosis.members import Member
from policies.diagnosis.patients import Patients
from policies.diagnosis.second_reader import nurse_alarm, reading_threshold
from sim.units import BoolArray, FloatArray, IntArray

N_INNER = 5
"""Folds within a training fold, on which limits are chosen."""
MANY = 5000
"""With more patients one of those folds is enough to choose limits on."""


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """Hold, for n patients and each repeat, out-of-fold probabilities and the limits that belonged to their folds.

    `p`, `threshold` and `in_set` are (n_repeats, n), (n_repeats, n) and (n_repeats, n, 2).
    """

    p: FloatArray
    threshold: FloatArray
    in_set: BoolArray

    @property
    def alarms(self) -> BoolArray:
        """Return for whom the model raises an alarm, (n_repeats, n)."""
        raised: BoolArray = self.p >= self.threshold
        return raised


def read_twice(
    member: Member,
    patients: Patients,
    outcome: BoolArray,
    group: IntArray | None,
    splits: tuple[int, int, int],
    floor: float,
    miss_share: float,
) -> Readings:
    """Return the readings of one member; `splits` are folds, repeats and the root seed.

    The threshold keeps the share of others without an alarm at `floor` within training folds; the sets leave out the
    truth for at most `miss_share`.
    """
    n_folds, n_repeats, root_seed = splits
    p, threshold = np.empty((n_repeats, patients.n)), np.empty((n_repeats, patients.n))
    in_set = np.empty((n_repeats, patients.n, 2), dtype=bool)
    for repeat, of_repeat in enumerate(folds(outcome, group, n_folds, n_repeats, root_seed)):
        for learned, judged in of_repeat:
            known, y = patients.where(learned), outcome[learned]
            inner_p = _held_out(member, known, y, None if group is None else group[learned], root_seed)
            inside = ~np.isnan(inner_p)
            inner_p, y, alarmed = inner_p[inside], y[inside], nurse_alarm(known.nurse)[inside]
            p[repeat, judged] = member.fit(known, outcome[learned]).probability(patients.where(judged))
            threshold[repeat, judged] = reading_threshold(inner_p, y, alarmed, floor)
            in_set[repeat, judged] = fit_conformal(inner_p, y, miss_share).sets(p[repeat, judged])
    return Readings(p, threshold, in_set)


def _held_out(member: Member, known: Patients, y: BoolArray, group: IntArray | None, root_seed: int) -> FloatArray:
    """Return probabilities of patients by models that have not learned from them, (n,); NaN for those not needed."""
    p = np.full(known.n, np.nan)
    (of_repeat,) = folds(y, group, N_INNER, 1, root_seed)
    for learned, judged in of_repeat[: 1 if known.n > MANY else N_INNER]:
        p[judged] = member.fit(known.where(learned), y[learned]).probability(known.where(judged))
    return p


def second_reader_figures(alarms: BoolArray, nurse: FloatArray, outcome: BoolArray) -> Mapping[str, Estimate]:
    """Return sensitivity and specificity of the nurse, and of nurse or model; the nurse's AUROC is of her level.

    `alarms` (n_repeats, n) are those of the model.
    """
    alone = nurse_alarm(nurse)
    either = [alone | one for one in alarms]
    known = ~np.isnan(nurse)
    return {
        "nurse_auroc": auroc(-nurse[known], outcome[known]),
        "nurse_sensitivity": mean_of(alone[outcome]),
        "nurse_specificity": mean_of(~alone[~outcome]),
        "either_sensitivity": over_repeats(mean_of(alarm[outcome]) for alarm in either),
        "either_specificity": over_repeats(mean_of(~alarm[~outcome]) for alarm in either),
    }


def conformal_figures(readings: Readings, outcome: BoolArray) -> Mapping[str, Estimate]:
    """Return how often the set holds the truth, by outcome, how often it abstains, and how often it is right if not."""
    each = [_conformal(in_set, outcome) for in_set in readings.in_set]
    return {name: over_repeats(one[name] for one in each) for name in each[0]}


def _conformal(in_set: BoolArray, outcome: BoolArray) -> dict[str, Estimate]:
    held = np.where(outcome, in_set[:, 1], in_set[:, 0])
    single = in_set.sum(axis=1) == 1
    return {
        "coverage_yes": mean_of(held[outcome]),
        "coverage_no": mean_of(held[~outcome]),
        "abstains": mean_of(~single),
        "right_when_it_answers": mean_of(held[single]),
    }
