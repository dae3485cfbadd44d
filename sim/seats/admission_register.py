"""Keep the register of all waiting lists: who was referred, is called, came or was cancelled, and what is expected."""

import numpy as np

from sim.listing import NONE, Listed
from sim.motion import Motion
from sim.nursing import age_groups, kinds_apart
from sim.units import HOURS_PER_WEEK, MINUTES_PER_DAY, MINUTES_PER_HOUR, BoolArray, FloatArray, IntArray

HOURS_PER_DAY = 24


class Register:
    """Know all who are on lists, in columns over the whole cohort, and the pools that they come for."""

    def __init__(self, motion: Motion) -> None:
        self._motion = motion
        self.rules = motion.scenario.lists
        self.listed = Listed.of(motion.layout)
        self.facts = self.listed.facts
        cohort = motion.cohort
        assert cohort.referred_min is not None
        self.group = self.listed.groups_of(motion.scenario, cohort)
        self.referred_min, self.hospital = cohort.referred_min, cohort.hospital.copy()
        rows = np.flatnonzero(self.group != NONE)
        self._rows = rows[np.argsort(self.referred_min[rows], kind="stable")]
        self.called_min = np.full(cohort.n_patients, np.nan)
        self.n_cancelled = np.zeros(cohort.n_patients, dtype=np.int64)
        self.came: BoolArray = np.zeros(cohort.n_patients, dtype=np.bool_)
        self.marks: FloatArray = np.frombuffer(motion.log.marks).reshape(cohort.n_patients, -1)
        self.kind = kinds_apart(motion.scenario, self.rules.wards, cohort)
        self.age_group = age_groups(motion.scenario, self.rules.wards, cohort)
        self._hourly = self._rosters()
        self._first_hour = int(self.rules.midnight_min // MINUTES_PER_HOUR)

    def waiting(self) -> IntArray:
        """Return the patients who were referred and have not come, in the order of their referrals."""
        referred = self._rows[: np.searchsorted(self.referred_min[self._rows], self._motion.env.now, side="right")]
        return referred[~self.came[referred]]

    def list_of(self, patient: int) -> tuple[int, int]:
        """Return hospital and list of a patient; who is called elsewhere counts there."""
        return int(self.hospital[patient]), int(self.facts.list_of[self.group[patient]])

    def call(self, patient: int, hospital: int, at_min: float) -> None:
        """Note that a patient is called to a hospital for a moment."""
        self.called_min[patient], self.hospital[patient] = at_min, hospital

    def take_back(self, patient: int) -> None:
        """Put a patient, whose case is cancelled, back on the list of the own hospital."""
        self.n_cancelled[patient] += 1
        self.called_min[patient], self.hospital[patient] = np.nan, self._motion.cohort.hospital[patient]

    def mean_min(self, patient: int) -> float:
        """Return the minutes that are expected of a patient's case."""
        return float(self.facts.mean_min[self.group[patient]])

    def unit_pool(self, patient: int) -> int:
        """Return the pool that a patient is listed for."""
        hospital, code = self.list_of(patient)
        return self._motion.pool_number[hospital, self.facts.list_codes[code]]

    def place_pool(self, patient: int) -> int | None:
        """Return the pool of the place that must be free when a patient comes, None where there is none."""
        place = int(self.facts.place_of[self.group[patient]])
        if place == NONE:
            return None
        return self._motion.pool_number[int(self.hospital[patient]), self.facts.place_codes[place]]

    def rostered(self, hospital: int, code: int, day: int) -> IntArray:
        """Return the units on the roster of a list in each hour of a day, shape (24,)."""
        hours = self._first_hour + day * HOURS_PER_DAY + np.arange(HOURS_PER_DAY)
        found: IntArray = self._hourly[hospital, code, hours % HOURS_PER_WEEK]
        return found

    def booked_min(self, today: int, n_days: int) -> FloatArray:
        """Return the expected minutes of all called, by hospital, list and day from today on, (h, l, n_days)."""
        booked = np.zeros((*self._hourly.shape[:2], n_days))
        patients = self.waiting()
        patients = patients[~np.isnan(self.called_min[patients])]
        day = ((self.called_min[patients] - self.rules.midnight_min) // MINUTES_PER_DAY).astype(np.int64) - today
        group, inside = self.group[patients], (day >= 0) & (day < n_days)
        where = self.hospital[patients][inside], self.facts.list_of[group][inside], day[inside]
        np.add.at(booked, where, self.facts.mean_min[group][inside])
        return booked

    def _rosters(self) -> IntArray:
        """Return the weekly rosters of what lists are for, shape (h, l, 168); 0 where a hospital has no such pool."""
        hospitals, codes = self._motion.scenario.city.hospitals, self.facts.list_codes
        hourly = np.zeros((len(hospitals), len(codes), HOURS_PER_WEEK), dtype=np.int64)
        for h, hospital in enumerate(hospitals):
            for code, name in enumerate(codes):
                pool = hospital.pool(name)
                if pool:
                    hourly[h, code] = pool.hourly
        return hourly
