"""A hospital of two rooms, two theatres, two surgeons and three nurses for three days: costs can be counted by hand."""

from typing import Any

import numpy as np

from optimize.timetable.case import Timetable, TimetableCase

WEIGHTS = (5, 7, 11, 13, 17, 19, 23, 100)
"""Different weights, so that a cost says by itself what it counts."""
N_DAYS, N_SHIFTS = 3, 9


def numbers(*values: Any) -> Any:
    """Return whole numbers as an array."""
    return np.array(values, dtype=np.int64)


def ward(**changed: Any) -> TimetableCase:
    """Return the case: patients p0 (mandatory), p1, p2 (of the other gender), and occupant o0 in room r0 on day 0."""
    fields: dict[str, Any] = {
        "patient_ids": ("p0", "p1", "p2"),
        "occupant_ids": ("o0",),
        "room_ids": ("r0", "r1"),
        "theatre_ids": ("t0", "t1"),
        "surgeon_ids": ("s0", "s1"),
        "nurse_ids": ("n0", "n1", "n2"),
        "n_days": N_DAYS,
        "n_ages": 3,
        "n_skills": 3,
        "weight": numbers(*WEIGHTS),
        "gender": numbers(0, 0, 1, 0),
        "age": numbers(0, 2, 1, 1),
        "stay_days": numbers(2, 2, 1, 1),
        "workload": np.array([[1] * 6, [2] * 6, [3] * 3 + [0] * 3, [4] * 3 + [0] * 3]),
        "skill": np.array([[0] * 6, [1] * 6, [2] * 3 + [0] * 3, [0] * 6]),
        "release": numbers(0, 0, 1),
        "due": numbers(1, 2, 2),
        "minutes": numbers(60, 60, 60),
        "surgeon": numbers(0, 0, 1),
        "mandatory": np.array([True, False, False]),
        "suits": np.array([[True, True], [True, True], [False, True]]),
        "occupied_room": numbers(0),
        "beds": numbers(2, 2),
        "theatre_min": np.full((2, N_DAYS), 120),
        "surgeon_min": np.full((2, N_DAYS), 120),
        "nurse_skill": numbers(2, 1, 0),
        "most_load": np.array([[9] * N_SHIFTS, [9] * N_SHIFTS, [0] * N_SHIFTS]),
    }
    return TimetableCase(**{**fields, **changed})


def plan(
    day: tuple[int, ...] = (0, -1, -1),
    room: tuple[int, ...] = (1, -1, -1),
    theatre: tuple[int, ...] = (0, -1, -1),
    nurse: Any = 0,
) -> Timetable:
    """Return a plan; by default only p0 is admitted, on day 0 to room r1, and n0 nurses everybody."""
    nurses = np.full((2, N_SHIFTS), 0, dtype=np.int64)
    nurses[:] = nurse
    return Timetable(numbers(*day), numbers(*room), numbers(*theatre), nurses)


def random_case(seed: int) -> TimetableCase:
    """Return a small case drawn at random in which something can be planned; for properties, not for figures."""
    random = np.random.default_rng(seed)
    n, o, rooms, theatres, surgeons, nurses, days = 14, 3, 4, 2, 3, 6, 6
    stay, shifts = random.integers(1, 5, n + o), 3 * days
    works = random.random((nurses, shifts)) < 0.6
    works[0, :] = True
    release = random.integers(0, days, n)
    mandatory = random.random(n) < 0.4
    suits = random.random((n, rooms)) < 0.8
    suits[:, 0] = True
    return TimetableCase(
        patient_ids=tuple(f"p{i}" for i in range(n)),
        occupant_ids=tuple(f"o{i}" for i in range(o)),
        room_ids=tuple(f"r{i}" for i in range(rooms)),
        theatre_ids=tuple(f"t{i}" for i in range(theatres)),
        surgeon_ids=tuple(f"s{i}" for i in range(surgeons)),
        nurse_ids=tuple(f"n{i}" for i in range(nurses)),
        n_days=days,
        n_ages=4,
        n_skills=3,
        weight=random.integers(1, 30, 8),
        gender=np.concatenate([random.integers(0, 2, n), [0, 1, 0]]),
        age=random.integers(0, 4, n + o),
        stay_days=stay,
        workload=random.integers(0, 4, (n + o, 12)),
        skill=random.integers(0, 3, (n + o, 12)),
        release=release,
        due=np.where(mandatory, np.minimum(release + 3, days - 1), days - 1),
        minutes=random.integers(30, 120, n),
        surgeon=random.integers(0, surgeons, n),
        mandatory=mandatory,
        suits=suits,
        occupied_room=numbers(0, 1, 0),
        beds=random.integers(2, 4, rooms),
        theatre_min=random.integers(0, 3, (theatres, days)) * 120,
        surgeon_min=random.integers(1, 3, (surgeons, days)) * 120,
        nurse_skill=random.integers(0, 3, nurses),
        most_load=np.where(works, random.integers(2, 9, (nurses, shifts)), -1),
    )
