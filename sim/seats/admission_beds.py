"""Expect the places of the next days: who from the lists will hold them, and who else has held them lately."""

from collections import deque

import numpy as np

from sim.list_pathways import pathway_of
from sim.listing import N_DAYS
from sim.motion import Motion
from sim.seats.admission_register import Register
from sim.units import MINUTES_PER_DAY, BoolArray, FloatArray

N_PAST = 14
"""Reviews whose count of other patients is remembered."""


class Wards:
    """Count places, those who hold them, and how long patients of the lists are expected to."""

    def __init__(self, motion: Motion, register: Register) -> None:
        self._motion = motion
        self._register = register
        facts = register.facts
        self._shape = len(facts.hospital_ids), len(facts.place_codes)
        self._past: deque[FloatArray] = deque([np.full(self._shape, np.nan)] * N_PAST, maxlen=N_PAST)
        self._phases = [_phases(motion, group.condition, facts.place_codes) for group in register.listed.groups]

    def beds(self) -> FloatArray:
        """Return the places that are staffed now, shape (h, k)."""
        return self._counts(0)

    def others(self) -> FloatArray:
        """Return the places taken by others at this review and those before it, the latest last, (h, k, N_PAST)."""
        self._past.append(self._counts(1) - self._from_lists())
        return np.stack(self._past, axis=-1)

    def held(self, today: int) -> FloatArray:
        """Return the places that those who came from lists or are called are expected to hold, (h, k, n_days)."""
        register, n_days = self._register, self._register.rules.horizon_days
        held = np.zeros((*self._shape, n_days))
        for patient in np.flatnonzero(self._inside()).tolist():
            lag = int((self._motion.env.now - register.marks[patient, 0]) // MINUTES_PER_DAY)
            held[register.hospital[patient]] += self._still(int(register.group[patient]), lag, n_days)
        waiting = register.waiting()
        for patient in waiting[~np.isnan(register.called_min[waiting])].tolist():
            day = register.rules.day_of(float(register.called_min[patient])) - today
            stay = register.facts.stay[register.group[patient]]
            held[register.hospital[patient], :, max(day, 0) :] += stay[:, : n_days - max(day, 0)]
        return held

    def _still(self, group: int, lag: int, n_days: int) -> FloatArray:
        """Return the places that a patient who has been there for some days is expected to hold, shape (k, n_days)."""
        stay = self._register.facts.stay[group]
        days = np.minimum(np.arange(lag, lag + n_days), N_DAYS - 1)
        there = float(stay[:, days[0]].sum())
        return np.minimum(stay[:, days] / there, 1.0) if there > 0 else np.zeros((len(stay), n_days))

    def _inside(self) -> BoolArray:
        """Mark those who came from a list and have not departed."""
        marks = self._register.marks
        return self._register.came & ~np.isnan(marks[:, 0]) & np.isnan(marks[:, -1])

    def _counts(self, figure: int) -> FloatArray:
        """Return one figure of the occupation of all places, 0 where a hospital has none, shape (h, k)."""
        counts = np.zeros(self._shape)
        for h, k in np.ndindex(self._shape):
            pool = self._motion.pool_number.get((h, self._register.facts.place_codes[k]))
            if pool is not None:
                counts[h, k] = self._motion.occupation(pool)[figure]
        return counts

    def _from_lists(self) -> FloatArray:
        """Count the places that patients of the lists hold, shape (h, k)."""
        counts = np.zeros(self._shape)
        inside, marks = np.flatnonzero(self._inside()), self._register.marks
        hospital_at = np.frombuffer(self._motion.log.hospital_at, dtype=np.int16).reshape(len(marks), -1)
        group = self._register.group[inside]
        for g, phases in enumerate(self._phases):
            mine = inside[group == g]
            for k, phase, entered, left in phases:
                there = mine[~np.isnan(marks[mine, entered]) & np.isnan(marks[mine, left])]
                np.add.at(counts, (hospital_at[there, phase].astype(np.int64), k), 1.0)
        return counts


def _phases(motion: Motion, condition: str, places: tuple[str, ...]) -> list[tuple[int, int, int, int]]:
    """Return place, phase and the marks of entering and leaving of all phases with a place on a pathway."""
    layout = motion.layout
    return [
        (
            places.index(phase.place),
            layout.phase_index[phase.name],
            layout.mark_index[f"{phase.name}_entered"],
            layout.mark_index[f"{phase.name}_left"],
        )
        for phase in pathway_of(condition, motion.scenario.conditions, motion.scenario.pathways).phases
        if phase.place
    ]
