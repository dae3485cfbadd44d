"""Choose between ensembles by nested comparison: on folds within the training folds, never on those judged by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.model_card import auroc
from experiments.report.tables import Table
from experiments.train.crossed import cross
from experiments.train.folds import Fold, folds
from policies.diagnosis.members import Boosting, ExtraTrees, Forest, Kernel, Logistic, Member, Network
from policies.diagnosis.patients import Patients
from sim.units import BoolArray, FloatArray, IntArray

Candidates = Mapping[str, Sequence[Member]]
"""Ensembles by name: the plain mean of their members."""
_BY_LETTER: Mapping[str, Member] = {
    "L": Logistic(),
    "F": Forest(),
    "E": ExtraTrees(),
    "B": Boosting(),
    "N": Network(),
    "K": Kernel(),
    "S": Kernel(name="strict_kernel", cost=4.0),
}
_LETTERS = "L LFB LFBK LFBS LFBE LEBK LEBS LEB LFBES LFBN LEBN LFBEKN LEK LES LEN LE"
MIXTURES: Candidates = {
    " + ".join(_BY_LETTER[letter].name for letter in letters): [_BY_LETTER[letter] for letter in letters]
    for letters in _LETTERS.split()
}
"""What the ensemble was chosen from."""


@dataclass(frozen=True, slots=True)
class Tried:
    """Hold what one candidate came to: AUROC within training folds, in judged folds, and how often it was chosen."""

    name: str
    inner_auroc: float
    outer_auroc: float
    n_chosen: int


@dataclass(frozen=True, slots=True)
class Choice:
    """Hold all candidates and the AUROC of choosing anew in every training fold, which is what a choice is worth."""

    tried: tuple[Tried, ...]
    auroc_of_choosing: float

    @property
    def best(self) -> str:
        """Return the candidate that was best within training folds."""
        return max(self.tried, key=lambda one: one.inner_auroc).name


def choose(
    candidates: Candidates,
    patients: Patients,
    outcome: BoolArray,
    group: IntArray | None,
    splits: tuple[int, int, int] = (5, 1, 3),
    root_seed: int = 20261122,
) -> Choice:
    """Compare candidates within every training fold; `splits` are outer folds, repeats and inner folds.

    Raises:
        ValueError: when there are too few patients or sites for the folds.
    """
    n_folds, n_repeats, n_inner = splits
    outer = [fold for repeat in folds(outcome, group, n_folds, n_repeats, root_seed) for fold in repeat]
    pairs = [_judge(candidates, patients, outcome, group, fold, n_inner, root_seed) for fold in outer]
    inner, judged = (np.array([pair[k] for pair in pairs]) for k in (0, 1))
    chosen = inner.argmax(axis=1)
    tried = tuple(
        Tried(name, float(inner[:, k].mean()), float(judged[:, k].mean()), int((chosen == k).sum()))
        for k, name in enumerate(candidates)
    )
    return Choice(tried, float(judged[np.arange(len(outer)), chosen].mean()))


def _judge(
    candidates: Candidates,
    patients: Patients,
    outcome: BoolArray,
    group: IntArray | None,
    fold: Fold,
    n_inner: int,
    root_seed: int,
) -> tuple[list[float], list[float]]:
    """Return the AUROC of every candidate within the training part of a fold, and on the part judged."""
    learned, held_out = fold
    members = list({member.name: member for several in candidates.values() for member in several}.values())
    to_learn = patients.where(learned)
    inner_group = None if group is None else group[learned]
    crossed = cross(members, to_learn, outcome[learned], inner_group, n_inner, 1, root_seed)
    within = {one.member: one.p[0] for one in crossed}
    beyond = {
        member.name: member.fit(to_learn, outcome[learned]).probability(patients.where(held_out)) for member in members
    }
    return (
        [auroc(_mean(within, several), outcome[learned]).value for several in candidates.values()],
        [auroc(_mean(beyond, several), outcome[held_out]).value for several in candidates.values()],
    )


def _mean(p: Mapping[str, FloatArray], members: Sequence[Member]) -> FloatArray:
    mean: FloatArray = np.mean([p[member.name] for member in members], axis=0)
    return mean


def choice_table(choice: Choice) -> Table:
    """Return the candidates, best within training folds first."""
    rows = tuple(
        (one.name, f"{one.inner_auroc:.4f}", f"{one.outer_auroc:.4f}", str(one.n_chosen))
        for one in sorted(choice.tried, key=lambda one: -one.inner_auroc)
    )
    caption = f"Choosing anew in every training fold: AUROC {choice.auroc_of_choosing:.4f} on the patients judged"
    return Table(caption, ("Mixture", "AUROC within training folds", "On the patients judged", "Times chosen"), rows)
