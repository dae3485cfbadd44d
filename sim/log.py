"""Keep what happened in columns while the world moves; tables are made once, at the end."""

from array import array
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from sim.cohort import Cohort
from sim.contract import AdmissionView, MedicinesView
from sim.layout import Layout
from sim.units import IntArray

NAN = float("nan")
CALLED_OFF = "called off: no agreement"
"""The refusal of a loan that was promised, and called off before it began."""


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


class Opening(NamedTuple):
    """Note one hour of equipment that a policy wanted to open; `refusal` is empty when it was opened."""

    time_min: float
    hospital: int
    pool: str
    from_min: float
    units: int
    cost: float
    refusal: str


class StockMove(NamedTuple):
    """Note one attempt to send units of a lot; `refusal` is empty when they went.

    `life_min` is how long they were still good; the first to go on a trip bears its cost. -1 is what was not found.
    """

    time_min: float
    lot: int
    medicine: str
    origin: int
    destination: int
    units: float
    life_min: float
    transit_min: float
    cost: float
    refusal: str


class Loan(NamedTuple):
    """Note one attempt to lend staff; `refusal` is empty when they went. Hospitals and role by their numbers."""

    time_min: float
    lender: int
    borrower: int
    role: int
    units: int
    starts_min: float
    ends_min: float
    travel_min: float
    refusal: str


class Rostered(NamedTuple):
    """Note a day of a roster that a policy gave one role of a hospital; `refusal` is empty when it was put in force.

    Hours of own staff, of agency staff, and of the usual roster; what agency staff costs. -1 is no such staff.
    """

    time_min: float
    hospital: int
    pool: str
    from_min: float
    own_hours: float
    agency_hours: float
    usual_hours: float
    cost: float
    refusal: str


class Lodging(NamedTuple):
    """Note one attempt to put a patient into another place than the one wanted; `refusal` is empty when it was done."""

    time_min: float
    patient: int
    hospital: int
    phase: int
    wanted: str
    place: str
    refusal: str


class ListEvent(NamedTuple):
    """Note what became of one patient of a list, called for `at_min`: `called`, `refused`, `came` or `cancelled`.

    `reason` says why somebody was refused or cancelled.
    """

    time_min: float
    patient: int
    event: str
    at_min: float
    reason: str


class CalledOff(NamedTuple):
    """Note that a loan which had not begun was called off at a moment, for want of an agreement."""

    time_min: float
    loan: Loan


class DecisionRow(NamedTuple):
    """Note one decision of a policy; `binding` (constraints, shadow prices) and `figures` are pairs as JSON.

    `cause` says what had the policy asked: its review, or an alert.
    """

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
    figures: str = ""
    cause: str = "review"


Spell = tuple[int, float, float, int]


@dataclass(slots=True)
class UsageLog:
    """Collect what the marks of patients do not show of pools, by their numbers.

    `overtime` and `out_of_use` are (pool, from, until, units). A piece of work is [pool, asked, started, ended], for
    steps that may change units or be interrupted; `cleaning` after such a step is (pool, from, until). `lent` is
    (borrower, lender, moment, change of the units lent). `guests`, and units opened, are (pool, moment, change).
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
    (n, n_phases) of hospital indexes; `ended` says how journeys ended early (an `Ended` for each patient). `brought`
    maps patients to the hospital that they were driven to instead of the one that was chosen for them, `lodged` a
    patient and a phase to the pool of the place that stands in for the one wanted. `stocks` and `lists` keep how
    medicines and waiting lists truly were at each review, whatever was known of them.
    """

    marks: "array[float]"
    hospital_at: "array[int]"
    ended: bytearray
    brought: dict[int, int] = field(default_factory=dict)
    usage: UsageLog = field(default_factory=UsageLog)
    transfers: list[Transfer] = field(default_factory=list)
    loans: list[Loan] = field(default_factory=list)
    called_off: list[CalledOff] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)
    rostered: list[Rostered] = field(default_factory=list)
    stock_moves: list[StockMove] = field(default_factory=list)
    list_events: list[ListEvent] = field(default_factory=list)
    lodgings: list[Lodging] = field(default_factory=list)
    lodged: dict[tuple[int, int], int] = field(default_factory=dict)
    decisions: list[DecisionRow] = field(default_factory=list)
    stocks: list[MedicinesView] = field(default_factory=list)
    lists: list[AdmissionView] = field(default_factory=list)
    seconds_deciding: float = 0.0

    def call_off(self, loan: Loan, now: float) -> None:
        """Note that a loan was called off before it began: it counts as refused."""
        self.called_off.append(CalledOff(now, loan))
        self.loans[self.loans.index(loan)] = loan._replace(refusal=CALLED_OFF)

    def arrived_at(self, cohort: Cohort) -> IntArray:
        """Return the hospital that every patient came to first, shape (n,)."""
        hospital = cohort.hospital.copy()
        hospital[list(self.brought)] = list(self.brought.values())
        return hospital


def empty_log(cohort: Cohort, layout: Layout) -> Log:
    """Return a log with no marks yet, every phase at the hospital of arrival."""
    n_phases = len(layout.phases)
    ended = bytearray(cohort.n_patients)
    if cohort.referred_min is not None:
        np.frombuffer(ended, dtype=np.uint8)[~np.isnan(cohort.referred_min)] = Ended.NOT_COME
    return Log(
        marks=array("d", [NAN]) * (cohort.n_patients * len(layout.marks)),
        hospital_at=array("h", cohort.hospital.astype(np.int16).repeat(n_phases).tobytes()),
        ended=ended,
    )
