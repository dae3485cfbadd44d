"""Let those who were called come on their day, as soon as there is a bed and a theatre for them, or cancel the case."""

from bisect import insort
from functools import partial

import numpy as np
from simpy.events import Event

from sim.journey import REVIEW, Alarm
from sim.log import ListEvent
from sim.motion import Motion
from sim.seats.admission_register import Register
from sim.units import MINUTES_PER_HOUR, one_on_grid

OnList = tuple[int, int]
"""Hospital and list."""


class Diary:
    """Wait for the moments for which patients were called, and let them in, or send them back to the list."""

    def __init__(self, motion: Motion, register: Register) -> None:
        self._motion = motion
        self._register = register
        self._retry_min = one_on_grid(register.rules.retry_min)
        self._due: dict[OnList, list[tuple[float, int]]] = {}
        self._next_look: dict[OnList, float] = {}
        self._coming: dict[int, dict[int, int]] = {}

    def note(self, patient: int, at_min: float) -> None:
        """Expect a patient at a moment."""
        where = self._register.list_of(patient)
        insort(self._due.setdefault(where, []), (at_min, patient))
        self._look_at(where, at_min)

    def _look_at(self, where: OnList, at_min: float) -> None:
        Alarm(self._motion.env, REVIEW, partial(self._look, where)).set(at_min - self._motion.env.now)

    def _look(self, where: OnList, _: Event) -> None:
        """Let in or cancel everybody who is due; look again after a while if somebody still waits."""
        now, due = self._motion.env.now, self._due[where]
        n_due = sum(at_min <= now for at_min, _ in due)
        left = [(at_min, patient) for at_min, patient in due[:n_due] if not self._settled(patient, at_min)]
        self._due[where] = left + due[n_due:]
        if left and self._next_look.get(where, now) <= now:
            self._next_look[where] = now + self._retry_min
            self._look_at(where, now + self._retry_min)

    def _settled(self, patient: int, at_min: float) -> bool:
        """Let a patient come, or cancel the case; False while there is still time to wait."""
        obstacle = self._obstacle(patient)
        if self._motion.env.now + self._register.mean_min(patient) > self._last_min(patient, at_min):
            self._register.take_back(patient)
            self._log("cancelled", patient, at_min, obstacle or "too late in the day")
            return True
        if not obstacle:
            self._let_in(patient, at_min)
        return not obstacle

    def _let_in(self, patient: int, at_min: float) -> None:
        """Let a patient come, who is then on the way to a bed and to the unit."""
        register, group, cohort = self._register, self._register.group[patient], self._motion.cohort
        register.came[patient] = True
        if register.hospital[patient] != cohort.hospital[patient]:
            self._motion.bring(np.array([patient]), register.hospital[[patient]])
        if cohort.comes is not None and not cohort.comes[patient]:
            self._log("stayed away", patient, at_min, "")
            self._motion.call_in(patient)
            return
        self._coming.setdefault(register.unit_pool(patient), {})[patient] = int(register.listed.started[group])
        place = register.place_pool(patient)
        if place is not None:
            self._coming.setdefault(place, {})[patient] = int(register.listed.entered[group])
        self._log("came", patient, at_min, "")
        self._motion.call_in(patient)

    def _last_min(self, patient: int, at_min: float) -> float:
        """Return until when a case of a day may last: the end of its roster, and the overrun that is allowed."""
        rules, register = self._register.rules, self._register
        day = rules.day_of(at_min)
        open_hours = np.flatnonzero(register.rostered(*register.list_of(patient), day))
        ends = float(open_hours[-1] + 1) * MINUTES_PER_HOUR if len(open_hours) else 0.0
        return rules.starts_min(day) + ends + rules.most_overrun_min

    def _obstacle(self, patient: int) -> str:
        """Say what a patient must wait for; empty when nothing is in the way."""
        place = self._register.place_pool(patient)
        if place is not None and self._n_free(place) < 1:
            return "no bed free"
        return "" if self._n_free(self._register.unit_pool(patient)) >= 1 else "no unit free"

    def _n_free(self, pool: int) -> int:
        """Count the free units of a pool, less those for who waits for one or is on the way to one."""
        coming = self._coming.get(pool, {})
        for patient in [one for one, mark in coming.items() if not np.isnan(self._register.marks[one, mark])]:
            del coming[patient]
        there = self._motion.occupation(pool)
        return there.free - max(there.n_waiting, len(coming))

    def _log(self, event: str, patient: int, at_min: float, reason: str) -> None:
        self._motion.log.list_events.append(ListEvent(self._motion.env.now, patient, event, at_min, reason))
