"""Bound the cost of every plan of a case: `MedicinesProblem` in arrays, trips in whole numbers."""

from dataclasses import replace

import numpy as np
from scipy.sparse import csc_array, diags_array, hstack, vstack

from optimize import engine
from optimize.contract import SolveOptions
from optimize.medicines.case import MedicinesCase
from optimize.medicines.flow import Flow, flow_of
from optimize.medicines.foresight import Foresight, foresee
from optimize.program import BoolArray, FloatArray, LinearProgram

SEARCH = SolveOptions(gap=1e-3, node_limit=200)
"""Where the search for whole trips may stop; its proven bound holds wherever it does."""


def least_cost(case: MedicinesCase, options: SolveOptions = SEARCH) -> float:
    """Return a proven bound of the cost of waste, shortage and transport: no moves that the case allows cost less.

    The exact minimum, within `options.gap`, unless the limit on nodes comes first. Limits on shortage are left out.
    """
    case = replace(case, shortage_limit=None)
    foresight, ways = foresee(case), case.ways()
    total = float(foresight.cost.sum())
    if not total or not len(ways):
        return total
    flow = flow_of(case, foresight, ways)
    touched = _touched(case, foresight, flow)
    answer = engine.run(_with_trips(flow), options)
    if answer.bound is None:
        return 0.0  # no cost is below zero
    return float(foresight.cost.ravel()[~touched].sum() + _unused_cost(case, foresight)[touched].sum() + answer.bound)


def _touched(case: MedicinesCase, foresight: Foresight, flow: Flow) -> BoolArray:
    """Mark the places that ways leave or reach, shape (H * M,)."""
    n_medicines = len(case.medicines)
    touched = np.zeros(case.demand[..., 0].size, dtype=np.bool_)
    touched[foresight.place[flow.lot]] = True
    touched[flow.hospital * n_medicines + foresight.place[flow.lot] % n_medicines] = True
    return touched


def _unused_cost(case: MedicinesCase, foresight: Foresight) -> FloatArray:
    """Price that nothing is used at a place: all is missing, and what expires is wasted; shape (H * M,)."""
    n_hospitals, n_medicines, _ = case.demand.shape
    wasted = np.array([lot.units if case.expires(lot) else 0 for lot in case.lots], dtype=np.float64)
    waste = np.bincount(foresight.place, wasted, minlength=n_hospitals * n_medicines)
    waste_cost = np.tile([medicine.waste_cost for medicine in case.medicines], n_hospitals)
    shortage_cost = np.tile([medicine.shortage_cost for medicine in case.medicines], n_hospitals)
    return np.asarray(waste * waste_cost + case.demand.sum(axis=2).ravel() * shortage_cost, dtype=np.float64)


def _with_trips(flow: Flow) -> LinearProgram:
    """Add a whole number for every trip, which must be made for units to go: x ≤ useful · trip."""
    base, n = flow.base, flow.n_ways
    trips, of_way = np.unique(flow.trip, return_inverse=True)
    trip_cost = np.zeros(trips.size)
    trip_cost[of_way] = flow.trip_cost
    rows = base.row_lower.size
    matrix = csc_array((base.coefficients, base.row_indices, base.starts), shape=(rows, base.costs.size))
    carried = csc_array((np.ones(n), (np.arange(n), np.arange(n))), shape=(n, base.costs.size))
    needs = diags_array(-flow.useful, format="csc") @ csc_array(
        (np.ones(n), (np.arange(n), of_way)), shape=(n, trips.size)
    )
    nothing = csc_array((rows, trips.size))
    whole = csc_array(vstack([hstack([matrix, nothing]), hstack([carried, needs])]))
    return replace(
        base,
        costs=np.concatenate([base.costs, trip_cost]),
        column_lower=np.zeros(base.costs.size + trips.size),
        column_upper=np.concatenate([base.column_upper, np.ones(trips.size)]),
        row_lower=np.concatenate([base.row_lower, np.full(n, -np.inf)]),
        row_upper=np.concatenate([base.row_upper, np.zeros(n)]),
        starts=whole.indptr.astype(np.intp),
        row_indices=whole.indices.astype(np.intp),
        coefficients=whole.data,
        integer=np.concatenate([base.integer, np.ones(trips.size, dtype=np.bool_)]),
    )
