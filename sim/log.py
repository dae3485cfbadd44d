"""Keep what happened in columns while the world moves; tables are made once, at the end."""

from array import array
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from sim.cohort import Cohort
from sim.layout import Layout

NAN = float("nan")


class Ended(IntEnum):
    """Say why a journey ended before its pathway did, or why it never began."""

    NOT_EARLY = 0
    LEFT_UNSEEN = 1
    TURNED_AWAY = 2
    BALKED = 3
    NO_SHOW = 4
    NOT_COME = 5


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
    """Note one decision of a policy; `binding` holds names and shadow prices of constraints as JSON."""

    seat: str
    policy: str
    time_min: float
    view_hash: str
    n_options: int
    n_moves: int
    n_refused: int
    ending: str
    objective: float
    gap: float
    binding: str


Spell = tuple[int, float, float, int]


@dataclass(slots=True)
class UsageLog:
    """Collect what the marks of patients do not show of pools, by their numbers.

    `overtime` and `out_of_use` are (pool, from, until, units). A piece of work is [pool, asked, started, ended], for
    steps that may change units or be interrupted; `cleaning` after such a step is (pool, from, until). `lent` is
    (borrower, lender, moment, change of the units lent), `guests` (pool, moment, change of their number).
    """

    overtime: list[Spell] = field(default_factory=list)
    out_of_use: list[Spell] = field(default_factory=list)
    pieces: list[list[float]] = field(default_factory=list)
    cleaning: list[tuple[int, float, float]] = field(default_factory=list)
    lent: list[tuple[int, int, float, int]] = field(default_factory=list)
    guests: list[tuple[int, float, int]] = field(default_factory=list)


@dataclass(slots=True)
class Log:
    """Collect the marks of n patients, where their phases took place, and what was decided.

    `marks` is the row-major matrix (n, n_marks) of moments in minutes, NaN where none; `hospital_at` the matrix
    (n, n_phases) of hospital indexes; `ended` says how journeys ended early (an `Ended` for each patient).
    """

    marks: "array[float]"
    hospital_at: "array[int]"
    ended: bytearray
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
        ended=bytearray(cohort.n_patients),
    )
