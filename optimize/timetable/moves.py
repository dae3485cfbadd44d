"""Try moves of patients: each returns the change of the cost, 0 when it was refused and nothing changed."""

from optimize.timetable.arrays import IntArray, Word
from optimize.timetable.chance import below
from optimize.timetable.jit import apart, inner
from optimize.timetable.stays import (
    admission_cost,
    admit,
    bed_free,
    best_theatre,
    leave_out,
    stay_cost,
    surgeon_free,
    theatre_cost,
)
from optimize.timetable.tables import DELAY, Problem, State


@inner
def may(problem: Problem, person: int, day: int, room: int) -> bool:
    """Say whether a patient may be admitted on a day to a room, whoever else is there."""
    return bool(problem.suits[person, room] and problem.release[person] <= day <= problem.due[person])


@inner
def any_day(problem: Problem, person: int, random: Word) -> int:
    """Return a random day on which a patient may be admitted."""
    return int(problem.release[person] + below(random, problem.due[person] - problem.release[person] + 1))


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
    to_day = any_day(problem, person, random) if kind != 1 else day
    to_room = below(random, problem.beds.shape[0]) if kind != 0 else room
    if to_day == day and to_room == room:
        return 0
    if to_day != day and not surgeon_free(problem, state, person, to_day):
        return 0
    if not bed_free(problem, state, person, to_day, to_room):
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


@apart
def exchange_patients(problem: Problem, state: State, pool: IntArray, random: Word, limit: float) -> int:
    """Try to let two patients change days, rooms or both; one of them may be left out, and then the other is."""
    one, other = pool[below(random, pool.shape[0])], pool[below(random, pool.shape[0])]
    if state.day[one] < 0:
        one, other = other, one
    day, room, theatre = state.day[one], state.room[one], state.theatre[one]
    day2, room2, theatre2 = state.day[other], state.room[other], state.theatre[other]
    if one == other or day < 0:
        return 0
    kind = below(random, 3) if day2 >= 0 else 2
    to_day, to_day2 = (day, day2) if kind == 0 else (day2, day)
    to_room, to_room2 = (room, room2) if kind == 1 else (room2, room)
    if not may(problem, other, to_day2, to_room2) or (day2 >= 0 and not may(problem, one, to_day, to_room)):
        return 0
    leave_out(problem, state, one)
    change = -admission_cost(problem, state, one, day, room, theatre)
    if day2 >= 0:
        leave_out(problem, state, other)
        change -= admission_cost(problem, state, other, day2, room2, theatre2)
    if surgeon_free(problem, state, other, to_day2) and bed_free(problem, state, other, to_day2, to_room2):
        most = limit - change + (problem.left_out[one] if day2 >= 0 else 0)
        at, cost = settled(problem, state, other, to_day2, to_room2, random, most)
        if at >= 0:
            admit(problem, state, other, to_day2, to_room2, at)
            change += cost
            if day2 < 0:
                return change
            if surgeon_free(problem, state, one, to_day) and bed_free(problem, state, one, to_day, to_room):
                at, cost = settled(problem, state, one, to_day, to_room, random, limit - change)
                if at >= 0:
                    admit(problem, state, one, to_day, to_room, at)
                    return change + cost
            leave_out(problem, state, other)
    admit(problem, state, one, day, room, theatre)
    if day2 >= 0:
        admit(problem, state, other, day2, room2, theatre2)
    return 0
