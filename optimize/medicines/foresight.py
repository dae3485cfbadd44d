"""Foresee waste and shortage of a whole city: all hospitals and medicines in one sweep of arrays."""

from dataclasses import dataclass

import numpy as np

from optimize.medicines.case import MedicinesCase, first_day
from optimize.program import FloatArray, IntArray
from optimize.transfer_case import CountArray

NOTHING: IntArray = np.empty(0, dtype=np.intp)


@dataclass(frozen=True, slots=True)
class Foresight:
    """What happens if every hospital uses first what expires first.

    Args:
        left: units that nobody uses, of each lot and then of each move; shape (n_lots + n_moves,).
        short: units missing, by hospital, medicine and day; shape (H, M, T).
        place: hospital and medicine of each of them as one position in (H * M,); shape (n_lots + n_moves,).
        used_later: units used that would last beyond the horizon, by hospital and medicine; shape (H, M).
        wasted_units: units that expire unused.
        cost: cost of waste and shortage by hospital and medicine; shape (H, M).
    """

    left: IntArray
    short: CountArray
    place: IntArray
    used_later: CountArray
    wasted_units: int
    cost: FloatArray


@dataclass(frozen=True, slots=True)
class _Shelves:
    """Units by place, usable from day `first` to before day `end`; all of shape (n,)."""

    place: IntArray
    units: IntArray
    first: IntArray
    end: IntArray


def foresee(
    case: MedicinesCase, lots: IntArray = NOTHING, goals: IntArray = NOTHING, units: IntArray = NOTHING
) -> Foresight:
    """Serve the demand day by day, at each place first what expires first, after `units` of `lots` go to `goals`.

    All three have shape (n_moves,); lots and goals are positions in the case.
    """
    shelves = _moved(case, _stocked(case), lots, goals, units)
    left, short = shelves.units.copy(), case.demand.reshape(-1, case.n_days).astype(np.intp)
    by_turn = _turns(shelves)
    for day in range(case.n_days):
        for turn in by_turn:
            usable = turn[(shelves.first[turn] <= day) & (day < shelves.end[turn]) & (left[turn] > 0)]
            taken = np.minimum(left[usable], short[shelves.place[usable], day])
            left[usable] -= taken
            short[shelves.place[usable], day] -= taken
    return _told(case, shelves, left, short.reshape(case.demand.shape))


def _told(case: MedicinesCase, shelves: _Shelves, left: IntArray, short: CountArray) -> Foresight:
    """Add up what happened."""
    expires = shelves.end <= case.n_days
    wasted = _by_place(case, shelves.place, np.where(expires, left, 0))
    used_later = _by_place(case, shelves.place, np.where(expires, 0, shelves.units - left))
    waste_cost = np.array([medicine.waste_cost for medicine in case.medicines])
    shortage_cost = np.array([medicine.shortage_cost for medicine in case.medicines])
    cost = wasted * waste_cost + short.sum(axis=2) * shortage_cost
    return Foresight(left, short, shelves.place, used_later, int(wasted.sum()), cost)


def _by_place(case: MedicinesCase, place: IntArray, units: IntArray) -> CountArray:
    """Add up units by hospital and medicine; shape (H, M)."""
    n_hospitals, n_medicines, _ = case.demand.shape
    added = np.bincount(place, units, minlength=n_hospitals * n_medicines)
    return added.astype(np.intp).reshape(n_hospitals, n_medicines)


def _stocked(case: MedicinesCase) -> _Shelves:
    """Put every lot where it stands or arrives."""
    hospital = {name: h * len(case.medicines) for h, name in enumerate(case.hospitals)}
    medicine = {name: m for m, name in enumerate(case.medicine_names)}
    rows = [
        (hospital[lot.hospital] + medicine[lot.medicine], lot.units, lot.arrives_day, lot.usable_days)
        for lot in case.lots
    ]
    return _Shelves(*np.array(rows, dtype=np.intp).reshape(-1, 4).T)


def _moved(case: MedicinesCase, shelves: _Shelves, lots: IntArray, goals: IntArray, units: IntArray) -> _Shelves:
    """Take units from their lots, and add a shelf for each move."""
    if not lots.size:
        return shelves
    stay = shelves.units.copy()
    np.subtract.at(stay, lots, units)
    start, medicine = np.divmod(shelves.place[lots], len(case.medicines))
    first = np.minimum(first_day(case.transit_hours[start, goals]), case.n_days).astype(np.intp)
    return _Shelves(
        np.concatenate([shelves.place, goals * len(case.medicines) + medicine]),
        np.concatenate([stay, units]),
        np.concatenate([shelves.first, first]),
        np.concatenate([shelves.end, shelves.end[lots]]),
    )


def _turns(shelves: _Shelves) -> list[IntArray]:
    """List the shelves that expire first of each place, then those that expire second, and so on."""
    order = np.lexsort((shelves.end, shelves.place))
    ranked = shelves.place[order]
    turn = np.arange(order.size) - np.searchsorted(ranked, ranked, side="left")
    return [order[turn == number] for number in range(int(turn.max(initial=-1)) + 1)]
