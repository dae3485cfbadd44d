"""Hold an integrated healthcare timetabling problem: who is admitted when, where and by whom operated and nursed.

The problem of the Integrated Healthcare Timetabling Competition 2024. Patients p are admitted on a day a_p between
release and due day, or, where optional, not at all; they are operated on that day in a theatre, and lie in one room to
the end of their stay. Every room with somebody in it has one nurse in each of three shifts a day. Decide a_p, room,
theatre and nurses so that

    no room holds both genders, a person it does not suit, or more people than beds,
    no surgeon and no theatre works longer than it may on a day, and every mandatory patient is admitted,

at the least sum of eight weighted costs: `COSTS` names them, `optimize.timetable.check` counts them.
"""

from dataclasses import dataclass

import numpy as np

from optimize.timetable.arrays import BoolArray, IntArray

SHIFTS = 3
"""Shifts of a day: early, late, night."""
COSTS = (
    "room_mixed_age",
    "room_nurse_skill",
    "continuity_of_care",
    "nurse_eccessive_workload",
    "open_operating_theater",
    "surgeon_transfer",
    "patient_delay",
    "unscheduled_optional",
)
"""Names of the costs, spelled as in the files of the competition."""


@dataclass(frozen=True, slots=True, eq=False)
class TimetableCase:
    """Hold n patients, o occupants (there on day 0, persons n to n + o - 1), and what there is to serve them.

    Persons q = n + o: `gender`, `age` (index of the group), `stay_days` (q,); `workload` and `skill` (q, 3 *
    longest stay) by shift since admission. Patients: `release`, `due` (the last day for optional ones), `minutes`,
    `surgeon`, `mandatory` (n,), `suits` (n, rooms). Occupants: `occupied_room` (o,). `beds` (rooms,); `theatre_min`
    (theatres, days), `surgeon_min` (surgeons, days); `nurse_skill` (nurses,), `most_load` (nurses, 3 * days), -1 where
    a nurse does not work. `weight` (8,) in the order of `COSTS`.
    """

    patient_ids: tuple[str, ...]
    occupant_ids: tuple[str, ...]
    room_ids: tuple[str, ...]
    theatre_ids: tuple[str, ...]
    surgeon_ids: tuple[str, ...]
    nurse_ids: tuple[str, ...]
    n_days: int
    n_ages: int
    n_skills: int
    weight: IntArray
    gender: IntArray
    age: IntArray
    stay_days: IntArray
    workload: IntArray
    skill: IntArray
    release: IntArray
    due: IntArray
    minutes: IntArray
    surgeon: IntArray
    mandatory: BoolArray
    suits: BoolArray
    occupied_room: IntArray
    beds: IntArray
    theatre_min: IntArray
    surgeon_min: IntArray
    nurse_skill: IntArray
    most_load: IntArray

    @property
    def n_patients(self) -> int:
        """Count the patients."""
        return len(self.patient_ids)


@dataclass(frozen=True, slots=True, eq=False)
class Timetable:
    """Hold a plan: `day`, `room`, `theatre` (n,), all -1 for who is not admitted; `nurse` (rooms, 3 * days).

    A nurse of a room in which nobody lies does not count.
    """

    day: IntArray
    room: IntArray
    theatre: IntArray
    nurse: IntArray

    def copy(self) -> "Timetable":
        """Return a plan that can be changed without changing this one."""
        return Timetable(*(np.array(part) for part in (self.day, self.room, self.theatre, self.nurse)))
