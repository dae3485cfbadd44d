"""The optimized member of the medicines seat: all moves of a review at once, some days ahead."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil

import numpy as np

from optimize.contract import Ending
from optimize.medicines.case import Lot, Medicine, MedicinesCase, MedicinesPlan, whole_demand
from optimize.medicines.planner import PLANNING, MedicinesPlanner
from policies.medicines.chance import Move, worthwhile
from policies.medicines.keep import NO_MOVES
from policies.medicines.near_expiry import NearExpiry
from policies.settings import WrongSetting
from policies.solving import Solving
from sim.contract import Lots, MedicinesDecision, MedicinesView
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR, FloatArray, IntArray

LASTING_HOURS = 1e6
ROOM = 10**6


@dataclass(slots=True)
class Exchange(NearExpiry):
    """Choose the moves that spare most waste, shortage and transport over some days, by `optimize.medicines`.

    Every hospital is expected to use as much each day as it did of late, first what expires first, and to be supplied
    again without end from the day on which more can come that is not ordered yet. A unit that expires costs its price;
    one that is missing `shortage_factor` times as much (P101: 20 against 5 for platelets). Moves look `horizon_days`
    ahead; what came less than `freeze_days` ago stays. The plan knows no chance: of its
    trips those are made that are also expected to spare more than they cost by Poisson demand (`policies.medicines.
    chance`). Where the solver has no answer, the rule `NearExpiry` decides.
    """

    freeze_days: float = 2.0
    shortage_factor: float = 4.0
    solver: Solving = field(default_factory=Solving)

    def decide(self, view: MedicinesView) -> MedicinesDecision:
        """Return the moves of least cost found; `objective` is what the days ahead then cost."""
        if not (view.lots.units >= 1.0).any():
            return MedicinesDecision(NO_MOVES.lot, NO_MOVES.destination, NO_MOVES.units, ending=Ending.OPTIMAL)
        planner = MedicinesPlanner(self.horizon_days, self.freeze_days, options=self.solver.over(PLANNING))
        solved = planner.plan(self.case(view))
        if solved.solution is None:
            rule = NearExpiry(self.least_life_hours, self.horizon_days).decide(view)
            ending = f"rule after {solved.told}"
            return MedicinesDecision(rule.lot, rule.destination, rule.units, ending=ending, seconds=solved.seconds)
        moves = worthwhile(view, _moves(view, solved.solution), self.shortage_factor, self.horizon_days)
        lot, destination, units = _decided(view, moves)
        gap = 0.0 if solved.ending is Ending.OPTIMAL else np.nan
        return MedicinesDecision(
            lot,
            destination,
            units,
            ending=solved.told,
            objective=solved.solution.cost,
            gap=gap,
            binding=solved.binding,
            seconds=solved.seconds,
        )

    def case(self, view: MedicinesView) -> MedicinesCase:
        """State the question of this review in days and whole units, everything used as it was of late."""
        return self.case_of(view, np.repeat(view.daily_use[:, :, None], self.horizon_days, axis=2))

    def case_of(self, view: MedicinesView, use: FloatArray) -> MedicinesCase:
        """State the question with units used on the days ahead, by hospital, medicine and day; shape (h, m, days)."""
        facts, demand = view.facts, whole_demand(use)
        n = len(facts.hospital_ids)
        medicines = tuple(
            Medicine(name, price, self.shortage_factor * price, cold, controlled)
            for name, price, cold, controlled in zip(
                facts.medicines, facts.price.tolist(), facts.cold.tolist(), facts.controlled.tolist(), strict=True
            )
        )
        return MedicinesCase(
            hospitals=facts.hospital_ids,
            medicines=medicines,
            lots=(*_lots(view, view.lots), *_lots(view, view.due), *_orders(view, demand.sum(axis=2))),
            demand=demand,
            transit_hours=facts.transit_min / MINUTES_PER_HOUR,
            unit_cost=np.zeros((n, n)),
            trip_cost=facts.trip_cost,
            cold_room=np.full(n, ROOM),
            cold_hours=facts.cold_max_min / MINUTES_PER_HOUR,
            receipt_hours=self.least_life_hours,
        )

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield every impossible setting; `where` is the field of this policy."""
        yield from NearExpiry.faults(self, where)
        for name in ("freeze_days", "shortage_factor"):
            if not 0 <= getattr(self, name) < np.inf:
                yield WrongSetting(f"{where}.{name}", getattr(self, name), "give a finite number, zero or more")


def _lots(view: MedicinesView, lots: Lots) -> Iterator[Lot]:
    """Yield lots of whole units; what comes can be used from the day after it has come."""
    for row in np.flatnonzero((lots.units >= 1.0) & (lots.life_min > 0)).tolist():
        number = int(lots.number[row])
        yield Lot(
            name=str(number) if number >= 0 else f"due {row}",
            medicine=view.facts.medicines[lots.medicine[row]],
            hospital=view.facts.hospital_ids[lots.hospital[row]],
            units=int(lots.units[row]),
            life_hours=min(float(lots.life_min[row]) / MINUTES_PER_HOUR, LASTING_HOURS),
            arrives_day=ceil(lots.in_min[row] / MINUTES_PER_DAY),
            stood_days=float(lots.stood_min[row]) / MINUTES_PER_DAY,
        )


def _orders(view: MedicinesView, needed: np.ndarray) -> Iterator[Lot]:
    """Yield what can be ordered and used from some day on: as much as anybody will need, and good for long."""
    for h, m in np.argwhere(np.isfinite(view.more_in_min) & (needed > 0)).tolist():
        first = max(1, ceil(view.more_in_min[h, m] / MINUTES_PER_DAY))
        hospital, medicine = view.facts.hospital_ids[h], view.facts.medicines[m]
        name = f"order of {medicine} at {hospital}"
        yield Lot(name, medicine, hospital, int(needed[h, m]), LASTING_HOURS, first, held=True)


def _moves(view: MedicinesView, plan: MedicinesPlan) -> list[Move]:
    """Return the moves of a plan."""
    hospital = {name: h for h, name in enumerate(view.facts.hospital_ids)}
    row_of = {number: row for row, number in enumerate(view.lots.number.tolist())}
    return [(row_of[int(move.lot)], hospital[move.destination], float(move.units)) for move in plan.moves]


def _decided(view: MedicinesView, moves: list[Move]) -> tuple[IntArray, IntArray, FloatArray]:
    """Return numbers of lots, destinations and units."""
    lot = np.array([view.lots.number[row] for row, _, _ in moves], dtype=np.int64)
    destination = np.array([goal for _, goal, _ in moves], dtype=np.int64)
    return lot, destination, np.array([units for *_, units in moves], dtype=np.float64)
