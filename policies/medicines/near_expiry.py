"""A rule for the medicines seat: what would expire goes to the hospital that can use most of it in time."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from policies.medicines.keep import NO_MOVES
from policies.settings import WrongSetting
from sim.contract import Lots, MedicinesDecision, MedicinesView
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR, BoolArray, FloatArray


@dataclass(slots=True)
class NearExpiry:
    """Send what a hospital will not use in time to the one that can use most of it, if that spares the trip's cost.

    With its daily use a hospital gets through its lots in the order of their expiry; what is then left of one is
    spare, if it expires within `horizon_days`. Another can use `daily_use` times the days that the lot still lasts
    there, less all that stands there or is due and expires no later, if it has none of its own to spare. Whole units
    go, what expires first first, to the hospital that can use most, the nearer of equals, with at least
    `least_life_hours` of life on receipt (the terms of near-expiry exchanges: 24 hours), and only if they are worth
    more than the trip.
    """

    least_life_hours: float = 24.0
    horizon_days: int = 14

    def decide(self, view: MedicinesView) -> MedicinesDecision:
        """Return the moves of the rule."""
        lots, spare = view.lots, spare_units(view)
        spare[lots.life_min > self.horizon_days * MINUTES_PER_DAY] = 0.0
        stood, needy = _Standing(view), _without_spare(view, spare)
        moves: list[tuple[int, int, float]] = []
        for row in np.lexsort((lots.number, lots.life_min)).tolist():
            if spare[row] < 1.0:
                continue
            room = np.where(self._may_go(view, row) & needy[:, lots.medicine[row]], stood.room(view, row), 0.0)
            units = np.floor(np.minimum(room, spare[row]))
            near = view.facts.transit_min[lots.hospital[row]]
            best = int(np.lexsort((near, -units))[0])
            if units[best] * view.facts.price[lots.medicine[row]] > view.facts.trip_cost[lots.hospital[row], best]:
                moves.append((int(lots.number[row]), best, float(units[best])))
                stood.add(row, best, float(units[best]))
        if not moves:
            return NO_MOVES
        number, destination, sent = zip(*moves, strict=True)
        return MedicinesDecision(np.array(number), np.array(destination), np.array(sent))

    def _may_go(self, view: MedicinesView, row: int) -> BoolArray:
        """Mark the hospitals to which a lot may go, shape (n_hospitals,)."""
        facts, origin, medicine = view.facts, view.lots.hospital[row], view.lots.medicine[row]
        transit_min = facts.transit_min[origin]
        fresh = view.lots.life_min[row] >= transit_min + self.least_life_hours * MINUTES_PER_HOUR
        cool = ~facts.cold[medicine] | (transit_min <= facts.cold_max_min)
        elsewhere = np.arange(len(facts.hospital_ids)) != origin
        may: BoolArray = facts.kept[:, medicine] & ~facts.controlled[medicine] & fresh & cool & elsewhere
        return may if facts.allowed is None else may & facts.allowed[origin]

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield every impossible setting; `where` is the field of this policy."""
        if not 0 <= self.least_life_hours < np.inf:
            yield WrongSetting(f"{where}.least_life_hours", self.least_life_hours, "give hours of zero or more")
        if self.horizon_days < 1:
            yield WrongSetting(f"{where}.horizon_days", self.horizon_days, "give at least 1 day")


def spare_units(view: MedicinesView) -> FloatArray:
    """Return the units of each lot that its hospital will not use before they expire, shape (n_lots,)."""
    lots = view.lots
    spare, used = np.zeros(len(lots.number)), np.zeros(view.daily_use.shape)
    for row in np.lexsort((lots.number, lots.life_min)).tolist():
        place = lots.hospital[row], lots.medicine[row]
        asked = used[place] + lots.units[row]
        use = view.daily_use[place]
        used[place] = min(asked, use * lots.life_min[row] / MINUTES_PER_DAY if use else 0.0)
        spare[row] = asked - used[place]
    return spare


def _without_spare(view: MedicinesView, spare: FloatArray) -> BoolArray:
    """Mark who has no whole unit of a medicine to spare, shape (n_hospitals, n_medicines)."""
    needy = np.ones(view.daily_use.shape, dtype=np.bool_)
    rows = np.flatnonzero(spare >= 1.0)
    needy[view.lots.hospital[rows], view.lots.medicine[rows]] = False
    return needy


class _Standing:
    """Hold what stands at each hospital or comes there, and add what is sent."""

    def __init__(self, view: MedicinesView) -> None:
        parts = view.lots, view.due
        self._hospital, self._medicine = _joined(parts, "hospital"), _joined(parts, "medicine")
        self._units, self._life_min = _joined(parts, "units"), _joined(parts, "life_min")
        self._lots = view.lots

    def room(self, view: MedicinesView, row: int) -> FloatArray:
        """Return the units of a lot that each hospital can use before they expire, shape (n_hospitals,)."""
        medicine, life_min = self._lots.medicine[row], self._lots.life_min[row]
        sooner = (self._medicine == medicine) & (self._life_min <= life_min)
        n = len(view.facts.hospital_ids)
        before = np.bincount(self._hospital[sooner].astype(np.int64), self._units[sooner], minlength=n)
        days = (life_min - view.facts.transit_min[self._lots.hospital[row]]) / MINUTES_PER_DAY
        with_use = view.daily_use[:, medicine] > 0
        room: FloatArray = np.where(with_use, view.daily_use[:, medicine] * np.where(with_use, days, 0.0) - before, 0.0)
        return np.maximum(room, 0.0)

    def add(self, row: int, hospital: int, units: float) -> None:
        """Count units that are sent as standing at their destination."""
        self._hospital = np.append(self._hospital, hospital)
        self._medicine = np.append(self._medicine, self._lots.medicine[row])
        self._units = np.append(self._units, units)
        self._life_min = np.append(self._life_min, self._lots.life_min[row])


def _joined(parts: tuple[Lots, ...], column: str) -> FloatArray:
    return np.concatenate([getattr(part, column) for part in parts])
