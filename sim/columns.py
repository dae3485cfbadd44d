"""Hand a cohort to the stories: its columns as Python numbers."""

from dataclasses import dataclass
from typing import cast

import numpy as np

from sim.cohort import Cohort
from sim.units import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Hold what the stories of n patients need to know; indexes are patients.

    Bit i of `enters` says whether phase i happens; `minutes` holds `n_slots` durations a patient, one row after the
    other. Lists are fastest to read; long columns are views of the cohort, which take no memory of their own.
    """

    arrived_min: list[float]
    hospital: list[int]
    pathway: list[int]
    acuity: list[int]
    enters: list[int]
    patience_min: "memoryview[float]"
    placement_min: "memoryview[float]"
    crew_busy_min: "memoryview[float]"
    minutes: "memoryview[float]"
    n_slots: int

    @classmethod
    def of(cls, cohort: Cohort, acuity: IntArray) -> "Columns":
        """Return the columns of a cohort with the acuity that triage assigned, shape (n,)."""
        n_phases = cohort.enters.shape[1]
        return cls(
            arrived_min=cohort.arrived_min.tolist(),
            hospital=cohort.hospital.tolist(),
            pathway=cohort.pathway.tolist(),
            acuity=acuity.tolist(),
            enters=(cohort.enters @ (1 << np.arange(n_phases, dtype=np.int64))).tolist(),
            patience_min=flat(cohort.patience_min),
            placement_min=flat(cohort.placement_min),
            crew_busy_min=flat(cohort.crew_busy_min),
            minutes=flat(cohort.minutes),
            n_slots=cohort.minutes.shape[1],
        )


def flat(numbers: FloatArray) -> "memoryview[float]":
    """Return a view of an array, row by row, that reads and writes Python floats."""
    return cast("memoryview[float]", np.ascontiguousarray(numbers).reshape(-1).data)
