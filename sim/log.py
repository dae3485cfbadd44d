"""Keep what happened in columns while the world moves; tables are made once, at the end."""

from array import array
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from sim.cohort import Cohort
from sim.layout import Layout

NAN = float("nan")


class Transfer(NamedTuple):
    """Note one attempt to move a patient; `refusal` is empty when it was carried out."""

    time_min: float
    patient: int
    origin: int
    destination: int
    phase: int
    crew_busy_min: float
    refusal: str


class DecisionRow(NamedTuple):
    """Note one decision of a policy."""

    seat: str
    policy: str
    time_min: float
    n_boarders: int
    n_moves: int
    n_refused: int
    ending: str
    objective: float


@dataclass(slots=True)
class UsageLog:
    """Collect what the marks of patients do not show."""

    overtime: list[tuple[int, float, float, int]] = field(default_factory=list)


@dataclass(slots=True)
class Log:
    """Collect the marks of n patients, where their phases took place, and what was decided.

    `marks` is the row-major matrix (n, n_marks) of moments in minutes, NaN where none; `hospital_at` the matrix
    (n, n_phases) of hospital indexes; `left_unseen` the patients who lost patience.
    """

    marks: "array[float]"
    hospital_at: "array[int]"
    left_unseen: list[int] = field(default_factory=list)
    usage: UsageLog = field(default_factory=UsageLog)
    transfers: list[Transfer] = field(default_factory=list)
    decisions: list[DecisionRow] = field(default_factory=list)
    seconds_deciding: float = 0.0


def empty_log(cohort: Cohort, layout: Layout) -> Log:
    """Return a log with no marks yet, every phase at the hospital of arrival."""
    n_phases = len(layout.phases)
    return Log(
        marks=array("d", [NAN]) * (cohort.n_patients * len(layout.marks)),
        hospital_at=array("h", cohort.hospital.astype(np.int16).repeat(n_phases).tobytes()),
    )
