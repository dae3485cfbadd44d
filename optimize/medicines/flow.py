"""Write the moves of medicines without their trips as a linear program in arrays: the planner's inner problem."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csc_array

from optimize.medicines.case import MedicinesCase
from optimize.medicines.foresight import Foresight
from optimize.program import BoolArray, FloatArray, IntArray, LinearProgram


@dataclass(frozen=True, slots=True)
class Flow:
    """`MedicinesProblem` with all trips made; columns are uses u: first the n ways, then lots kept at home.

        min  Σ_ways (unit_cost + share) · x − Σ_u worth · x
        s.t. Σ_{u of lot} x ≤ units,  Σ_{u in window} x ≤ demand,  Σ_{cold ways to h} x ≤ cold_room[h]
             Σ_{u of need} x ≥ demand − shortage_limit        (where given)
             x ≥ 0

    Worth is what a unit used spares: shortage, and waste if its lot expires. Trips come back by `share`, the cost of
    its trip that a unit bears. The ways' columns carry: position of lot, hospital and trip, cost of a unit, cost of
    the trip, and most units of use; all of shape (n,). `words` name the rows.
    """

    lot: IntArray
    hospital: IntArray
    trip: IntArray
    unit_cost: FloatArray
    trip_cost: FloatArray
    useful: FloatArray
    base: LinearProgram
    words: tuple[str, ...]

    @property
    def n_ways(self) -> int:
        """Count the ways."""
        return int(self.lot.size)

    def program(self, share: FloatArray) -> LinearProgram:
        """Return the program with a share of its trip's cost on every unit; shape (n,)."""
        costs = self.base.costs.copy()
        costs[: self.n_ways] += share
        return replace(self.base, costs=costs)

    def next_share(self, units: IntArray, share: FloatArray) -> FloatArray:
        """Lay the cost of each trip made on the units it carried; the others keep their share."""
        carried = np.bincount(self.trip, units, minlength=int(self.trip.max(initial=-1)) + 1)[self.trip]
        return np.where(carried > 0, self.trip_cost / np.maximum(carried, 1.0), share)


@dataclass(frozen=True, slots=True)
class _Uses:
    """Who may use units of which lot on which days; all of shape (k,)."""

    lot: IntArray
    place: IntArray
    first: IntArray
    last: IntArray


def flow_of(case: MedicinesCase, foresight: Foresight, ways: IntArray) -> Flow:
    """Write the program over some ways, and over the hospitals and medicines that these leave or reach."""
    n_medicines = len(case.medicines)
    lot, hospital, first = ways.T
    start, medicine = np.divmod(foresight.place[lot], n_medicines)
    uses = _uses(case, foresight, lot, hospital, first)
    units = np.array([item.units for item in case.lots], dtype=np.float64)
    by_day = case.demand.reshape(-1, case.n_days)
    served = np.concatenate([np.zeros((by_day.shape[0], 1)), by_day.cumsum(axis=1)], axis=1)
    in_window = served[uses.place, uses.last + 1] - served[uses.place, uses.first]
    unit_cost = case.unit_cost[start, hospital]
    costs = -_worth(case, foresight)[uses.lot]
    costs[: lot.size] += unit_cost
    blocks = [_lots(case, units, uses), _windows(case, served, uses, units), _cold(case, medicine, hospital)]
    return Flow(
        lot,
        hospital,
        start * len(case.hospitals) + hospital,
        unit_cost,
        case.trip_cost[start, hospital],
        np.minimum(units[lot], in_window[: lot.size]).clip(min=1.0),
        _program(costs, blocks),
        tuple(words for block in blocks for words in block.words),
    )


def _uses(case: MedicinesCase, foresight: Foresight, lot: IntArray, hospital: IntArray, first: IntArray) -> _Uses:
    """List the ways, then the lots that may be used at home where a way leaves or reaches."""
    n_medicines = len(case.medicines)
    goal = hospital * n_medicines + foresight.place[lot] % n_medicines
    arrives = np.array([item.arrives_day for item in case.lots], dtype=np.intp)
    last = np.array([item.usable_days for item in case.lots], dtype=np.intp).clip(max=case.n_days) - 1
    touched = np.zeros(case.demand[..., 0].size, dtype=np.bool_)
    touched[goal] = touched[foresight.place[lot]] = True
    if case.shortage_limit is not None:
        touched[:] = True
    home = np.flatnonzero(touched[foresight.place] & (arrives <= last))
    return _Uses(
        np.concatenate([lot, home]),
        np.concatenate([goal, foresight.place[home]]),
        np.concatenate([first, arrives[home]]),
        last[np.concatenate([lot, home])],
    )


