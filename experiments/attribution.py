"""Attribute a gain to what made it, by Shapley values over every combination of switches.

A switch is a swept factor with two levels, one of them the baseline. All combinations of k switches are simulated on
the same patients, so that v(S), the measure with the switches S on, is known for each replication. The value of switch
i is the mean, over all orders in which switches may be turned on, of what turning on i adds (Shapley 1953,
doi:10.1515/9781400881970-018):

    value(i) = sum over S without i of  |S|! (k - |S| - 1)! / k!  (v(S + i) - v(S))

Values add up to v(all) - v(none) in every replication. How far two switches need each other is their interaction index
(Grabisch and Roubens 1999, doi:10.1007/s001820050125):

    pair(i, j) = sum over S without i, j of  |S|! (k - |S| - 2)! / (k - 1)!  (v(S + i + j) - v(S + i) - v(S + j) + v(S))
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd

from experiments.comparisons import Compared, Measured
from experiments.statistics import Difference, holm, paired_difference, verdict
from sim.units import FloatArray

WHOLE, VALUE, PAIR = "whole", "value", "pair"
COLUMNS = [
    *("measure", "unit", "term", "switches", "baseline", "treatment"),
    *("difference", "half_width", "low", "high", "n", "p_value_holm", "verdict"),
]
TOGETHER = "+"
"""Joins the names of switches."""


@dataclass(frozen=True, slots=True)
class Factorial:
    """Name the cell of every combination of switches: bit i of its place in `cells` says whether switch i is on."""

    switches: tuple[str, ...]
    cells: tuple[str, ...]


def factorial_of(cells: Sequence[Compared], baseline: Mapping[str, str]) -> Factorial | None:
    """Return the full factorial that the grid of cells is, None where it is none, or has fewer than two switches.

    `cells` are those of the grid. A factor of one level is no switch; one of three or more leaves nothing to attribute.
    """
    levels: dict[str, dict[str, None]] = {}
    for cell in cells:
        for key, level in cell.factors.items():
            levels.setdefault(key, {})[level] = None
    switches = tuple(key for key, found in levels.items() if len(found) > 1)
    paired = all(len(levels[key]) == 2 and baseline.get(key) in levels[key] for key in switches)
    if len(switches) < 2 or not paired:
        return None
    places = {sum((cell.factors[key] != baseline[key]) << i for i, key in enumerate(switches)): cell for cell in cells}
    if len(cells) != len(places) or len(places) != 2 ** len(switches):
        return None
    return Factorial(switches, tuple(places[place].name for place in range(len(places))))


def shapley_values(worth: FloatArray) -> FloatArray:
    """Return the value of each switch, shape (k, ...), from the worth of all combinations, shape (2**k, ...)."""
    k = _n_switches(worth)
    return np.array([_weighted(worth, (i,)) for i in range(k)]) / factorial(k)


def shapley_pair(worth: FloatArray, first: int, second: int) -> FloatArray:
    """Return the interaction index of two switches, shape (...): below zero, they spare each other's work.

    `worth` has the shape (2**k, ...); the sign is that of a change of the measure, not of a gain.
    """
    pair: FloatArray = _weighted(worth, (first, second)) / factorial(_n_switches(worth) - 1)
    return pair


def _n_switches(worth: FloatArray) -> int:
    return len(worth).bit_length() - 1


def _weighted(worth: FloatArray, members: tuple[int, ...]) -> FloatArray:
    """Return the sum of |S|! (k - |S| - m)! times what all m members do together beyond their parts, over all S.

    Weights are whole numbers; whole worths therefore give whole sums, free of rounding.
    """
    k, m = _n_switches(worth), len(members)
    mask = sum(1 << i for i in members)
    total = np.zeros(worth.shape[1:])
    for base in (place for place in range(len(worth)) if not place & mask):
        size = base.bit_count()
        total += factorial(size) * factorial(k - size - m) * _jointly(worth, base, members)
    return total


def _jointly(worth: FloatArray, base: int, members: tuple[int, ...]) -> FloatArray:
    """Return the alternating sum over all subsets of the members, each turned on beside `base`."""
    total = np.zeros(worth.shape[1:])
    for size in range(len(members) + 1):
        sign = (-1) ** (len(members) - size)
        for chosen in combinations(members, size):
            total += sign * worth[base + sum(1 << i for i in chosen)]
    return total


def attribute(measures: pd.DataFrame, planned: Factorial | None, catalog: Mapping[str, Measured]) -> pd.DataFrame:
    """Return the table of the whole gain, of values and of pairs, with the columns `COLUMNS`, measure by measure.

    `measures` has the columns cell, replication, measure, dimension, level, value. A replication counts for a measure
    when all combinations have it. Intervals are Student's over replications. Holm's correction takes the values of one
    measure as one family, and its pairs as another.
    """
    rows: list[tuple[object, ...]] = []
    city = measures[(measures["dimension"] == "all") & measures["measure"].isin(list(catalog))]
    if planned is not None:
        wide = city.pivot(index=["measure", "replication"], columns="cell", values="value")
        known = wide.reindex(columns=list(planned.cells)).dropna()
        for name in dict.fromkeys(city["measure"]):
            if name in known.index.get_level_values("measure"):
                rows += _rows(name, known.loc[name].to_numpy(dtype=float).T, planned, catalog[name])
    return pd.DataFrame(rows, columns=COLUMNS)


def _rows(name: str, worth: FloatArray, planned: Factorial, measure: Measured) -> Iterator[tuple[object, ...]]:
    """Yield the rows of one measure from its worth, shape (2**k, n)."""
    values, switches = shapley_values(worth), planned.switches
    pairs = list(combinations(range(len(switches)), 2))
    families: list[tuple[str, list[tuple[tuple[str, ...], FloatArray]]]] = [
        (WHOLE, [(switches, worth[-1] - worth[0])]),
        (VALUE, [((switch,), value) for switch, value in zip(switches, values, strict=True)]),
        (PAIR, [((switches[i], switches[j]), shapley_pair(worth, i, j)) for i, j in pairs]),
    ]
    ends = planned.cells[0], planned.cells[-1]
    for term, family in families:
        found = _corrected([paired_difference(np.zeros_like(change), change) for _, change in family])
        for (names, _), one in zip(family, found, strict=True):
            interval = (one.mean, one.half_width, one.low, one.high, one.n, one.p_value)
            yield (name, measure.unit, term, TOGETHER.join(names), *ends, *interval, verdict(one, measure.better))


def _corrected(family: Sequence[Difference]) -> list[Difference]:
    """Return differences with p-values corrected within their family; what never changes is no test."""
    tested = [np.nan if one.mean == 0.0 and one.half_width == 0.0 else one.p_value for one in family]
    return [replace(one, p_value=p_value) for one, p_value in zip(family, holm(tested), strict=True)]
