"""Try moves of patients: each returns the change of the cost, 0 when it was refused and nothing changed."""

from optimize.timetable.arrays import IntArray, Word
from optimize.timetable.chance import below
from optimize.timetable.jit import apart, inner
from optimize.timetable.slots import any_of, bed_free, open_days, surgeon_fits
from optimize.timetable.stays import admission_cost, admit, best_theatre, leave_out, stay_cost, theatre_cost
from optimize.timetable.tables import DELAY, Problem, State

PARTNERS = 6
"""Random patients looked at before a pair is given up that could change places."""


@inner
def settled(
    problem: Problem, state: State, person: int, day: int, room: int, random: Word, limit: float
) -> tuple[int, int]:
    """Return the cheapest theatre for an admission to a free bed, and what it changes; -1 beyond the limit."""
    theatre, cost = best_theatre(problem, state, person, day, below(random, state.n_cases.shape[0]))
    cost += problem.weight[DELAY] * (day - problem.release[person]) - problem.left_out[person]
    if theatre < 0 or cost > limit:
        return -1, 0
    cost += stay_cost(problem, state, person, day, room)
    return (theatre, cost) if cost <= limit else (-1, 0)


@apart
def move_patient(problem: Problem, state: State, pool: IntArray, random: Word, limit: float) -> int:
    """Try another day, another room or both for a patient, or to admit one who is left out."""
    person = pool[below(random, pool.shape[0])]
    day, room, theatre = state.day[person], state.room[person], state.theatre[person]
    kind = below(random, 3) if day >= 0 else 2
    to_room = below(random, problem.beds.shape[0]) if kind != 0 else room
    days = open_days(problem, state, person, to_room, -1)
    if kind == 1:
        days &= 1 << day
    if to_room == room:
        days &= ~(1 << day)
    if days == 0:
        return 0
    to_day = any_of(days, random)
    if not surgeon_fits(problem, state, person, to_day, -1):
        return 0
    change = 0
    if day >= 0:
        leave_out(problem, state, person)
        change = -admission_cost(problem, state, person, day, room, theatre)
    to_theatre, cost = settled(problem, state, person, to_day, to_room, random, limit - change)
    if to_theatre >= 0:
        admit(problem, state, person, to_day, to_room, to_theatre)
        return change + cost
    if day >= 0:
        admit(problem, state, person, day, room, theatre)
    return 0


@apart
def drop_patient(problem: Problem, state: State, pool: IntArray, random: Word, limit: float) -> int:
    """Try to leave out an admitted patient."""
    person = pool[below(random, pool.shape[0])]
    day, room, theatre = state.day[person], state.room[person], state.theatre[person]
    if day < 0 or problem.left_out[person] > limit + 9000:
        return 0
    leave_out(problem, state, person)
    change = -admission_cost(problem, state, person, day, room, theatre)
    if change <= limit:
        return change
    admit(problem, state, person, day, room, theatre)
    return 0


@apart
def move_theatre(problem: Problem, state: State, pool: IntArray, random: Word, limit: float) -> int:
    """Try another theatre for an operation."""
    person = pool[below(random, pool.shape[0])]
    day, theatre, surgeon = state.day[person], state.theatre[person], problem.surgeon[person]
    to, minutes = below(random, state.n_cases.shape[0]), problem.minutes[person]
    if day < 0 or to == theatre or state.theatre_used[to, day] + minutes > problem.theatre_min[to, day]:
        return 0
    state.n_cases[theatre, day] -= 1
    state.n_of_surgeon[surgeon, theatre, day] -= 1
    change = theatre_cost(problem, state, surgeon, to, day) - theatre_cost(problem, state, surgeon, theatre, day)
    goal = to if change <= limit else theatre
    state.n_cases[goal, day] += 1
    state.n_of_surgeon[surgeon, goal, day] += 1
    if change > limit:
        return 0
    state.theatre_used[theatre, day] -= minutes
    state.theatre_used[to, day] += minutes
    state.theatre[person] = to
    return change


@inner
def place_of_other(problem: Problem, state: State, person: int, other: int, kind: int, random: Word) -> tuple[int, int]:
    """Return the day and the room that a patient gets in an exchange with another; day -1 when it cannot be.

    Kinds: 0 the other's room on the own day, 1 the other's day in the own room, 2 the other's room, on his day or any.
    """
    to_day = state.day[person] if kind == 0 else state.day[other]
    to_room = state.room[person] if kind == 1 else state.room[other]
    days = open_days(problem, state, person, to_room, other)
    if days == 0:
        return -1, -1
    if kind == 2 and below(random, 2) == 0:
        to_day = any_of(days, random)
    if (days >> to_day) & 1 == 0 or not surgeon_fits(problem, state, person, to_day, other):
        return -1, -1
    return to_day, to_room


@inner
def partners(problem: Problem, state: State, pool: IntArray, random: Word) -> tuple[int, int, int, int, int, int]:
    """Return two patients who could change places, and the places they get: day and room of either.

    The first is admitted; the second may be left out, and then the first is to be (day -1). Who finds nobody gets -1.
    """
    one = pool[below(random, pool.shape[0])]
    for _ in range(PARTNERS):
        other = pool[below(random, pool.shape[0])]
        if state.day[one] < 0:
            one, other = other, one
        if one == other or state.day[one] < 0:
            continue
        out = state.day[other] < 0
        kind = 2 if out else below(random, 3)
        if out and problem.left_out[one] > problem.left_out[other]:
            continue
        day2, room2 = place_of_other(problem, state, other, one, kind, random)
        if day2 < 0:
            continue
        if out:
            return one, other, -1, -1, day2, room2
        day, room = place_of_other(problem, state, one, other, kind, random)
        if day >= 0:
            return one, other, day, room, day2, room2
    return -1, -1, -1, -1, -1, -1


@apart
def exchange_patients(problem: Problem, state: State, pool: IntArray, random: Word, limit: float) -> int:
    """Try to let two patients change days, rooms or both; one of them may be left out, and then the other is."""
    one, other, to_day, to_room, to_day2, to_room2 = partners(problem, state, pool, random)
    if one < 0:
        return 0
    day, room, theatre = state.day[one], state.room[one], state.theatre[one]
    day2, room2, theatre2 = state.day[other], state.room[other], state.theatre[other]
    leave_out(problem, state, one)
    change = -admission_cost(problem, state, one, day, room, theatre)
    if day2 >= 0:
        leave_out(problem, state, other)
        change -= admission_cost(problem, state, other, day2, room2, theatre2)
    most = limit - change + (problem.left_out[one] if day2 >= 0 else 0)
    at, cost = settled(problem, state, other, to_day2, to_room2, random, most)
    if at >= 0:
        admit(problem, state, other, to_day2, to_room2, at)
        change += cost
        if day2 < 0:
            return change
        if surgeon_fits(problem, state, one, to_day, -1) and bed_free(problem, state, one, to_day, to_room):
            at, cost = settled(problem, state, one, to_day, to_room, random, limit - change)
            if at >= 0:
                admit(problem, state, one, to_day, to_room, at)
                return change + cost
        leave_out(problem, state, other)
    admit(problem, state, one, day, room, theatre)
    if day2 >= 0:
        admit(problem, state, other, day2, room2, theatre2)
    return 0
