"""State the coming days of one waiting list as a problem of admissions, theatres, rooms and nurses."""

import numpy as np

from optimize.timetable.case import SHIFTS, TimetableCase
from policies.admission.week import Week
from policies.admission.week_rooms import LOAD_UNITS, NO_PLACE, posts_of, skill_of
from sim.units import IntArray

ANYBODY = ("anybody",)
"""Surgeons are not told apart."""


def week_case(week: Week, weight: IntArray) -> TimetableCase:
    """Return the problem; patient i is `week.rows[i]`, theatre t is unit t of the list.

    A bed that is not free from the first day on has an occupant who needs nothing. `weight` (8,) is in the order of
    the costs of `optimize.timetable`.
    """
    view, facts, rows, rooms = week.view, week.view.facts, week.rows, week.rooms
    n, group, theatres = len(rows), view.group[rows], week.minutes
    taken = [(r, room.from_day) for r, room in enumerate(rooms) if room.from_day]
    posts = posts_of(view, week.hospital, week.free)
    stays = np.concatenate([stay_days(week), [days for _, days in taken]]).astype(np.int64)
    workload, skill = _needs(week, int(stays.max(initial=1)), len(taken))
    age = _persons(week, view.age_group, len(taken))
    return TimetableCase(
        patient_ids=tuple(name(week, row) for row in rows.tolist()),
        occupant_ids=tuple(f"taken bed {i + 1}" for i in range(len(taken))),
        room_ids=tuple(room.name for room in rooms),
        theatre_ids=tuple(f"{facts.list_codes[week.code]} {t + 1}" for t in range(len(theatres))),
        surgeon_ids=ANYBODY,
        nurse_ids=posts.names,
        n_days=week.n_days,
        n_ages=int(age.max(initial=0)) + 1,
        n_skills=int(posts.skill.max(initial=0)) + 1,
        weight=weight,
        gender=_persons(week, view.kind, len(taken)),
        age=age,
        stay_days=stays,
        workload=workload,
        skill=skill,
        release=np.full(n, facts.notice_days, dtype=np.int64),
        due=week.last_day,
        minutes=week.case_min[group],
        surgeon=np.zeros(n, dtype=np.int64),
        mandatory=week.must,
        suits=facts.place_of[group][:, None] == np.array([room.place for room in rooms]),
        occupied_room=np.array([r for r, _ in taken], dtype=np.int64),
        beds=np.array([room.beds for room in rooms], dtype=np.int64),
        theatre_min=theatres,
        surgeon_min=theatres.sum(axis=0, keepdims=True),
        nurse_skill=posts.skill,
        most_load=posts.most_load,
    )


def stay_days(week: Week) -> IntArray:
    """Return the whole days for which each patient is expected to hold the place needed first, (n,), at least one.

    Of a stay only that part counts that lies within the days shown of who comes as soon as possible: few long stays
    make the mean of all, and hold nothing more in these days than others do.
    """
    facts, group = week.view.facts, week.view.group[week.rows]
    place = facts.place_of[group]
    within = facts.stay[:, :, : week.n_days - facts.notice_days].sum(axis=2)
    days = np.where(place == NO_PLACE, 1.0, within[group, np.maximum(place, 0)])
    whole: IntArray = np.clip(np.round(days), 1, week.n_days).astype(np.int64)
    return whole


def name(week: Week, row: int) -> str:
    """Name a patient, a row of the view, as planners would."""
    facts = week.view.facts
    return f"{week.view.patient[row]} ({facts.groups[week.view.group[row]]} at {facts.hospital_ids[week.hospital]})"


def _persons(week: Week, known: IntArray | None, n_taken: int) -> IntArray:
    """Return a property of all persons, 0 where it is not known and for those who stand for taken beds."""
    own = np.zeros(len(week.rows), dtype=np.int64) if known is None else known[week.rows]
    return np.concatenate([own, np.zeros(n_taken, dtype=np.int64)])


def _needs(week: Week, longest: int, n_taken: int) -> tuple[IntArray, IntArray]:
    """Return workload and skill of all persons by shift since admission, (q, 3 * longest); taken beds need nothing."""
    facts, place = week.view.facts, week.view.facts.place_of[week.view.group[week.rows]]
    loads = facts.wards.load_by_day if facts.wards else np.ones(1)
    by_shift = np.repeat(loads[np.minimum(np.arange(longest), len(loads) - 1)], SHIFTS)
    skill = np.where(place == NO_PLACE, 0, skill_of(week.view)[np.maximum(place, 0)])
    needs = np.zeros((2, len(place) + n_taken, SHIFTS * longest), dtype=np.int64)
    needs[0, : len(place)] = np.round(LOAD_UNITS * by_shift) * (place != NO_PLACE)[:, None]
    needs[1, : len(place)] = skill[:, None]
    return needs[0], needs[1]
