"""Judge how much of a resource patients are expected to use, out of fold, beside what the nurse's level tells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.model_card import UNDEFINED, Estimate, mean_of
from experiments.train.figures import over_repeats
from experiments.train.folds import Fold, folds
from policies.diagnosis.ordered import OrderedMember
from policies.diagnosis.patients import Patients
from sim.units import BoolArray, FloatArray, IntArray

N_CLASSES = 5
"""Amounts are told as the chance of each fifth of past patients; the expectation weighs the means of the fifths."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Hold how well one way of expecting an amount does: in units of the amount, but shares for `explained`.

    `explained` is the share of the variance between patients; `ratio` what was used over what was expected.
    """

    target: str
    by: str
    n_patients: int
    mean: Estimate
    absolute_error: Estimate
    explained: Estimate
    ratio: Estimate


def judge_amount(
    target: str,
    member: OrderedMember,
    patients: Patients,
    amount: FloatArray,
    group: IntArray | None,
    splits: tuple[int, int, int],
) -> Iterator[Expected]:
    """Yield how a model, the nurse's level, and the mean of everybody do; the nurse only where she gave levels.

    `amount` (n,) is what each patient used; `splits` are folds, repeats and the root seed.
    """
    n_folds, n_repeats, root_seed = splits
    everyone: dict[str, list[FloatArray]] = {}
    much = amount > np.median(amount)
    for of_repeat in folds(much, group, n_folds, n_repeats, root_seed):
        for name, expected in _expected(member, patients, amount, of_repeat).items():
            everyone.setdefault(name, []).append(expected)
    for name, each in everyone.items():
        yield _figures(target, name, amount, each)


def _expected(
    member: OrderedMember, patients: Patients, amount: FloatArray, of_repeat: Sequence[Fold]
) -> dict[str, FloatArray]:
    has_nurse = bool(np.isfinite(patients.nurse).any())
    names = (member.name, *(("nurse",) if has_nurse else ()), "everybody alike")
    made = {name: np.empty(patients.n) for name in names}
    for learned, judged in of_repeat:
        known, used = patients.where(learned), amount[learned]
        fifth, means = fifths(used)
        made[member.name][judged] = member.fit(known, fifth).probabilities(patients.where(judged)) @ means
        made["everybody alike"][judged] = used.mean()
        if has_nurse:
            made["nurse"][judged] = _by_level(known.nurse, used, patients.nurse[judged])
    return made


def fifths(amount: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return in which fifth of all each amount lies, 1 to 5, shape (n,), and the mean of each fifth, (5,).

    A fifth that ties leave empty has the mean of everybody.
    """
    edges = np.quantile(amount, np.arange(1, N_CLASSES) / N_CLASSES)
    fifth = 1 + np.searchsorted(edges, amount, side="left")
    means = [_mean(amount, fifth == k) for k in range(1, N_CLASSES + 1)]
    return fifth.astype(np.int64), np.array(means)


def _mean(amount: FloatArray, where: BoolArray) -> float:
    return float(amount[where].mean() if where.any() else amount.mean())


def _by_level(level: FloatArray, amount: FloatArray, asked: FloatArray) -> FloatArray:
    """Return the mean amount of those with the same level of the nurse; of all where there is none."""
    means = {value: float(amount[level == value].mean()) for value in np.unique(level[np.isfinite(level)])}
    return np.array([means.get(value, float(amount.mean())) for value in asked])


def _figures(target: str, name: str, amount: FloatArray, each: Sequence[FloatArray]) -> Expected:
    return Expected(
        target,
        name,
        len(amount),
        mean_of(amount),
        over_repeats(mean_of(np.abs(amount - one)) for one in each),
        over_repeats(explained(amount, one) for one in each),
        over_repeats(used_to_expected(amount, one) for one in each),
    )


def explained(amount: FloatArray, expected: FloatArray) -> Estimate:
    """Return the share of the variance between n patients that expectations explain, both (n,); below 0 is a loss."""
    missed, spread = (amount - expected) ** 2, (amount - amount.mean()) ** 2
    if spread.mean() == 0:
        return UNDEFINED
    share = float(1 - missed.mean() / spread.mean())
    return Estimate(share, mean_of((missed - (1 - share) * spread) / spread.mean()).half_width)


def used_to_expected(amount: FloatArray, expected: FloatArray) -> Estimate:
    """Return what n patients used over what was expected of them, both (n,); 1 where the sum is right."""
    if expected.mean() == 0:
        return UNDEFINED
    ratio = float(amount.mean() / expected.mean())
    return Estimate(ratio, mean_of((amount - ratio * expected) / expected.mean()).half_width)
