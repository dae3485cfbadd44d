"""Seat the equipment policy: open hours of scanners and the like beyond the roster, with the staff that they need."""

from collections import deque
from dataclasses import replace
from math import inf

import numpy as np

from sim.contract import EquipmentDecision, EquipmentFacts, EquipmentView
from sim.equipment import equipment_facts, equipment_steps, staff_beside
from sim.log import Opening
from sim.motion import Motion
from sim.platform.kinds import SharedKind
from sim.terms import InForce, Terms
from sim.units import HOURS_PER_WEEK, MINUTES_PER_HOUR, BoolArray, FloatArray, IntArray

Hour = tuple[int, int, int, int]
"""Hospital, equipment, hour since time zero, and units."""

UNKNOWN = "no such equipment"


class EquipmentSeat:
    """Open units for hours to come: the unit goes on the roster, and one of every staff it works with comes for it."""

    name = "equipment"

    def __init__(self, motion: Motion) -> None:
        self._motion = motion
        self._rules = motion.scenario.openings
        usual = equipment_facts(motion.scenario)
        terms = Terms(motion.scenario.city, motion.scenario.agreements)
        self._in_force = InForce(terms, SharedKind.EQUIPMENT, usual, _under_agreements)
        self._staff = staff_beside(motion.scenario)
        self._hourly = _hourly(motion, self._facts)
        spare = self._facts.units[..., None] > self._hourly
        self._openable = bool(spare.any()) and self._rules.most_extra_units > 0
        self._opened: dict[int, IntArray] = {}
        self._past = _Past(motion, self._facts)

    @property
    def _facts(self) -> EquipmentFacts:
        """Return what holds now."""
        return self._in_force.at(self._motion.env.now)

    def view(self) -> EquipmentView:
        """Return how busy all equipment is, and what is on duty in the hours to come."""
        hour = self._hour
        hours = range(hour, hour + self._rules.horizon_hours)
        nothing = np.zeros_like(self._facts.units)
        on_duty, busy, waiting = self._now()
        return EquipmentView(
            facts=self._facts,
            now_min=self._motion.env.now,
            hour=hour,
            on_duty=on_duty,
            busy=busy,
            waiting=waiting,
            rostered=self._hourly[..., np.array(hours) % HOURS_PER_WEEK],
            opened=np.stack([self._opened.get(one, nothing) for one in hours], axis=-1),
            asked=self._past.asked(waiting, np.maximum(self._facts.may_use.sum(axis=0), 1)),
        )

    def n_options(self, view: EquipmentView) -> int:
        """Count the hours of units that could be opened."""
        return int(view.can_open[..., max(view.first_hour, 0) :].sum())

    def idle(self) -> bool:
        """Say whether nothing can ever be opened."""
        return not self._openable

    def carry_out(self, decision: EquipmentDecision) -> tuple[int, int]:
        """Open each hour or refuse it; return how many were named, and how many refused."""
        columns = (decision.hospital, decision.equipment, decision.hour, decision.units)
        hours: list[Hour] = list(zip(*(column.tolist() for column in columns), strict=True))
        refusals = [self._open(one) for one in hours]
        return len(hours), sum(map(bool, refusals))

    @property
    def _hour(self) -> int:
        return int(self._motion.env.now // MINUTES_PER_HOUR)

    def _now(self) -> IntArray:
        """Return units on duty, units busy and patients waiting, shape (3, h, e)."""
        counts = np.zeros((3, *self._facts.units.shape), dtype=np.int64)
        for h, e in np.argwhere(self._facts.units > 0).tolist():
            counts[:, h, e] = self._motion.occupation(self._motion.pool_number[h, self._facts.equipment_codes[e]])
        return counts

    def _open(self, one: Hour) -> str:
        """Open a unit for an hour unless something is in the way; log it and return what is."""
        h, e, hour, units = one
        refusal = self._refusal(one)
        code = self._facts.equipment_codes[e] if refusal != UNKNOWN else ""
        cost = 0.0 if refusal else units * self._rules.cost_per_opened_hour
        from_min = hour * MINUTES_PER_HOUR
        where = h if code else -1
        self._motion.log.openings.append(Opening(self._motion.env.now, where, code, from_min, units, cost, refusal))
        if not refusal:
            opened = self._opened.setdefault(hour, np.zeros_like(self._facts.units))
            opened[h, e] += units
            self._put_on_duty(h, code, from_min, units)
        return refusal

    def _put_on_duty(self, h: int, code: str, from_min: float, units: int) -> None:
        pool_number, shifts = self._motion.pool_number, self._motion.shifts
        for at_min, change in ((from_min, units), (from_min + MINUTES_PER_HOUR, -units)):
            shifts.change_opened(at_min, pool_number[h, code], change)
            for staff in self._staff.get((h, code), ()):
                shifts.change_guests(at_min, pool_number[h, staff], change)

    def _refusal(self, one: Hour) -> str:
        """Say why this cannot be opened; empty when nothing is in the way."""
        h, e, hour, units = one
        n_hospitals, n_kinds = self._facts.units.shape
        if not (0 <= h < n_hospitals and 0 <= e < n_kinds and self._facts.units[h, e]):
            return UNKNOWN
        if units < 1:
            return "no unit named"
        if hour * MINUTES_PER_HOUR < self._motion.env.now + self._rules.opening_notice_min:
            return "notice too short"
        if hour >= self._hour + self._rules.horizon_hours:
            return "beyond the horizon"
        opened = int(self._opened[hour][h, e]) if hour in self._opened else 0
        if opened + units > self._rules.most_extra_units:
            return "more than may be opened"
        idle = int(self._facts.units[h, e] - self._hourly[h, e, hour % HOURS_PER_WEEK]) - opened
        return "" if units <= idle else "no unit idle"


def _under_agreements(usual: EquipmentFacts, takes_part: BoolArray, pairs: BoolArray) -> EquipmentFacts:
    """Return the facts under agreements: patients of users may use what is their owners'."""
    may_use = usual.may_use & (pairs.T | np.eye(len(pairs), dtype=np.bool_))[..., None]
    return replace(usual, agreed=takes_part, may_use=may_use)


def _hourly(motion: Motion, facts: EquipmentFacts) -> IntArray:
    """Return the usual units on duty in each hour of the week, shape (h, e, 168)."""
    hourly = np.zeros((*facts.units.shape, HOURS_PER_WEEK), dtype=np.int64)
    for h, hospital in enumerate(motion.scenario.city.hospitals):
        for e, code in enumerate(facts.equipment_codes):
            pool = hospital.pool(code)
            if pool:
                hourly[h, e] = pool.hourly
    return hourly


class _Past:
    """Count requests of the last week, hour by hour: what began, and how much longer the queues have grown."""

    def __init__(self, motion: Motion, facts: EquipmentFacts) -> None:
        self._motion = motion
        self._shape = facts.units.shape
        self._queues: deque[tuple[float, FloatArray]] = deque([(-inf, np.zeros(self._shape))])
        layout, cohort = motion.layout, motion.cohort
        parts = [np.empty((3, 0), dtype=np.int64)]
        for p, phase, step, e in equipment_steps(motion.scenario, facts.equipment_codes):
            slot = f"{phase}.{step}"
            rows = np.flatnonzero((cohort.pathway == p) & (cohort.minutes[:, layout.slot_index[slot]] >= 0))
            started = rows * len(layout.marks) + layout.mark_index[f"{slot}_started"]
            where = rows * len(layout.phases) + layout.phase_index[phase]
            parts.append(np.stack([started, where, np.full(len(rows), e)]))
        self._started, self._where, self._kind = np.concatenate(parts, axis=1)

    def asked(self, waiting: IntArray, sharers: IntArray) -> FloatArray:
        """Return the requests of the last 168 hours, shape (h, e, 168), as far as they show; remember the queues.

        `sharers` (h, e) counts the hospitals whose patients may stand in a queue.
        """
        now = self._motion.env.now
        self._queues.append((now, waiting / sharers))
        edges_min = now - MINUTES_PER_HOUR * np.arange(HOURS_PER_WEEK, -1, -1)
        while self._queues[1][0] <= edges_min[0]:
            self._queues.popleft()
        moments = [moment for moment, _ in self._queues]
        last = np.searchsorted(moments, edges_min, side="right") - 1
        queues = np.stack([queue for _, queue in self._queues], axis=-1)[..., last]
        asked: FloatArray = np.maximum(self._begun(now) + np.diff(queues, axis=-1), 0.0)
        asked[..., edges_min[:-1] < 0.0] = np.nan
        return asked

    def _begun(self, now: float) -> FloatArray:
        """Count what began in each of the last 168 hours, shape (h, e, 168)."""
        n_hospitals, n_kinds = self._shape
        passed_hours = (now - np.frombuffer(self._motion.log.marks)[self._started]) / MINUTES_PER_HOUR
        recent = np.flatnonzero(passed_hours < HOURS_PER_WEEK)
        here = np.frombuffer(self._motion.log.hospital_at, dtype=np.int16)[self._where[recent]].astype(np.int64)
        hour = HOURS_PER_WEEK - 1 - passed_hours[recent].astype(np.int64)
        cell = (here * n_kinds + self._kind[recent]) * HOURS_PER_WEEK + hour
        counts = np.bincount(cell, minlength=n_hospitals * n_kinds * HOURS_PER_WEEK)
        return counts.reshape(n_hospitals, n_kinds, HOURS_PER_WEEK).astype(float)