def _worth(case: MedicinesCase, foresight: Foresight) -> FloatArray:
    """Return what it spares to use a unit of each lot."""
    waste = np.array([medicine.waste_cost for medicine in case.medicines])
    shortage = np.array([medicine.shortage_cost for medicine in case.medicines])
    expires = np.array([case.expires(item) for item in case.lots], dtype=np.bool_)
    medicine = foresight.place % len(case.medicines)
    return np.asarray(shortage[medicine] + np.where(expires, waste[medicine], 0.0), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of ones: entries (row, column), the bounds of each row, and what it says."""

    row: IntArray
    column: IntArray
    lower: FloatArray
    upper: FloatArray
    words: list[str]


def _lots(case: MedicinesCase, units: FloatArray, uses: _Uses) -> _Rows:
    """Use no more of a lot than there is."""
    used, row = np.unique(uses.lot, return_inverse=True)
    lots = [case.lots[lot] for lot in used.tolist()]
    words = [f"lot {lot.name} of {lot.medicine} at {lot.hospital} has {lot.units} units" for lot in lots]
    return _Rows(row, np.arange(row.size), np.full(used.size, -np.inf), units[used], words)


def _windows(case: MedicinesCase, served: FloatArray, uses: _Uses, units: FloatArray) -> _Rows:
    """Use in every window of days no more than is needed then, and in all days as much as the limits ask for."""
    columns, lower, upper, words = [], [], [], []
    names = [f"{hospital} uses {{:g}} of {item.name}" for hospital in case.hospitals for item in case.medicines]
    for place, of_place in _by_place(uses).items():
        for first, last, within in _spans(uses, of_place):
            most = served[place, last + 1] - served[place, first]
            if units[uses.lot[within]].sum() > most:
                columns.append(within)
                lower.append(-np.inf)
                upper.append(most)
                words.append(f"{names[place].format(most)} from day {first} to {last}" if most else "")
    if case.shortage_limit is not None:
        nobody: IntArray = np.empty(0, dtype=np.intp)
        by_place = _by_place(uses)
        columns += [by_place.get(place, nobody) for place in range(served.shape[0])]
        lower += (served[:, -1] - case.shortage_limit.ravel()).tolist()
        upper += served[:, -1].tolist()
        words += [f"{name.format(most)} at most" for name, most in zip(names, served[:, -1].tolist(), strict=True)]
    rows = [np.full(column.size, number) for number, column in enumerate(columns)]
    bounds = (np.array(lower, dtype=np.float64), np.array(upper, dtype=np.float64))
    return _Rows(_joined(rows), _joined(columns), *bounds, words)


def _by_place(uses: _Uses) -> dict[int, IntArray]:
    """List the uses of each place that has any."""
    order = np.argsort(uses.place, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(uses.place[order])) + 1)
    return {int(uses.place[group[0]]): group for group in groups if group.size}


def _spans(uses: _Uses, of_place: IntArray) -> list[tuple[int, int, IntArray]]:
    """List the windows of days that start like one use and end like one, with the uses within each."""
    first, last = uses.first[of_place], uses.last[of_place]
    spans = [(a, b) for a in np.unique(first).tolist() for b in np.unique(last).tolist() if a <= b]
    return [(a, b, of_place[(first >= a) & (last <= b)]) for a, b in spans]


def _cold(case: MedicinesCase, medicine: IntArray, hospital: IntArray) -> _Rows:
    """Let no more into the cold of a hospital than it has room for."""
    cold: BoolArray = np.array([item.cold for item in case.medicines], dtype=np.bool_)
    column = np.flatnonzero(cold[medicine])
    entered, row = np.unique(hospital[column], return_inverse=True)
    words = [f"{case.hospitals[h]} has cold room for {case.cold_room[h]} units" for h in entered.tolist()]
    return _Rows(row, column, np.full(entered.size, -np.inf), case.cold_room[entered].astype(np.float64), words)


def _joined(parts: list[IntArray]) -> IntArray:
    return np.concatenate([np.empty(0, dtype=np.intp), *parts])


def _program(costs: FloatArray, blocks: list[_Rows]) -> LinearProgram:
    """Stack the rows into a program."""
    offsets = np.cumsum([0, *(block.upper.size for block in blocks)])
    row = _joined([block.row + offset for block, offset in zip(blocks, offsets, strict=False)])
    column = _joined([block.column for block in blocks])
    matrix = csc_array((np.ones(row.size), (row, column)), shape=(int(offsets[-1]), costs.size))
    return LinearProgram(
        maximize=False,
        offset=0.0,
        costs=costs,
        column_lower=np.zeros(costs.size),
        column_upper=np.full(costs.size, np.inf),
        row_lower=np.concatenate([block.lower for block in blocks]),
        row_upper=np.concatenate([block.upper for block in blocks]),
        starts=matrix.indptr.astype(np.intp),
        row_indices=matrix.indices.astype(np.intp),
        coefficients=matrix.data,
        integer=np.zeros(costs.size, dtype=np.bool_),
    )
