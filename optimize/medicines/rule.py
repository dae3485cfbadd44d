"""A rule for medicines: send what will be left to the nearest hospital that will be short of it."""

from collections import Counter
from time import perf_counter

import numpy as np

from optimize.contract import Ending, Solved
from optimize.medicines.case import LotMove, Medicine, MedicinesCase, MedicinesPlan
from optimize.medicines.check import breaches, cost_of, live_through


def by_rule(case: MedicinesCase) -> Solved[MedicinesPlan]:
    """Let lots that would be left go, what expires first first, each to the cheapest hospitals that would be short.

    A lot goes only if it spares more than its way costs. The answer is FEASIBLE; NO_ANSWER if it breaks a limit on
    shortage.
    """
    started = perf_counter()
    moves = _moves(case)
    plan = _consequences(case, moves)
    broken = breaches(case, plan)
    seconds = perf_counter() - started
    if broken:
        return Solved(Ending.NO_ANSWER, None, None, None, seconds)
    return Solved(Ending.FEASIBLE, plan, plan.cost, None, seconds)


def _moves(case: MedicinesCase) -> tuple[LotMove, ...]:
    """Choose the moves one after another; every one lessens what is left, short, and free in the cold."""
    days = live_through(case, ())
    short = np.array([[days.short[h, m] for m in case.medicine_names] for h in case.hospitals], dtype=np.intp)
    left, room, begun = days.left(), case.cold_room.copy(), np.zeros(case.trip_cost.shape, dtype=np.bool_)
    medicines = {name: index for index, name in enumerate(case.medicine_names)}
    places = {name: index for index, name in enumerate(case.hospitals)}
    chosen: list[LotMove] = []
    for number, goal, first in sorted(case.ways().tolist(), key=lambda way: _order(case, places, way)):
        lot, m = case.lots[number], medicines[case.lots[number].medicine]
        medicine, start = case.medicines[m], places[lot.hospital]
        missing = short[goal, m, first : lot.usable_days]
        units = int(min(left[lot.name], missing.sum(), room[goal] if medicine.cold else lot.units))
        spared = units * (_worth(case, number, medicine) - float(case.unit_cost[start, goal]))
        if units and spared > (0.0 if begun[start, goal] else float(case.trip_cost[start, goal])):
            chosen.append(LotMove(lot.name, case.hospitals[goal], units))
            begun[start, goal] = True
            left[lot.name] -= units
            room[goal] -= units if medicine.cold else 0
            _serve(missing, units)
    return _in_order(case, chosen)


def _order(case: MedicinesCase, places: dict[str, int], way: list[int]) -> tuple[float, float, int, int]:
    """Put ways in order: what expires first, then the cheapest trip."""
    number, goal, _ = way
    start = places[case.lots[number].hospital]
    cost = float(case.unit_cost[start, goal] + case.trip_cost[start, goal])
    return case.lots[number].life_hours, cost, number, goal


def _worth(case: MedicinesCase, number: int, medicine: Medicine) -> float:
    """Say what it is worth to use a unit that would be left where it would be missing."""
    return medicine.shortage_cost + (medicine.waste_cost if case.expires(case.lots[number]) else 0.0)


def _serve(missing: np.ndarray[tuple[int], np.dtype[np.intp]], units: int) -> None:
    """Meet what is missing, earliest days first, in place."""
    for day in range(missing.size):
        served = min(int(missing[day]), units)
        missing[day] -= served
        units -= served


def _in_order(case: MedicinesCase, moves: list[LotMove]) -> tuple[LotMove, ...]:
    """Put moves in the order of the case."""
    return tuple(sorted(moves, key=lambda m: (case.lot_names.index(m.lot), case.hospitals.index(m.destination))))


def _consequences(case: MedicinesCase, moves: tuple[LotMove, ...]) -> MedicinesPlan:
    """Complete the plan by what it leads to."""
    days = live_through(case, moves)
    left: Counter[str] = days.left()
    wasted = sum(left[lot.name] for lot in case.lots if case.expires(lot))
    short = sum(map(sum, days.short.values()))
    return MedicinesPlan(moves, wasted, short, cost_of(case, moves))
