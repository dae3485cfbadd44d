"""Look at the coming days of one waiting list: who may come, when, and to which rooms; book what a plan says."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optimize.timetable.case import Timetable
from policies.admission.largest_priority import by_priority
from policies.admission.sessions import Book, Session
from policies.admission.week_rooms import NO_PLACE, Room, rooms_of
from sim.contract import AdmissionView
from sim.units import MINUTES_PER_DAY, BoolArray, FloatArray, IntArray

BEDS_PER_ROOM = 4
"""Where nothing is said of rooms."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Say who is looked at, and how full sessions are planned.

    Those of the largest priority are looked at until their cases would fill all sessions `candidates` times. A session
    is planned up to `filled_share` of its minutes. Who is due within the days shown, or `ahead_days` after them, must
    come.
    """

    candidates: float
    filled_share: float
    ahead_days: float


@dataclass(frozen=True, eq=False)
class Week:
    """Hold one list of one hospital, who is booked already, and the beds `free` there on each day, (k, n_days)."""

    book: Book
    hospital: int
    code: int
    free: FloatArray
    limits: Limits

    @property
    def view(self) -> AdmissionView:
        """Return what is seen."""
        return self.book.view

    @property
    def n_days(self) -> int:
        """Count the days shown, today included."""
        return int(self.free.shape[1])

    @cached_property
    def sessions(self) -> list[Session]:
        """Return the sessions that may be booked, first day first."""
        return self.book.of(self.hospital, self.code)

    @cached_property
    def minutes(self) -> IntArray:
        """Return the minutes that may be planned in each unit on each day, (units, n_days)."""
        found = np.zeros((max((one.unit for one in self.sessions), default=-1) + 1, self.n_days))
        for one in self.sessions:
            found[one.unit, one.day] = max(one.left_min, 0.0)
        room_min = self.book.room_min[self.hospital, self.code]
        share = np.minimum(1.0, room_min / np.maximum(found.sum(axis=0), 1e-9))
        whole: IntArray = np.floor(found * share * self.limits.filled_share + 1e-6).astype(np.int64)
        return whole

    @cached_property
    def rooms(self) -> list[Room]:
        """Return the rooms of all places that patients of the list need first, and one for who needs none."""
        facts, first = self.view.facts, self.view.facts.notice_days
        beds_per_room = facts.wards.beds_per_room if facts.wards else BEDS_PER_ROOM
        found = []
        for place in sorted(set(facts.place_of[facts.list_of == self.code].tolist())):
            if place == NO_PLACE:
                found.append(Room(NO_PLACE, "no bed", max(len(self.view.patient), 1)))
                continue
            free = self.free[place].copy()
            free[:first] = free[first]  # nobody can come sooner
            found += rooms_of(place, facts.place_codes[place], free, beds_per_room)
        return found

    @cached_property
    def case_min(self) -> IntArray:
        """Return the minutes that are planned for a case of each group, (g,)."""
        whole: IntArray = np.ceil(self.view.facts.mean_min - 1e-6).astype(np.int64)
        return whole

    @cached_property
    def rows(self) -> IntArray:
        """Return who is looked at, rows of the view, those of the largest priority first."""
        view, facts = self.view, self.view.facts
        mine = view.uncalled & (view.hospital == self.hospital) & (facts.list_of[view.group] == self.code)
        has_room = np.isin(facts.place_of[view.group], [room.place for room in self.rooms])
        fits = self.case_min[view.group] <= self.minutes.max(initial=0)
        rows = by_priority(view, np.flatnonzero(mine & has_room & fits))
        minutes = self.case_min[view.group[rows]]
        looked_at: IntArray = rows[np.cumsum(minutes) - minutes < self.limits.candidates * self.minutes.sum()]
        return looked_at

    @cached_property
    def must(self) -> BoolArray:
        """Mark who is due soon, as long as sessions could take them all, shape of `rows`."""
        due = self.view.due_min[self.rows] < self.view.moment_min(self.n_days, self.limits.ahead_days * MINUTES_PER_DAY)
        minutes = np.cumsum(np.where(due, self.case_min[self.view.group[self.rows]], 0))
        found: BoolArray = due & (minutes <= self.minutes.sum())
        return found

    @cached_property
    def last_day(self) -> IntArray:
        """Return the last day for each of `rows`: the due day of who must come and is not overdue, else the last one.

        Who is due before the first session counts as overdue.
        """
        view, last = self.view, self.n_days - 1
        day = np.floor((view.due_min[self.rows] - view.moment_min(0, 0.0)) / MINUTES_PER_DAY).astype(np.int64)
        first = int(np.flatnonzero(self.minutes.sum(axis=0))[0])
        return np.where(self.must & (day >= first), np.minimum(day, last), last)

    def book_plan(self, plan: Timetable, free: FloatArray) -> None:
        """Call the patients of a plan, in a session those of the least deviation first; take their beds from `free`.

        Patient i of the plan is `rows[i]`, theatre t is unit t of the list; `free` is (k, n_days).
        """
        facts, view = self.view.facts, self.view
        sessions = {(one.unit, one.day): one for one in self.sessions}
        deviation, due_min = facts.sd_min[view.group[self.rows]], view.due_min[self.rows]
        for i in np.lexsort((self.rows, due_min, deviation)).tolist():
            row, day = int(self.rows[i]), int(plan.day[i])
            if day >= 0 and self.book.fits(row, sessions[int(plan.theatre[i]), day]):
                self.book.call(row, sessions[int(plan.theatre[i]), day])
                free[:, day:] -= facts.stay[view.group[row]][:, : self.n_days - day]
