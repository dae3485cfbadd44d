"""State what each place has and needs of each type of resource, and a plan that moves units: plain numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from optimize.program import FloatArray

HOLDS_WITHIN = 1e-6


class Inequality(StrEnum):
    """How unequal ratios of supply to demand are counted; each measure is 0 if all are equal, and 1 at most."""

    NONE = "none"
    """Not at all."""
    MAX_MIN = "max-min"
    """How far the worst place is below the ratio of the whole city, as a share of it."""
    GINI = "gini"
    """The Gini coefficient of supply over demand: half the mean difference of ratios, in units of their mean."""


@dataclass(frozen=True, slots=True)
class AllocationCase:
    """What H places have and need of K types of resources, and what it costs to move and to miss.

    Args:
        types: K names.
        places: H names.
        supply: units that each place has; shape (K, H), whole numbers.
        demand: units that each place needs; shape (K, H), 0 or more.
        move_cost: cost of moving one unit from origin (row) to destination; shape (H, H), inf where none may go.
        unmet_cost: cost of one unit of demand that is not met; shape (K,).
        inequality_cost: cost of inequality 1, for each type.
        inequality: how inequality is counted.
        least_ratio: every place gets at least this share of its demand, of every type.
        most_moves: units that can be moved in all; None for no limit.
        movable: units that may leave each place, at most its supply; shape (K, H); None for all of them.

    Raises:
        ValueError: lists every array of the wrong shape and every impossible number.
    """

    types: tuple[str, ...]
    places: tuple[str, ...]
    supply: FloatArray
    demand: FloatArray
    move_cost: FloatArray
    unmet_cost: FloatArray
    inequality_cost: float = 0.0
    inequality: Inequality = Inequality.MAX_MIN
    least_ratio: float = 0.0
    most_moves: int | None = None
    movable: FloatArray | None = None

    def __post_init__(self) -> None:
        faults = [*self._array_faults(), *self._number_faults()]
        if faults:
            raise ValueError("; ".join(faults))

    @property
    def may_leave(self) -> FloatArray:
        """Count the units that may leave each place; shape (K, H)."""
        return self.supply if self.movable is None else self.movable

    def _array_faults(self) -> Iterator[str]:
        k, h = len(self.types), len(self.places)
        shapes = {"supply": (k, h), "demand": (k, h), "move_cost": (h, h), "unmet_cost": (k,)}
        shapes |= {} if self.movable is None else {"movable": (k, h)}
        for name, shape in shapes.items():
            array = getattr(self, name)
            if array.shape != shape:
                yield f"{name} has shape {array.shape}; the names ask for {shape}"
            if np.isnan(array).any() or (array < 0).any():
                yield f"{name} holds NaN or a negative number; give 0 or more"
            if name != "move_cost" and np.isinf(array).any():
                yield f"{name} holds inf; give finite numbers"
        if (self.supply != np.rint(self.supply)).any():
            yield "supply holds fractions; give whole units"
        may_leave = self.may_leave
        if (
            may_leave.shape == self.supply.shape
            and ((may_leave > self.supply) | (may_leave != np.rint(may_leave))).any()
        ):
            yield "movable holds fractions or more than the supply; give whole units, at most the supply"

    def _number_faults(self) -> Iterator[str]:
        for name in ("inequality_cost", "least_ratio"):
            number = getattr(self, name)
            if not 0 <= number < np.inf:
                yield f"{name} is {number}; give 0 or more"
        if self.most_moves is not None and self.most_moves < 0:
            yield f"most_moves is {self.most_moves}; give 0 or more, or None"


class UnitMove(NamedTuple):
    """`n_units` of one type go from `origin` to `destination`; all others are positions in the case."""

    type: int
    origin: int
    destination: int
    n_units: int


@dataclass(frozen=True, slots=True)
class AllocationPlan:
    """Which units to move, and what follows.

    Args:
        moves: each of at least one unit, in the order of type, origin and destination.
        after: units that each place has then; shape (K, H).
        unmet: demand that is not met; shape (K, H).
        inequality: of each type, as the case counts it; shape (K,).
        cost: of unmet demand, moves and inequality together.
    """

    moves: tuple[UnitMove, ...]
    after: FloatArray
    unmet: FloatArray
    inequality: FloatArray
    cost: float


def ratio(supply: FloatArray, demand: FloatArray) -> FloatArray:
    """Return R = S / D, NaN where nothing is demanded and R has no meaning."""
    found: FloatArray = np.full(supply.shape, np.nan)
    np.divide(supply, demand, out=found, where=demand > 0)
    return found


def inequality_of(kind: Inequality, supply: FloatArray, demand: FloatArray) -> float:
    """Return the inequality of one type; shapes (H,). 0 where nothing is there or nothing is needed.

    GINI weighs each place by its demand, as the Lorenz curve of supply over demand does; a unit where nobody needs it
    counts as far from everybody's need.
    """
    total, needed = float(supply.sum()), float(demand.sum())
    if kind is Inequality.NONE or total <= 0 or needed <= 0:
        return 0.0
    if kind is Inequality.MAX_MIN:
        asked = demand > 0
        return max(0.0, 1.0 - float((supply[asked] / demand[asked]).min()) * needed / total)
    crossed = supply[:, None] * demand[None, :]
    return float(np.abs(crossed - crossed.T).sum() / (2.0 * total * needed))


def plan_of(case: AllocationCase, moves: tuple[UnitMove, ...]) -> AllocationPlan:
    """Work out what follows from moves."""
    after, move_cost = case.supply.copy(), 0.0
    for k, origin, destination, n_units in moves:
        after[k, origin] -= n_units
        after[k, destination] += n_units
        move_cost += n_units * float(case.move_cost[origin, destination])
    unmet = np.maximum(case.demand - after, 0.0)
    unequal = np.array([inequality_of(case.inequality, a, d) for a, d in zip(after, case.demand, strict=True)])
    cost = float(case.unmet_cost @ unmet.sum(axis=1)) + move_cost + case.inequality_cost * float(unequal.sum())
    return AllocationPlan(moves, after, unmet, unequal, cost)


def breaches(case: AllocationCase, plan: AllocationPlan) -> list[str]:
    """Check a plan against its case with plain sums, sharing nothing with the model; empty if it holds."""
    found, left = [], case.may_leave.copy()
    for k, origin, destination, n_units in plan.moves:
        left[k, origin] -= n_units
        if n_units < 1 or origin == destination or not np.isfinite(case.move_cost[origin, destination]):
            found.append(f"{(k, origin, destination, n_units)} is not a move")
    for k, h in np.argwhere(left < 0).tolist():
        found.append(f"{case.places[h]} sends more {case.types[k]} than it has to move")
    n_moves = sum(move.n_units for move in plan.moves)
    if case.most_moves is not None and n_moves > case.most_moves:
        found.append(f"at most {case.most_moves} units can be moved, the plan moves {n_moves}")
    honest = plan_of(case, plan.moves)
    for k, h in np.argwhere(honest.after < case.least_ratio * case.demand * (1 - HOLDS_WITHIN) - HOLDS_WITHIN).tolist():
        found.append(f"{case.places[h]} has {honest.after[k, h]:g} {case.types[k]}, less than its least share")
    for name in ("after", "unmet", "inequality", "cost"):
        if not np.allclose(getattr(honest, name), getattr(plan, name), rtol=1e-9, atol=1e-9):
            found.append(f"{name} is not what follows from the moves")
    return found
