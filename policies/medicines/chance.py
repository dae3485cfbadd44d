"""Weigh moves of lots by chance: what is expected to be used in time, and to be missing, with Poisson demand."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.contract import MedicinesView
from sim.units import MINUTES_PER_DAY

Move = tuple[int, int, float]
"""Position of a lot in the view, index of the destination, units."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Hold units that stand at a hospital, or come there in `in_min`, and last for `life_min` from now."""

    hospital: int
    medicine: int
    units: float
    life_min: float
    in_min: float = 0.0


class Outlook:
    """Value what stands where, by the daily use of each hospital, and change it by the moves of trips.

    A unit is worth its price times the chance that it is used before it expires: the k-th unit to be used of what a
    hospital has is used if at least k are wanted, P(N >= k), until then. Each unit expected to be missing until more
    can come, or for `horizon_min`, costs `shortage_factor` times the price. N is Poisson.
    """

    def __init__(self, view: MedicinesView, shortage_factor: float, horizon_min: float) -> None:
        self._view = view
        self._shortage_factor = shortage_factor
        self._until_min = np.minimum(view.more_in_min, horizon_min)
        self.standing = [
            Standing(*row)
            for lots in (view.lots, view.due)
            for row in zip(
                *(getattr(lots, name).tolist() for name in ("hospital", "medicine", "units", "life_min", "in_min")),
                strict=True,
            )
        ]

    def gain(self, moves: Sequence[Move]) -> float:
        """Move units, and return what that is worth, trips not counted."""
        lots = self._view.lots
        touched = {(int(lots.hospital[row]), int(lots.medicine[row])) for row, _, _ in moves}
        touched |= {(goal, int(lots.medicine[row])) for row, goal, _ in moves}
        before = sum(self.value(*place) for place in touched)
        for row, goal, units in moves:
            lot = self.standing[row]
            self.standing[row] = replace(lot, units=lot.units - units)
            way_min = float(self._view.facts.transit_min[lot.hospital, goal])
            self.standing.append(Standing(goal, lot.medicine, units, lot.life_min, way_min))
        return sum(self.value(*place) for place in touched) - before

    def value(self, hospital: int, medicine: int) -> float:
        """Return what the units of a medicine at a hospital are worth, less what is expected to be missing."""
        use = float(self._view.daily_use[hospital, medicine])
        mine = [one for one in self.standing if (one.hospital, one.medicine) == (hospital, medicine)]
        used = before = 0.0
        for one in sorted(mine, key=lambda one: one.life_min):
            used += expected_used(one.units, before, use * max(one.life_min - one.in_min, 0.0) / MINUTES_PER_DAY)
            before += one.units
        until_min = float(self._until_min[hospital, medicine])
        at_hand = sum(one.units for one in mine if one.in_min < until_min)
        wanted = use * until_min / MINUTES_PER_DAY
        missing = wanted - expected_used(at_hand, 0.0, wanted)
        return float(self._view.facts.price[medicine]) * (used - self._shortage_factor * missing)


def expected_used(units: float, before: float, mean: float) -> float:
    """Return E[min(units, max(0, N - before))], N Poisson: how many of these are used, behind `before` others.

    It is the sum of P(N > before + j) over j = 0, 1, ..., units - 1, in whole units.
    """
    from scipy.special import pdtrc

    return float(pdtrc(np.floor(before) + np.arange(int(units)), mean).sum())


def worthwhile(view: MedicinesView, moves: Sequence[Move], shortage_factor: float, horizon_days: float) -> list[Move]:
    """Return the moves of those trips that are expected to spare more than they cost, one trip after another."""
    trips: dict[tuple[int, int], list[Move]] = {}
    for move in moves:
        trips.setdefault((int(view.lots.hospital[move[0]]), move[1]), []).append(move)
    outlook = Outlook(view, shortage_factor, horizon_days * MINUTES_PER_DAY)
    chosen: list[Move] = []
    for way, together in trips.items():
        standing = list(outlook.standing)
        if outlook.gain(together) > float(view.facts.trip_cost[way]):
            chosen += together
        else:
            outlook.standing = standing
    return chosen
