"""Describe what a hospital works with: pools of places, staff and equipment, and the rules that they follow."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import inf

import numpy as np

from sim.distributions import Distribution
from sim.faults import Fault
from sim.units import ACUITIES, HOURS_PER_WEEK, FloatArray


class Kind(StrEnum):
    """Say what a pool consists of."""

    PLACE = "place"
    STAFF = "staff"
    EQUIPMENT = "equipment"


class Discipline(StrEnum):
    """Say in which order a pool takes those who wait.

    `priority`: by acuity, then by the time asked. `fifo`: by the time asked. `accumulating`: by credit, which grows
    with the wait, faster for the urgent (Kleinrock 1964). `preemptive`: by acuity, and whoever is more urgent than a
    patient in service takes the unit at once; the other waits and goes on later from where the work stopped.
    """

    PRIORITY = "priority"
    FIFO = "fifo"
    ACCUMULATING = "accumulating"
    PREEMPTIVE = "preemptive"


class AtEnd(StrEnum):
    """Say what happens to the patient in hand when a unit's shift ends, or when it breaks down.

    `finish`: the patient is finished first. `hand_over`: the patient waits for the next unit, which does what is left.
    `preempt_restart`: the next unit starts anew. `stay_while_busy`: the unit goes on as long as patients wait.
    """

    FINISH = "finish"
    HAND_OVER = "hand_over"
    PREEMPT_RESTART = "preempt_restart"
    STAY_WHILE_BUSY = "stay_while_busy"


INTERRUPTING = (AtEnd.HAND_OVER, AtEnd.PREEMPT_RESTART)


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Describe how each unit of a pool fails after an `up` time and is repaired by a member of a repair crew.

    `crew` names one of the city's crews; without a name repair begins at once.
    """

    up: Distribution
    repair: Distribution
    crew: str | None = None
    in_hand: AtEnd = AtEnd.HAND_OVER

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield faults of both durations, and of a rule that makes no sense for a broken unit."""
        yield from self.up.faults(f"{field}.up")
        yield from self.repair.faults(f"{field}.repair")
        if not self.up.mean > 0:
            yield Fault(f"{field}.up", self.up.mean, "give a mean above zero minutes")
        if self.in_hand is AtEnd.STAY_WHILE_BUSY:
            yield Fault(f"{field}.in_hand", self.in_hand.value, "give finish, hand_over or preempt_restart")


@dataclass(frozen=True, slots=True)
class Maintenance:
    """Describe planned maintenance: so many units out of use for a while, again and again."""

    first_min: float
    every_min: float
    minutes: float
    units: int = 1

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield faults of negative times, of no units, and of maintenance that never pauses."""
        if not 0 <= self.first_min < inf:
            yield Fault(f"{field}.first_min", self.first_min, "give minutes of zero or more")
        if not 0 < self.minutes < inf:
            yield Fault(f"{field}.minutes", self.minutes, "give minutes above zero")
        if not self.every_min > self.minutes:
            yield Fault(f"{field}.every_min", self.every_min, f"give more than minutes ({self.minutes})")
        if self.units < 1:
            yield Fault(f"{field}.units", self.units, "give at least one unit")


@dataclass(frozen=True, slots=True)
class Pool:
    """Describe interchangeable units of one kind at one hospital.

    `levels` holds the units on duty: one number for always, or 168 numbers, one for each hour from Monday midnight.
    `credit_per_min` grows for those who wait, by acuity, when the discipline is accumulating. No more than
    `waiting_room` patients wait; others are turned away. `borrows` names a pool whose free units fill in when all of
    its own are taken, and go back first.
    """

    code: str
    kind: Kind
    levels: tuple[int, ...]
    discipline: Discipline = Discipline.PRIORITY
    credit_per_min: tuple[float, ...] = ()
    waiting_room: int | None = None
    at_shift_end: AtEnd = AtEnd.FINISH
    borrows: str | None = None
    breakdown: Breakdown | None = None
    maintenance: tuple[Maintenance, ...] = ()

    @property
    def establishment(self) -> int:
        """Return how many units exist, the most that are ever on duty."""
        return max(self.levels)

    @property
    def interrupts(self) -> bool:
        """Say whether a patient may lose a unit of this pool before the work is done."""
        breaks = self.breakdown is not None and self.breakdown.in_hand in INTERRUPTING
        return breaks or self.discipline is Discipline.PREEMPTIVE or self.at_shift_end in INTERRUPTING

    @property
    def hourly(self) -> FloatArray:
        """Return the units on duty in each hour of the week, shape (168,)."""
        return np.broadcast_to(np.asarray(self.levels, dtype=float), (HOURS_PER_WEEK,)).copy()

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield a fault for a roster of the wrong length, negative levels, or nobody ever on duty."""
        if len(self.levels) not in (1, HOURS_PER_WEEK):
            yield Fault(f"{field}.levels", len(self.levels), "give 1 level or 168, one for each hour of the week")
        elif min(self.levels) < 0:
            yield Fault(f"{field}.levels", min(self.levels), "give levels of zero or more")
        elif max(self.levels) == 0 and self.borrows is None:
            yield Fault(f"{field}.levels", 0, "put at least one unit on duty at some hour, or leave the pool out")
        yield from self._rule_faults(field)

    def _rule_faults(self, field: str) -> Iterator[Fault]:
        accumulating = self.discipline is Discipline.ACCUMULATING
        credit = self.credit_per_min
        if accumulating != bool(credit):
            yield Fault(f"{field}.credit_per_min", credit, "give five rates if the discipline is accumulating, or none")
        elif accumulating and (len(credit) != ACUITIES or not all(0 < rate < inf for rate in credit)):
            yield Fault(f"{field}.credit_per_min", credit, f"give {ACUITIES} rates above zero, for acuity 1 to 5")
        if self.waiting_room is not None and self.waiting_room < 0:
            yield Fault(f"{field}.waiting_room", self.waiting_room, "give zero or more patients")
        if self.kind is Kind.PLACE and self.interrupts:
            yield Fault(field, self.code, "let staff or equipment be interrupted, not a place: nobody loses a bed")
        if self.kind is not Kind.PLACE and self.waiting_room is not None:
            yield Fault(f"{field}.waiting_room", self.waiting_room, "limit the wait for a place, which the phase holds")
        if self.borrows is not None and (self.kind is not Kind.PLACE or self.borrows == self.code):
            yield Fault(f"{field}.borrows", self.borrows, "let a place borrow from another pool of places")
        if self.breakdown:
            yield from self.breakdown.faults(f"{field}.breakdown")
        for index, maintenance in enumerate(self.maintenance):
            yield from maintenance.faults(f"{field}.maintenance[{index}]")
