"""Describe who is where at time zero: a census, from which a run starts without a warm-up."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.city import Hospital
from sim.faults import Fault
from sim.pathway import Pathway
from sim.units import FloatArray, IntArray

NONE = -1


class Position(NamedTuple):
    """Say where on a pathway a patient is, by index; -1 for none.

    In `phase`, whose place (if it has one) is held; there in the work of `step`, or waiting for the pools of
    `waits_step`; or waiting for the place of the phase `waits_phase`, which comes later.
    """

    phase: int
    step: int
    waits_step: int
    waits_phase: int

    @property
    def next_phase(self) -> int:
        """Return the phase that is reached next, or is going on."""
        return self.phase if self.waits_phase == NONE else self.waits_phase

    @property
    def next_step(self) -> int:
        """Return the step of that phase which comes next, or is going on; -1 when all steps are still to come."""
        return max(self.step, self.waits_step)


@dataclass(frozen=True, slots=True, eq=False)
class Census:
    """Hold the n patients of a city at time zero in columns of shape (n,), `position` of shape (n, 4).

    Indexes point into the scenario's hospitals, conditions and zones (-1 for unknown). `since_min` says for how long
    the work or the wait has gone on, `here_min` how long ago the patient came; both are minutes of zero or more.
    """

    hospital: IntArray
    condition: IntArray
    acuity: IntArray
    zone: IntArray
    position: IntArray
    since_min: FloatArray
    here_min: FloatArray

    @property
    def n_patients(self) -> int:
        """Return the number of patients."""
        return len(self.hospital)

    @property
    def ranked(self) -> IntArray:
        """Return the rows in the order in which they take their places: work going on first, then the longest waits."""
        waits = self.position[:, 1] == NONE
        return np.lexsort((np.arange(self.n_patients), -self.since_min, waits))

    def at(self, row: int) -> Position:
        """Return the position of one patient."""
        return Position(*self.position[row].tolist())

    def faults(self, hospitals: Sequence[Hospital], pathways: Sequence[Pathway]) -> Iterator[Fault]:
        """Yield faults of places with more patients than are open at time zero, and of care that a hospital has not.

        `pathways` has one for each condition.
        """
        for index, condition in sorted(set(zip(self.hospital.tolist(), self.condition.tolist(), strict=True))):
            missing = pathways[condition].pool_codes - {pool.code for pool in hospitals[index].pools}
            if missing:
                mend = f"let patients of {pathways[condition].name} be where there is {', '.join(sorted(missing))}"
                yield Fault(f"census at {hospitals[index].id}", pathways[condition].name, mend)
        held: Counter[tuple[int, str]] = Counter()
        for row in range(self.n_patients):
            phase = self.at(row).phase
            place = pathways[self.condition[row]].phases[phase].place if phase != NONE else None
            if place:
                held[int(self.hospital[row]), place] += 1
        for (index, code), n in sorted(held.items()):
            pool = hospitals[index].pool(code)
            level = pool.levels[0] if pool else 0
            lender = hospitals[index].pool(pool.borrows) if pool and pool.borrows else None
            if n > level + (lender.levels[0] if lender else 0):
                mend = f"let no more than {level} patients be in it, or open more of them"
                yield Fault(f"census of {code} at {hospitals[index].id}", n, mend)
