"""Set up the compiled state of a case, and read plans out of it."""

import numpy as np

from optimize.timetable.anneal import Kept, enter
from optimize.timetable.arrays import Counts, IntArray
from optimize.timetable.case import SHIFTS, Timetable, TimetableCase
from optimize.timetable.check import check
from optimize.timetable.slots import MOST_DAYS
from optimize.timetable.tables import Problem, State

MANDATORY_FACTOR = 20
"""A mandatory patient who is left out costs so many times the weight of an optional one, until all are admitted."""


def problem_of(case: TimetableCase) -> Problem:
    """Return a case as arrays for the search.

    Raises:
        ValueError: if the case is too long for sets of days.
    """
    if case.n_days > MOST_DAYS:
        raise ValueError(f"n_days is {case.n_days}; plan at most {MOST_DAYS} days at once")
    n_shifts = SHIFTS * case.n_days
    on_duty = np.zeros((n_shifts, len(case.nurse_ids)), dtype=np.int32)
    n_on_duty = (case.most_load >= 0).sum(axis=0)
    for shift in range(n_shifts):
        on_duty[shift, : n_on_duty[shift]] = np.flatnonzero(case.most_load[:, shift] >= 0)
    return Problem(
        n_days=case.n_days,
        weight=_narrow(case.weight),
        gender=_narrow(case.gender),
        age=_narrow(case.age),
        stay=_narrow(case.stay_days),
        workload=_narrow(case.workload),
        skill=_narrow(case.skill),
        release=_narrow(case.release),
        due=_narrow(case.due),
        minutes=_narrow(case.minutes),
        surgeon=_narrow(case.surgeon),
        left_out=_narrow(left_out_costs(case)),
        suits=np.ascontiguousarray(case.suits),
        beds=_narrow(case.beds),
        theatre_min=_narrow(case.theatre_min),
        surgeon_min=_narrow(case.surgeon_min),
        nurse_skill=_narrow(case.nurse_skill),
        most_load=_narrow(case.most_load),
        on_duty=on_duty,
        n_on_duty=_narrow(n_on_duty),
        window=(2 << case.due.astype(np.int64)) - (1 << case.release.astype(np.int64)),
        stay_bits=(1 << np.minimum(case.stay_days, MOST_DAYS).astype(np.int64)) - 1,
    )


def left_out_costs(case: TimetableCase) -> IntArray:
    """Return what leaving out each patient costs in the search, (n,): mandatory ones much."""
    optional = int(case.weight[-1])
    costs: IntArray = np.where(case.mandatory, MANDATORY_FACTOR * max(optional, 100), optional).astype(np.int64)
    return costs


def _narrow(numbers: IntArray) -> Counts:
    return np.ascontiguousarray(numbers, dtype=np.int32)


def _zeros(*shape: int) -> Counts:
    return np.zeros(shape, dtype=np.int32)


def state_of(case: TimetableCase, problem: Problem, plan: Timetable) -> State:
    """Return the state of a plan that breaks no rule but leaving out mandatory patients."""
    q, rooms, days, nurses = len(case.gender), len(case.room_ids), case.n_days, len(case.nurse_ids)
    shifts, theatres, surgeons = SHIFTS * days, len(case.theatre_ids), len(case.surgeon_ids)
    day, room, theatre = (np.full(q, -1, dtype=np.int32) for _ in range(3))
    most = max(int(case.beds.max()), len(case.occupant_ids)) + 2
    state = State(
        day=day,
        room=room,
        theatre=theatre,
        nurse=_narrow(plan.nurse).copy(),
        n_in=_zeros(rooms, days),
        people=_zeros(rooms, days, most),
        n_gender=_zeros(rooms, days, 2),
        n_age=_zeros(rooms, days, case.n_ages),
        room_load=_zeros(rooms, shifts),
        n_skill=_zeros(rooms, shifts, case.n_skills),
        spare=_narrow(case.most_load).copy(),
        seen=_zeros(q, nurses),
        surgeon_used=_zeros(surgeons, days),
        theatre_used=_zeros(theatres, days),
        n_cases=_zeros(theatres, days),
        n_of_surgeon=_zeros(surgeons, theatres, days),
        blocked=np.repeat(np.where(case.beds > 0, 0, (1 << days) - 1)[:, None], 2, axis=1),
        alone=np.zeros(rooms, dtype=np.int64),
        mark=_zeros(nurses + 1),
        moved=_zeros(64, 4),
    )
    for o, place in enumerate(case.occupied_room.tolist()):
        enter(problem, state, case.n_patients + o, 0, place, -1)
    for p in np.flatnonzero(plan.day >= 0).tolist():
        enter(problem, state, p, int(plan.day[p]), int(plan.room[p]), int(plan.theatre[p]))
    return state


def cost_of(case: TimetableCase, plan: Timetable) -> int:
    """Return what the search minimizes: the cost, and much for every mandatory patient who is left out."""
    missing = (plan.day < 0) & case.mandatory
    return check(case, plan).cost + int(left_out_costs(case)[missing].sum())


def empty_plan(case: TimetableCase, problem: Problem, random: np.random.Generator) -> Timetable:
    """Return a plan that admits nobody, with a random nurse on duty for every room and shift."""
    pick = random.random((len(case.room_ids), SHIFTS * case.n_days))
    which = (pick * problem.n_on_duty).astype(np.int64)
    nurse = problem.on_duty[np.arange(pick.shape[1]), which].astype(np.int64)
    nobody = np.full(case.n_patients, -1, dtype=np.int64)
    return Timetable(nobody, nobody.copy(), nobody.copy(), nurse)


def kept_of(state: State) -> Kept:
    """Return a copy of the plan that a state holds, to be overwritten by better ones."""
    return state.day.copy(), state.room.copy(), state.theatre.copy(), state.nurse.copy()


def plan_of(case: TimetableCase, kept: Kept) -> Timetable:
    """Return what the search keeps as a plan."""
    n = case.n_patients
    day, room, theatre, nurse = (part.astype(np.int64) for part in kept)
    return Timetable(day[:n], room[:n], theatre[:n], nurse)
