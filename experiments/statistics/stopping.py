"""Add replications until differences are decided, and err in no decision with the probability promised.

Whoever looks again and again at an interval of 95 % finds zero outside it sooner or later. Looks are therefore few and
known beforehand, each half as many replications again as the one before, and the error allowed is shared among all
looks and comparisons (Bonferroni; group-sequential looks in Jennison and Turnbull 2000, Group Sequential Methods,
doi:10.1201/9780367805326, chapter 2). Intervals at a look are Student's, of paired differences, so that the
probability that any decision is wrong stays at or below alpha for normal values, whatever the correlations. The
indifference zone is that of Bechhofer 1954, doi:10.1214/aoms/1177728845: differences in it do not matter.
"""

from enum import StrEnum
from math import ceil

from numpy.typing import ArrayLike

from experiments.statistics.intervals import LEVEL, Interval
from experiments.statistics.pairs import Difference, paired_difference

GROWTH = 1.5


class Ruling(StrEnum):
    """Say what a look at a difference decides: its sign, that it does not matter, or nothing yet."""

    LOWER = "lower"
    HIGHER = "higher"
    ALIKE = "alike"
    OPEN = "undecided"


def looks(first: int, most: int) -> tuple[int, ...]:
    """Return the numbers of replications at which one looks, from `first` to `most`, each half as many again.

    Raises:
        ValueError: when fewer than two replications come first, which have no interval, or fewer at most than first.
    """
    if not 2 <= first <= most:
        raise ValueError(f"give 2 replications or more at first and no fewer at most, not {first} and {most}")
    found = [first]
    while found[-1] < most:
        found.append(min(ceil(found[-1] * GROWTH), most))
    return tuple(found)


def look_level(n_looks: int, n_comparisons: int, level: float = LEVEL) -> float:
    """Return the level of every single interval, so that all of them hold together at `level`."""
    return 1 - (1 - level) / (n_looks * max(n_comparisons, 1))


def look(baseline: ArrayLike, treatment: ArrayLike, indifference: float, level: float) -> tuple[Difference, Ruling]:
    """Return the paired difference at the level of a look, and what it decides.

    `indifference`, in the unit of the values, is the largest difference that does not matter; at 0 every one does.
    """
    found = paired_difference(baseline, treatment, level)
    return found, ruling(found, indifference)


def ruling(interval: Interval, indifference: float) -> Ruling:
    """Return what an interval decides: it lies inside the indifference zone, or leaves zero out, or neither.

    An interval that does both tells that the difference is known and does not matter.
    """
    if max(-interval.low, interval.high) <= indifference:  # an unknown interval is never inside
        return Ruling.ALIKE
    if interval.high < 0:
        return Ruling.LOWER
    return Ruling.HIGHER if interval.low > 0 else Ruling.OPEN
