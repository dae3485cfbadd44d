"""Seat the admission policy: call patients from the waiting lists for moments of the next days, or refuse."""

import numpy as np

from sim.contract import AdmissionDecision, AdmissionView
from sim.log import ListEvent
from sim.motion import Motion
from sim.seats.admission_beds import Wards
from sim.seats.admission_day import Diary
from sim.seats.admission_register import Register
from sim.seats.admission_wishes import Clinics
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR, IntArray, one_on_grid


class AdmissionSeat:
    """Call in those who wait on their hospital's list."""

    name = "admission"

    def __init__(self, motion: Motion) -> None:
        self._motion = motion
        self._register = Register(motion)
        self._diary = Diary(motion, self._register)
        self._wards = Wards(motion, self._register)
        self._clinics = Clinics(motion)

    def view(self) -> AdmissionView:
        """Return the lists, the open hours of the next days, and the places that are expected to be free."""
        register, now = self._register, self._motion.env.now
        patients, rules = register.waiting(), register.rules
        today, group = rules.day_of(now), register.group[patients]
        referred_min = register.referred_min[patients]
        view = AdmissionView(
            facts=register.facts,
            now_min=now,
            day=today,
            patient=patients,
            hospital=register.hospital[patients],
            group=group,
            referred_min=referred_min,
            due_min=referred_min + register.facts.due_days[group] * MINUTES_PER_DAY,
            called_min=register.called_min[patients],
            n_cancelled=register.n_cancelled[patients],
            rostered=self._rostered(today),
            booked_min=register.booked_min(today, rules.horizon_days),
            beds=self._wards.beds(),
            held=self._wards.held(today),
            others=self._wards.others(),
            kind=None if register.kind is None else register.kind[patients],
            age_group=None if register.age_group is None else register.age_group[patients],
            wishes=self._clinics.wishes(patients),
        )
        self._motion.log.lists.append(view)
        return view

    def n_options(self, view: AdmissionView) -> int:
        """Count the patients who could be called."""
        return int(view.uncalled.sum())

    def idle(self) -> bool:
        """Ask at every review."""
        return False

    def carry_out(self, decision: AdmissionDecision) -> tuple[int, int]:
        """Call each patient or refuse; return how many were named, and how many refused."""
        waiting, own = set(self._register.waiting().tolist()), self._motion.cohort.hospital
        refused = 0
        where = own[decision.patient % len(own)] if decision.hospital is None else decision.hospital
        asked = zip(decision.patient.tolist(), decision.at_min.tolist(), where.tolist(), strict=True)
        for patient, at_min, hospital in asked:
            refusal = self._refusal(patient, at_min, hospital) if patient in waiting else "not on a list"
            event = "refused" if refusal else "called"
            self._motion.log.list_events.append(ListEvent(self._motion.env.now, patient, event, at_min, refusal))
            if not refusal:
                self._register.call(patient, hospital, one_on_grid(at_min))
                self._diary.note(patient, one_on_grid(at_min))
            refused += bool(refusal)
        return len(decision.patient), refused

    def _refusal(self, patient: int, at_min: float, hospital: int) -> str:
        """Say why a patient of a list cannot be called for a moment; empty when nothing is in the way."""
        register, rules = self._register, self._register.rules
        today = rules.day_of(self._motion.env.now)
        if not np.isnan(register.called_min[patient]):
            return "called already"
        if not at_min >= rules.starts_min(today + rules.notice_days) or at_min < self._motion.env.now:
            return "notice too short"
        if at_min >= rules.starts_min(today + rules.horizon_days):
            return "beyond the horizon"
        if refusal := self._clinics.refusal(patient, hospital):
            return refusal
        day, (_, code) = rules.day_of(at_min), register.list_of(patient)
        roster = register.rostered(hospital, code, day)
        if not roster[int((at_min - rules.starts_min(day)) // MINUTES_PER_HOUR)]:
            return "nobody on duty then"
        booked = register.booked_min(today, rules.horizon_days)[hospital, code, day - today]
        most = float(roster.sum()) * MINUTES_PER_HOUR * rules.most_booked_share
        return "" if booked + register.mean_min(patient) <= most + 1e-6 else "the day is full"

    def _rostered(self, today: int) -> IntArray:
        """Return the units on the rosters of the next days, shape (h, l, n_days, 24)."""
        register = self._register
        days = range(today, today + register.rules.horizon_days)
        n_hospitals, n_lists = len(register.facts.hospital_ids), len(register.facts.list_codes)
        table = [
            [[register.rostered(h, code, day) for day in days] for code in range(n_lists)] for h in range(n_hospitals)
        ]
        return np.array(table, dtype=np.int64)
