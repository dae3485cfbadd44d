"""Draw patients of the past, for cities that have no records of their own."""

from collections.abc import Sequence

import numpy as np

from experiments.files.cases import PatientCases
from sim.choices import pick_by_row
from sim.cohort import draw_features
from sim.scenario import CaseMix, Condition
from sim.streams import Replication, stream
from sim.units import ACUITIES, FloatArray, IntArray

N_PATIENTS = 5000
DECIMALS = 2


def generate_cases(
    conditions: Sequence[Condition],
    share: FloatArray,
    mix: CaseMix,
    replication: Replication,
    n_patients: int = N_PATIENTS,
) -> PatientCases:
    """Return patients whose conditions and true acuities stand in exact proportion, with features as the mix has them.

    `share` (n_conditions,) sums to 1. Exact up to rounding, so that what is rare is not lost by chance; features and
    nurses' levels are drawn, rounded to two decimals.
    """
    patients = whole_parts(share, n_patients).tolist()
    counts = [whole_parts(one.acuity_share, n) for one, n in zip(conditions, patients, strict=True)]
    cells = np.repeat(np.arange(len(conditions) * ACUITIES), np.concatenate(counts))
    cell = stream(replication, "patient_case", "order").permutation(cells)
    condition, acuity = cell // ACUITIES, 1 + cell % ACUITIES
    uniform = stream(replication, "patient_case", "nurse").random(n_patients)
    features = draw_features(mix, acuity, stream(replication, "patient_case", "features"))
    return PatientCases(
        tuple(one.name for one in conditions),
        mix.features,
        condition,
        acuity,
        1 + pick_by_row(mix.nurse_share, acuity - 1, uniform),
        np.round(features, DECIMALS),
    )


def whole_parts(shares: FloatArray, total: int) -> IntArray:
    """Split a total into whole parts that are nearest to the shares, by largest remainder; shape as `shares`."""
    exact = shares / shares.sum() * total
    parts: IntArray = np.floor(exact).astype(np.int64)
    left = total - int(parts.sum())
    parts[np.argsort(parts - exact, kind="stable")[:left]] += 1
    return parts
