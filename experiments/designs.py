"""Say which worlds an experiment visits: named scenarios, or points that fill ranges of numbers evenly.

A point is one row of a Latin hypercube (McKay, Beckman and Conover 1979, doi:10.1080/00401706.1979.10489755) or of a
scrambled Sobol sequence (Owen 1998, doi:10.1006/jcom.1998.0487). Every world meets every level of the swept factors.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product
from typing import Any

import numpy as np

from sim.faults import Fault
from sim.streams import Replication, stream

SCENARIO = "scenario"
"""The factor that holds the name of a named scenario."""


class DesignKind(StrEnum):
    """Say how points fill the ranges."""

    LATIN_HYPERCUBE = "latin_hypercube"
    SOBOL = "sobol"


@dataclass(slots=True)
class Design:
    """Fill `ranges` (low and high for each setting, by its dotted path) with `n_points`; `whole` names whole numbers.

    The same `seed` gives the same points.
    """

    ranges: dict[str, list[float]]
    kind: DesignKind = DesignKind.LATIN_HYPERCUBE
    n_points: int = 16
    whole: list[str] = field(default_factory=list)
    seed: int = 1

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield faults of ranges that are none, and of numbers of points that would not fill them evenly."""
        for key, ends in self.ranges.items():
            if len(ends) != 2 or not ends[0] < ends[1]:
                yield Fault(f"{place}.ranges.{key}", ends, "give two numbers, the lower one first")
        if not self.ranges:
            yield Fault(f"{place}.ranges", {}, "name at least one setting with its range")
        if self.n_points < 2:
            yield Fault(f"{place}.n_points", self.n_points, "give at least 2")
        elif self.kind is DesignKind.SOBOL and self.n_points & (self.n_points - 1):
            mend = f"give a power of two, for example {2 ** (self.n_points.bit_length() - 1)}, or use latin_hypercube"
            yield Fault(f"{place}.n_points", self.n_points, mend)
        for key in self.whole:
            if key not in self.ranges:
                yield Fault(f"{place}.whole", key, f"use one of {', '.join(self.ranges)}")

    def points(self) -> list[dict[str, str]]:
        """Return the levels of every setting at each point, as they would be written on the command line."""
        from scipy.stats import qmc  # a third of a second that runs without a design need not wait

        rng = stream(Replication(0, self.seed), "design")
        made = qmc.Sobol if self.kind is DesignKind.SOBOL else qmc.LatinHypercube
        unit = made(len(self.ranges), rng=rng).random(self.n_points)
        return [
            {key: self._level(key, share) for key, share in zip(self.ranges, row, strict=True)} for row in unit.tolist()
        ]

    def _level(self, key: str, share: float) -> str:
        low, high = self.ranges[key]
        if key in self.whole:
            return str(int(np.floor(low + share * (high - low + 1))))
        return f"{low + share * (high - low):.6g}"


@dataclass(frozen=True, slots=True)
class World:
    """Name one world of an experiment: what it is told apart by, and what it changes in the configuration."""

    name: str
    factors: Mapping[str, str]
    changes: Mapping[str, str]


USUAL = World("", {}, {})


def worlds(scenarios: Mapping[str, Mapping[str, Any]], design: Design | None) -> list[World]:
    """Return the worlds of an experiment: each scenario at each point, one that changes nothing without either."""
    named = [
        World(name, {SCENARIO: name}, {key: written(value) for key, value in changes.items()})
        for name, changes in scenarios.items()
    ]
    digits = len(str(design.n_points - 1)) if design else 1
    points = [World(f"p{i:0{digits}d}", at, at) for i, at in enumerate(design.points())] if design else []
    return [_joined(pair) for pair in product(named or [USUAL], points or [USUAL])]


def _joined(pair: Sequence[World]) -> World:
    first, second = pair
    name = "-".join(one.name for one in pair if one.name)
    return World(name, {**first.factors, **second.factors}, {**first.changes, **second.changes})


def written(value: object) -> str:
    """Return a value as it would be written on the command line."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return str(value)


def overlap_faults(found: Sequence[World], axes: Mapping[str, object]) -> Iterator[Fault]:
    """Yield a fault for what both a world and the sweep would set."""
    for key in {key: None for world in found for key in world.changes}:
        if key in axes:
            yield Fault("experiment", key, "set it in the scenarios or ranges, or sweep it; not both")
