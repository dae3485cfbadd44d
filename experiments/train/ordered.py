"""Judge models of levels that are chosen within training folds: as levels, and as a second reader beside the nurse."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from experiments.model_card import quadratic_kappa
from experiments.train.folds import Fold, folds
from policies.diagnosis.levels import LevelCosts
from policies.diagnosis.members import Boosting
from policies.diagnosis.ordered import CutByCut, OrderedMember, SharedLines, mean_order
from policies.diagnosis.patients import Patients
from policies.diagnosis.second_reader import nurse_alarm, reading_threshold
from sim.units import BoolArray, FloatArray, IntArray

CRITICAL_LEVEL = 2
N_INNER = 3
"""Folds within a training fold, on which everything is chosen."""
_LINES, _CURVES, _TREES = SharedLines(), SharedLines("curves", curves=True), CutByCut(Boosting())
Candidates = Mapping[str, Sequence[OrderedMember]]
CANDIDATES: Candidates = {
    "lines": (_LINES,),
    "curves": (_CURVES,),
    "lines + boosting": (_LINES, _TREES),
    "curves + boosting": (_CURVES, _TREES),
}
"""What is chosen from: the plain mean of some models."""


@dataclass(frozen=True, slots=True, eq=False)
class Ordered:
    """Hold, out of fold, what the models chosen within training folds said of n patients in each repeat.

    `p` (n_repeats, n, 5) are the levels of the candidate with the highest quadratic kappa there. `p_critical` and
    `threshold` (n_repeats, n) are of the candidate that finds most of those whom the nurse let pass. `levels_by` and
    `read_by` count how often each candidate was chosen.
    """

    p: FloatArray
    p_critical: FloatArray
    threshold: FloatArray
    levels_by: Counter[str] = field(default_factory=Counter)
    read_by: Counter[str] = field(default_factory=Counter)

    @property
    def alarms(self) -> BoolArray:
        """Return for whom the second reader raises an alarm, (n_repeats, n)."""
        raised: BoolArray = self.p_critical >= self.threshold
        return raised


def cross_ordered(
    candidates: Candidates,
    patients: Patients,
    level: IntArray,
    group: IntArray | None,
    splits: tuple[int, int, int],
    floor: float,
) -> Ordered:
    """Choose among candidates within every training fold, and say what the chosen say of the others.

    `splits` are folds, repeats and the root seed. The threshold of the second reader leaves so large a share `floor`
    of those who are not critical without an alarm of either, within the training fold.

    Raises:
        ValueError: when there are too few patients or sites for the folds.
    """
    n_folds, n_repeats, root_seed = splits
    shape = (n_repeats, patients.n)
    made = Ordered(np.empty((*shape, 5)), np.empty(shape), np.empty(shape))
    for repeat, of_repeat in enumerate(folds(level <= CRITICAL_LEVEL, group, n_folds, n_repeats, root_seed)):
        for fold in of_repeat:
            within, beyond = _judge(candidates, patients, level, group, fold, root_seed)
            learned, judged = fold
            nurse, y = patients.nurse[learned], level[learned]
            best, reader, limit = _chosen(within, nurse, y, floor)
            made.p[repeat, judged] = beyond[best]
            made.p_critical[repeat, judged] = critical(beyond[reader])
            made.threshold[repeat, judged] = limit
            made.levels_by[best] += 1
            made.read_by[reader] += 1
    return made


def critical(p: FloatArray) -> FloatArray:
    """Return P(level 1 or 2 | x), (n,), from the probabilities of levels (n, 5)."""
    urgent: FloatArray = p[:, :CRITICAL_LEVEL].sum(axis=1)
    return urgent


def _judge(
    candidates: Candidates, patients: Patients, level: IntArray, group: IntArray | None, fold: Fold, root_seed: int
) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Return what each candidate says of the training part of a fold, out of inner folds, and of the part judged."""
    learned, held_out = fold
    members = {member.name: member for several in candidates.values() for member in several}
    known, y = patients.where(learned), level[learned]
    within, beyond = {name: np.empty((known.n, 5)) for name in members}, {}
    (inner,) = folds(y <= CRITICAL_LEVEL, None if group is None else group[learned], N_INNER, 1, root_seed)
    for name, member in members.items():
        beyond[name] = member.fit(known, y).probabilities(patients.where(held_out))
        for a, b in inner:
            within[name][b] = member.fit(known.where(a), y[a]).probabilities(known.where(b))
    return dict(_means(candidates, within)), dict(_means(candidates, beyond))


def _means(candidates: Candidates, p: Mapping[str, FloatArray]) -> Iterator[tuple[str, FloatArray]]:
    for name, several in candidates.items():
        yield name, mean_order([p[member.name] for member in several])


def _chosen(p: Mapping[str, FloatArray], nurse: FloatArray, level: IntArray, floor: float) -> tuple[str, str, float]:
    """Return the best candidate for levels, the one that finds most beside the nurse, and its threshold."""
    kappa = {name: quadratic_kappa(level, LevelCosts(1.0).assign(one)).value for name, one in p.items()}
    alarmed, is_critical = nurse_alarm(nurse), level <= CRITICAL_LEVEL
    limits = {name: reading_threshold(critical(one), is_critical, alarmed, floor) for name, one in p.items()}
    found = {name: int((critical(p[name]) >= limit)[is_critical & ~alarmed].sum()) for name, limit in limits.items()}
    reader = max(found, key=lambda name: found[name])
    return max(p, key=lambda name: np.nan_to_num(kappa[name])), reader, limits[reader]
