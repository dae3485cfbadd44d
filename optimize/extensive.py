"""Write a two-stage program in arrays: `optimize.recourse` without copies of the first stage.

A Pyomo model of every scenario takes much longer than the solution. Where the scenarios are one compiled program with
other numbers, their arrays are put side by side, and the columns of the first stage are shared instead of tied.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import block_diag, csc_array, hstack, vstack

from optimize.program import BoolArray, FloatArray, IntArray, LinearProgram


@dataclass(frozen=True, slots=True)
class Extensive:
    """The two-stage program of S scenarios that differ in costs and bounds, not in coefficients.

        best  Σ_s p[s] · cost[s] · (x, y[s])
        s.t.  the rows of scenario s on x and y[s], for all s; rows on x alone once

    Columns are x, in the order of the program, then y[0], y[1], ...; the first stage has the costs and bounds of the
    first scenario.

    Args:
        program: what to solve.
        first: positions in a scenario's program of the columns x.
        rows: row of a scenario's program that each row of `program` is a copy of.
        n_rows: rows of a scenario's program.
    """

    program: LinearProgram
    first: IntArray
    rows: IntArray
    n_rows: int

    @classmethod
    def of(cls, scenarios: Sequence[LinearProgram], first: BoolArray, weights: FloatArray) -> "Extensive":
        """Put scenarios together; `first` marks the columns of the first stage, shape (n,), weights have shape (S,)."""
        one, s = scenarios[0], len(scenarios)
        matrix = csc_array((one.coefficients, one.row_indices, one.starts), shape=(one.row_lower.size, one.costs.size))
        shared, own = matrix[:, np.flatnonzero(first)], matrix[:, np.flatnonzero(~first)]
        again = np.flatnonzero(np.diff(own.tocsr().indptr) > 0)
        copies = [np.arange(matrix.shape[0]), *[again] * (s - 1)]
        left = vstack([shared.tocsr()[rows] for rows in copies])
        right = block_diag([own.tocsr()[rows] for rows in copies])
        whole = csc_array(hstack([left, right]))
        both = list(zip(scenarios, copies, strict=True))
        program = LinearProgram(
            maximize=one.maximize,
            offset=float(weights @ [scenario.offset for scenario in scenarios]),
            costs=_side_by_side(
                one.costs[first], [p * scenario.costs[~first] for p, scenario in zip(weights, scenarios, strict=True)]
            ),
            column_lower=_side_by_side(
                one.column_lower[first], [scenario.column_lower[~first] for scenario in scenarios]
            ),
            column_upper=_side_by_side(
                one.column_upper[first], [scenario.column_upper[~first] for scenario in scenarios]
            ),
            row_lower=np.concatenate([scenario.row_lower[rows] for scenario, rows in both]),
            row_upper=np.concatenate([scenario.row_upper[rows] for scenario, rows in both]),
            starts=whole.indptr.astype(np.intp),
            row_indices=whole.indices.astype(np.intp),
            coefficients=whole.data,
            integer=np.concatenate([one.integer[first], *[scenario.integer[~first] for scenario in scenarios]]),
        )
        return cls(program, np.flatnonzero(first), np.concatenate(copies), matrix.shape[0])

    def row_prices(self, prices: FloatArray) -> FloatArray:
        """Add up the prices of all copies of each row: what one unit more of it in every scenario is worth."""
        added: FloatArray = np.zeros(self.n_rows)
        np.add.at(added, self.rows, prices)
        return added


def _side_by_side(shared: FloatArray, own: list[FloatArray]) -> FloatArray:
    return np.concatenate([shared, *own])
