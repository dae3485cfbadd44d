"""Split patients into folds: stratified by the outcome and repeated, or with every site in one fold."""

from collections.abc import Iterator

import numpy as np

from sim.streams import Replication, stream
from sim.units import BoolArray, IntArray

Fold = tuple[IntArray, IntArray]
"""Places of those to learn from, and of those to judge."""


def folds(
    outcome: BoolArray, group: IntArray | None, n_folds: int, n_repeats: int, root_seed: int
) -> Iterator[list[Fold]]:
    """Yield the folds of each repeat, every patient being judged once in it.

    `outcome` (n,) is spread evenly over the folds; `group` (n,) is kept together where it is given. The order comes
    from the stream "train", "folds" of the repeat as replication.

    Raises:
        ValueError: when there are fewer sites, or fewer patients of either outcome, than folds.
    """
    _check(outcome, group, n_folds)
    for repeat in range(n_repeats):
        chance = stream(Replication(repeat, root_seed), "train", "folds")
        place = _fold_of_group(group, n_folds, chance) if group is not None else _fold_of(outcome, n_folds, chance)
        yield [(np.flatnonzero(place != k), np.flatnonzero(place == k)) for k in range(n_folds)]


def _check(outcome: BoolArray, group: IntArray | None, n_folds: int) -> None:
    n_least = min(int(outcome.sum()), int((~outcome).sum())) if group is None else len(np.unique(group))
    if n_least < n_folds:
        what = "patients of the rarer outcome" if group is None else "sites"
        raise ValueError(f"{n_least} {what} are too few for {n_folds} folds; give more, or ask for fewer folds")


def _fold_of(outcome: BoolArray, n_folds: int, chance: np.random.Generator) -> IntArray:
    """Deal patients of each outcome to the folds in turn, in random order."""
    place = np.empty(len(outcome), dtype=np.int64)
    for members in (np.flatnonzero(outcome), np.flatnonzero(~outcome)):
        place[chance.permutation(members)] = np.arange(len(members)) % n_folds
    return place


def _fold_of_group(group: IntArray, n_folds: int, chance: np.random.Generator) -> IntArray:
    """Give each site, greatest first and equals in random order, to the fold with the fewest patients."""
    names, which, sizes = np.unique(group, return_inverse=True, return_counts=True)
    order = np.lexsort((chance.permutation(len(names)), -sizes))
    fold, filled = np.empty(len(names), dtype=np.int64), np.zeros(n_folds, dtype=np.int64)
    for site in order.tolist():
        fold[site] = int(filled.argmin())
        filled[fold[site]] += sizes[site]
    place: IntArray = fold[which]
    return place
