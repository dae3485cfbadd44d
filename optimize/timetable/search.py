"""Set up the compiled state of a case, and read plans out of it."""

import numpy as np

from optimize.timetable.arrays import IntArray
from optimize.timetable.case import SHIFTS, Timetable, TimetableCase
from optimize.timetable.kernel import Problem, State, admit, stay_change

MANDATORY_FACTOR = 20
"""A mandatory patient who is left out costs so many times the weight of an optional one, until all are admitted."""


def problem_of(case: TimetableCase) -> Problem:
    """Return a case as arrays for the search."""
    n_shifts = SHIFTS * case.n_days
    on_duty = np.zeros((n_shifts, len(case.nurse_ids)), dtype=np.int64)
    n_on_duty = (case.most_load >= 0).sum(axis=0)
    for shift in range(n_shifts):
        on_duty[shift, : n_on_duty[shift]] = np.flatnonzero(case.most_load[:, shift] >= 0)
    optional = int(case.weight[-1])
    left_out = np.where(case.mandatory, MANDATORY_FACTOR * max(optional, 100), optional)
    return Problem(
        case.n_days,
        case.weight,
        case.gender,
        case.age,
        case.stay_days,
        case.workload,
        case.skill,
        case.release,
        case.due,
        case.minutes,
        case.surgeon,
        left_out,
        case.suits,
        case.beds,
        case.theatre_min,
        case.surgeon_min,
        case.nurse_skill,
        case.most_load,
        on_duty,
        n_on_duty,
    )


def empty_state(case: TimetableCase, problem: Problem, nurse: IntArray) -> tuple[State, int]:
    """Return the state with occupants only, for given nurses (rooms, shifts), and its cost."""
    q, rooms, days, nurses = len(case.gender), len(case.room_ids), case.n_days, len(case.nurse_ids)
    shifts, theatres, surgeons = SHIFTS * days, len(case.theatre_ids), len(case.surgeon_ids)

    def zeros(*shape: int) -> IntArray:
        return np.zeros(shape, dtype=np.int64)

    day, room, theatre = (np.full(q, -1, dtype=np.int64) for _ in range(3))
    most = max(int(case.beds.max()), len(case.occupant_ids)) + 2
    state = State(
        day,
        room,
        theatre,
        nurse.copy(),
        zeros(rooms, days),
        zeros(rooms, days, most),
        zeros(rooms, days, 2),
        zeros(rooms, days, case.n_ages),
        zeros(rooms, shifts),
        zeros(rooms, shifts, case.n_skills),
        zeros(nurses, shifts),
        zeros(q, nurses),
        zeros(surgeons, days),
        zeros(theatres, days),
        zeros(theatres, days),
        zeros(surgeons, theatres, days),
    )
    cost = int(problem.left_out.sum())
    for o, room in enumerate(case.occupied_room.tolist()):
        person = case.n_patients + o
        cost += stay_change(problem, state, person, 0, room, 1)
        state.day[person], state.room[person] = 0, room
    return state, cost


def state_of(case: TimetableCase, problem: Problem, plan: Timetable) -> tuple[State, int]:
    """Return the state of a plan that breaks no rule but leaving out mandatory patients, and its cost."""
    state, cost = empty_state(case, problem, plan.nurse)
    for p in np.flatnonzero(plan.day >= 0).tolist():
        cost += admit(problem, state, p, plan.day[p], plan.room[p], plan.theatre[p])
    return state, cost


def first_nurses(case: TimetableCase, problem: Problem, random: np.random.Generator) -> IntArray:
    """Return a random nurse on duty for every room and shift."""
    pick = random.random((len(case.room_ids), SHIFTS * case.n_days))
    which = (pick * problem.n_on_duty).astype(np.int64)
    nurses: IntArray = problem.on_duty[np.arange(pick.shape[1]), which]
    return nurses
