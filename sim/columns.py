"""Hand a cohort to the stories: its columns as Python numbers."""

from dataclasses import dataclass
from typing import cast

import numpy as np

from sim.cohort import Cohort
from sim.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Hold what the stories of n patients need to know; indexes are patients.

    Bit i of `enters` says whether phase i happens; `minutes` holds `n_slots` durations a patient, one row after the
    other. Lists are fastest to read; long columns are views of the cohort, which take no memory of their own. The last
    columns are None where the cohort has none; what they mean stands there. `visits_again` leads from the row of a
    visit to the row of the return that may follow it.
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
    worsens_min: "memoryview[float] | None"
    balk_u: "memoryview[float] | None"
    comes: list[bool] | None
    return_u: "memoryview[float] | None"
    return_after_min: "memoryview[float] | None"
    visits_again: dict[int, int]

    @classmethod
    def of(cls, cohort: Cohort, acuity: IntArray) -> "Columns":
        """Return the columns of a cohort with the acuity that triage assigned, shape (n,)."""
        return cls(
            arrived_min=cohort.arrived_min.tolist(),
            hospital=cohort.hospital.tolist(),
            pathway=cohort.pathway.tolist(),
            acuity=acuity.tolist(),
            enters=bits(cohort.enters),
            patience_min=flat(cohort.patience_min),
            placement_min=flat(cohort.placement_min),
            crew_busy_min=flat(cohort.crew_busy_min),
            minutes=flat(cohort.minutes),
            n_slots=cohort.minutes.shape[1],
            worsens_min=_some(cohort.worsens_min),
            balk_u=_some(cohort.balk_u),
            comes=None if cohort.comes is None else cohort.comes.tolist(),
            return_u=_some(cohort.return_u),
            return_after_min=_some(cohort.return_after_min),
            visits_again=_visits_again(cohort),
        )


WORD = 62
"""Bits of a patient's phases that are packed at a time, fewer than those of a signed integer of 64 bits."""


def bits(flags: BoolArray) -> list[int]:
    """Return each row of flags as one whole number, the first column in its lowest bit; any number of columns."""
    parts = [flags[:, start : start + WORD] for start in range(0, flags.shape[1], WORD)]
    words = [(part @ (1 << np.arange(part.shape[1], dtype=np.int64))).tolist() for part in parts]
    if len(words) == 1:
        return cast("list[int]", words[0])
    return [sum(word << WORD * i for i, word in enumerate(row)) for row in zip(*words, strict=True)]


def _some(numbers: FloatArray | None) -> "memoryview[float] | None":
    return None if numbers is None else flat(numbers)


def _visits_again(cohort: Cohort) -> dict[int, int]:
    if cohort.returns_of is None:
        return {}
    rows = np.flatnonzero(cohort.returns_of >= 0)
    return dict(zip(cohort.returns_of[rows].tolist(), rows.tolist(), strict=True))


def flat(numbers: FloatArray) -> "memoryview[float]":
    """Return a view of an array, row by row, that reads and writes Python floats."""
    return cast("memoryview[float]", np.ascontiguousarray(numbers).reshape(-1).data)
