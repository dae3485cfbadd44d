"""Write the allocation of one type of resource as a program in arrays: the planner's inner problem."""

from dataclasses import replace

import numpy as np
from scipy.sparse import csc_array, hstack, vstack

from optimize.allocation_case import AllocationCase, Inequality, ratio
from optimize.binding import Binding, dearest
from optimize.program import FloatArray, IntArray, LinearProgram

STOCK, NEED, SHARE, WORST = range(4)
"""The blocks of rows, each with one row for every place."""


class OfType:
    """The program of type k: columns are moves over its ways, then what is unmet at each place, then inequality."""

    def __init__(self, case: AllocationCase, k: int) -> None:
        self._case, self._k = case, k
        possible = np.isfinite(case.move_cost) & ~np.eye(len(case.places), dtype=np.bool_)
        self._from, self._to = np.nonzero(possible & (case.may_leave[k] > 0)[:, None])
        self.n_ways = int(self._from.size)
        self.relaxed = self._written()

    def whole(self) -> LinearProgram:
        """Return the program, with moves in whole units."""
        integer = np.arange(self.relaxed.costs.size) < self.n_ways
        return replace(self.relaxed, integer=integer)

    def sent(self, values: FloatArray) -> FloatArray:
        """Read the units that move from place (row) to place; shape (H, H)."""
        units = np.zeros(self._case.move_cost.shape)
        units[self._from, self._to] = values[: self.n_ways]
        return units

    def binding(self, row_prices: FloatArray) -> Binding:
        """Name what may not leave and whose ratio is lowest; a need is no limit, it is the question."""
        n = len(self._case.places)
        limits = np.isin(np.arange(row_prices.size) // n, (STOCK, SHARE, WORST))
        return dearest(np.where(limits, row_prices, 0.0), self._words)

    def _words(self, row: int) -> str:
        """Say what a row asks for; rows of inequality speak of the ratio that they compare."""
        case, k, h = self._case, self._k, row % len(self._case.places)
        place, has, needs = case.places[h], case.supply[k, h], case.demand[k, h]
        if row < len(case.places):
            return f"{place} may give {case.may_leave[k, h]:g} of its {has:g} {case.types[k]}"
        r = ratio(case.supply[k], case.demand[k])[h]
        return f"{place} needs {needs:.3g} {case.types[k]} and has {has:g}" + ("" if np.isnan(r) else f" (R = {r:.2f})")

    def _written(self) -> LinearProgram:
        """Write the rows in blocks of one row for each place: stock, need, share and worst."""
        case, k, n = self._case, self._k, len(self._case.places)
        supply, demand = case.supply[k], case.demand[k]
        leaves, arrives = self._incidence(self._from), self._incidence(self._to)
        net, eye, none = arrives - leaves, csc_array(np.eye(n)), csc_array((n, n))
        column, nothing = csc_array(np.ones((n, 1))), csc_array((n, 1))
        mean = supply.sum() / demand.sum() if supply.sum() > 0 and demand.sum() > 0 else np.nan
        counted = (demand > 0) & ~np.isnan(mean) & (case.inequality is Inequality.MAX_MIN)
        weight = np.divide(1.0, demand * mean, out=np.zeros(n), where=counted)
        blocks = [
            hstack([leaves, none, nothing]),
            hstack([net, eye, nothing]),
            hstack([net, none, nothing]),
            hstack([csc_array(np.diag(weight)) @ net, none, column]),
        ]
        least = np.where(demand > 0, case.least_ratio * demand - supply, -np.inf)
        lower = [np.full(n, -np.inf), demand - supply, least, np.where(counted, 1.0 - weight * supply, -np.inf)]
        upper = [case.may_leave[k], *[np.full(n, np.inf)] * 3]
        costs = [case.move_cost[self._from, self._to], np.full(n, case.unmet_cost[k]), np.array([case.inequality_cost])]
        return _program(np.concatenate(costs), vstack(blocks), np.concatenate(lower), np.concatenate(upper))

    def _incidence(self, place: IntArray) -> csc_array:
        """Mark at which place each way ends (or begins); shape (H, n_ways)."""
        return csc_array(
            (np.ones(place.size), (place, np.arange(place.size))), shape=(len(self._case.places), place.size)
        )


def _program(costs: FloatArray, matrix: csc_array, lower: FloatArray, upper: FloatArray) -> LinearProgram:
    """Put the arrays together; nothing is below 0."""
    matrix = csc_array(matrix)
    return LinearProgram(
        maximize=False,
        offset=0.0,
        costs=costs,
        column_lower=np.zeros(costs.size),
        column_upper=np.full(costs.size, np.inf),
        row_lower=lower,
        row_upper=upper,
        starts=matrix.indptr.astype(np.intp),
        row_indices=matrix.indices.astype(np.intp),
        coefficients=matrix.data,
        integer=np.zeros(costs.size, dtype=np.bool_),
    )
