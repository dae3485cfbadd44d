"""Code the levels of a run's factors as points: numbers by their place in the range, words by one coordinate each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np
from scipy.stats import qmc

from experiments.schema import close_match
from sim.faults import Fault
from sim.streams import Replication, stream
from sim.units import FloatArray

MOST_CROSSED = 2000
BETWEEN = 256
APART = 1 / np.sqrt(2)
"""Coordinate of a word, so that two words lie as far apart as the ends of a number's range."""


@dataclass(frozen=True, slots=True)
class Coding:
    """Hold the levels that each factor has in the run, in their order; `ranges` are those of factors that are numbers.

    A number whose levels are all whole is only asked for in whole numbers.
    """

    levels: Mapping[str, tuple[str, ...]]
    ranges: Mapping[str, tuple[float, float]]
    whole: frozenset[str]

    @property
    def d(self) -> int:
        """Return how many coordinates a point has."""
        return sum(1 if key in self.ranges else len(found) for key, found in self.levels.items())

    @property
    def least_cells(self) -> int:
        """Return how many cells it takes to learn anything: two for each free coordinate, and three."""
        return 2 * sum(1 if key in self.ranges else len(found) - 1 for key, found in self.levels.items()) + 3

    def point(self, factors: Mapping[str, str]) -> list[float]:
        """Return the coordinates of a cell."""
        made: list[float] = []
        for key, found in self.levels.items():
            if key in self.ranges:
                low, high = self.ranges[key]
                made.append((float(factors[key]) - low) / (high - low))
            else:
                made += [APART * (factors[key] == level) for level in found]
        return made

    def points(self, cells: Sequence[Mapping[str, str]]) -> FloatArray:
        """Return the coordinates of cells, shape (m, d)."""
        return np.array([self.point(one) for one in cells])

    def faults(self, asked: Mapping[str, str]) -> list[Fault]:
        """Return what is wrong with settings: unknown, of no level, outside the range, or missing."""
        found = [Fault("settings", key, close_match(key, self.levels)) for key in asked if key not in self.levels]
        for key, levels in self.levels.items():
            if key not in asked:
                found.append(Fault("settings", key, f"say {key}=..., for it differs between the cells of the run"))
            elif key in self.ranges:
                found += self._number_faults(key, asked[key])
            elif asked[key] not in levels:
                found.append(Fault(key, asked[key], close_match(asked[key], levels)))
        return found

    def _number_faults(self, key: str, text: str) -> list[Fault]:
        low, high = self.ranges[key]
        if not _is_number(text):
            return [Fault(key, text, "give a number")]
        if not low <= float(text) <= high:
            return [Fault(key, text, f"give a number from {low:g} to {high:g}: beyond is no prediction, but a guess")]
        return []

    def unvisited(self, cells: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
        """Return settings that no cell has: levels crossed as in the run, and points between them."""
        seen = {tuple(one[key] for key in self.levels) for one in cells}
        crossed = product(*self.levels.values()) if prod(map(len, self.levels.values())) <= MOST_CROSSED else ()
        found = dict.fromkeys([*crossed, *self._between()])
        return [dict(zip(self.levels, levels, strict=True)) for levels in found if levels not in seen]

    def _between(self) -> list[tuple[str, ...]]:
        """Return points that fill the ranges evenly, words in turn; nothing where no factor is a number."""
        if not self.ranges:
            return []
        unit = qmc.LatinHypercube(len(self.levels), rng=stream(Replication(0, 1), "between")).random(BETWEEN)
        return [tuple(self._level(key, u) for key, u in zip(self.levels, row, strict=True)) for row in unit.tolist()]

    def _level(self, key: str, share: float) -> str:
        if key not in self.ranges:
            return self.levels[key][int(share * len(self.levels[key]))]
        low, high = self.ranges[key]
        return str(round(low + share * (high - low))) if key in self.whole else f"{low + share * (high - low):.4g}"


def coding_of(cells: Sequence[Mapping[str, str]]) -> Coding:
    """Return the coding of the factors that differ between cells; those with numbers only are numbers."""
    keys = [key for key in cells[0] if len({one[key] for one in cells}) > 1]
    levels = {key: tuple(dict.fromkeys(one[key] for one in cells)) for key in keys}
    numbers = {key: [float(one) for one in found] for key, found in levels.items() if all(map(_is_number, found))}
    whole = frozenset(key for key in numbers if all(one.lstrip("-").isdigit() for one in levels[key]))
    return Coding(levels, {key: (min(found), max(found)) for key, found in numbers.items()}, whole)


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False
