"""Work out who goes where: gravity balanced to known totals, and how patients of each zone differ."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import lsq_linear

from sim.units import FloatArray

TOLERANCE = 1e-6
MOST_ROUNDS = 1000
PULL_TO_USUAL = 0.1
"""Weight of a zone's mix staying usual against a hospital's beds being filled as recorded (I05)."""
LARGEST_MOVE = 0.75
"""How far a zone's mix may move, so that every condition keeps a quarter of its usual share (I05)."""


@dataclass(frozen=True, slots=True, eq=False)
class Balanced:
    """Hold shares that lead to wanted totals, and how they were reached.

    `share` (n_rows, n_columns) has rows that sum to 1; `largest_miss` is the largest relative distance of a column
    from its total.
    """

    share: FloatArray
    rounds: int
    largest_miss: float

    @property
    def converged(self) -> bool:
        """Return whether the totals were reached."""
        return self.largest_miss <= TOLERANCE


def balance(pull: FloatArray, row_totals: FloatArray, column_totals: FloatArray) -> Balanced:
    """Weigh the columns of `pull` until rows and columns have the totals (iterative proportional fitting, Furness).

    `pull` (n_rows, n_columns) is above zero; both totals, (n_rows,) and (n_columns,), have the same sum. Rows are
    exact in every round, columns come nearer. Source: Deming & Stephan 1940, doi 10.1214/aoms/1177731829.
    """
    weight, rounds = np.ones(len(column_totals)), 0
    while True:
        pulled = pull * weight
        share = pulled / pulled.sum(axis=1, keepdims=True)
        ratio = column_totals / (row_totals @ share)
        miss, rounds = float(np.max(np.abs(1 / ratio - 1))), rounds + 1
        if miss <= TOLERANCE or rounds == MOST_ROUNDS:
            return Balanced(share, rounds, miss)
        weight = weight * ratio


def zone_mix(flow: FloatArray, usual: FloatArray, ward_days: FloatArray, wanted_days: FloatArray) -> FloatArray:
    """Return how conditions mix in each zone, shape (n_zones, n_conditions), so that hospitals' wards fill as wanted.

    Every zone has the usual mix, moved by t towards its lighter conditions (t = -1: only those) or its heavier ones
    (t = 1: only those); lighter means fewer ward days than the mean. The moves are those with

        min  sum_h (days[h] / wanted_days[h] - 1)^2 + PULL_TO_USUAL^2 sum_z (mix[z] . ward_days / mean - 1)^2
        days[h] = sum_z flow[z, h] (mix[z] . ward_days),  |t[z]| <= LARGEST_MOVE

    `flow` (n_zones, n_hospitals) are patients a day, `usual` (n_conditions,) shares, `ward_days` (n_conditions,) the
    ward days of a patient, `wanted_days` (n_hospitals,) patients in the wards.
    """
    mean = float(usual @ ward_days)
    lighter, heavier = (usual * chosen for chosen in (ward_days < mean, ward_days >= mean))
    ends = np.stack([lighter / lighter.sum(), heavier / heavier.sum()])
    reach = np.abs(ends @ ward_days - mean)
    per_day = (flow / wanted_days).T
    system = np.vstack([per_day, PULL_TO_USUAL / mean * np.eye(len(flow))])
    # Unknown are the ward days of each zone's mean patient, beyond the usual; t is piecewise linear in them.
    target = np.concatenate([1 - mean * per_day.sum(axis=1), np.zeros(len(flow))])
    beyond = lsq_linear(system, target, bounds=(-LARGEST_MOVE * reach[0], LARGEST_MOVE * reach[1])).x
    move = np.stack([np.maximum(0, -beyond) / reach[0], np.maximum(0, beyond) / reach[1]], axis=1)
    mix: FloatArray = usual * (1 - move.sum(axis=1, keepdims=True)) + move @ ends
    return mix
