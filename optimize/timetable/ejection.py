"""Try to admit a patient where others lie, and to find new places for those."""

from optimize.timetable.arrays import IntArray, Word
from optimize.timetable.chance import below
from optimize.timetable.jit import apart, inner
from optimize.timetable.moves import any_day, may, settled
from optimize.timetable.stays import admission_cost, admit, bed_free, best_theatre, leave_out, surgeon_free
from optimize.timetable.tables import Problem, State

MOST_EJECTED = 4
"""A move that would push more patients aside is not tried on."""
TRIES = 12
"""Random places looked at for a patient who was pushed aside."""


@inner
def blocker_in_room(problem: Problem, state: State, person: int, day: int, room: int, random: Word) -> int:
    """Return a person who keeps a patient from a room: of the other gender, or anyone where it is full; -1 for none."""
    mine = problem.gender[person]
    for at in range(day, min(day + problem.stay[person], problem.n_days)):
        n = state.n_in[room, at]
        if state.n_gender[room, at, 1 - mine] > 0:
            return int(state.people[room, at, 0])
        if n >= problem.beds[room]:
            return int(state.people[room, at, below(random, n)])
    return -1


@inner
def blocker_of_surgery(problem: Problem, state: State, person: int, day: int, pool: IntArray, random: Word) -> int:
    """Return a patient operated on a day, by the same surgeon if he has no time; -1 when nobody can be found."""
    busy = not surgeon_free(problem, state, person, day)
    start, n = below(random, pool.shape[0]), pool.shape[0]
    for step in range(n):
        other = pool[(start + step) % n]
        if state.day[other] == day and (not busy or problem.surgeon[other] == problem.surgeon[person]):
            return int(other)
    return -1


@inner
def push_aside(problem: Problem, state: State, person: int, n: int) -> int:
    """Take an admitted patient out, note where he was, and return the change of the cost."""
    day, room, theatre = state.day[person], state.room[person], state.theatre[person]
    state.moved[n, 0], state.moved[n, 1], state.moved[n, 2], state.moved[n, 3] = person, day, room, theatre
    leave_out(problem, state, person)
    return -admission_cost(problem, state, person, day, room, theatre)


@inner
def clear_way(
    problem: Problem, state: State, person: int, day: int, room: int, pool: IntArray, random: Word
) -> tuple[int, int, bool]:
    """Push aside whoever keeps a patient from a day and a room; return how many, the change, and whether it is clear.

    The first of those noted is the patient himself if he was in the plan.
    """
    n, change = 0, 0
    if state.day[person] >= 0:
        change += push_aside(problem, state, person, 0)
        n = 1
    while n <= MOST_EJECTED:
        other = blocker_in_room(problem, state, person, day, room, random)
        if other < 0:
            theatre, _ = best_theatre(problem, state, person, day, 0)
            if theatre >= 0 and surgeon_free(problem, state, person, day):
                return n, change, True
            other = blocker_of_surgery(problem, state, person, day, pool, random)
        if other < 0 or other >= problem.release.shape[0] or other == person:
            return n, change, False
        change += push_aside(problem, state, other, n)
        n += 1
    return n, change, False


@apart
def find_place(problem: Problem, state: State, person: int, random: Word, limit: float) -> int:
    """Admit a patient at the best of some random places, or nowhere, and return the change of the cost."""
    best, best_day, best_room, best_theatre_ = 0, -1, -1, -1
    for _ in range(TRIES):
        day, room = any_day(problem, person, random), below(random, problem.beds.shape[0])
        if surgeon_free(problem, state, person, day) and bed_free(problem, state, person, day, room):
            theatre, cost = settled(problem, state, person, day, room, random, limit)
            if theatre >= 0 and cost < best:
                best, best_day, best_room, best_theatre_ = cost, day, room, theatre
    if best_day >= 0:
        admit(problem, state, person, best_day, best_room, best_theatre_)
    return best


@apart
def insert_with_ejection(problem: Problem, state: State, pool: IntArray, random: Word, limit: float) -> int:
    """Try to admit a patient on a random day to a random room; whoever is in the way goes elsewhere, or out."""
    person = pool[below(random, pool.shape[0])]
    tries = 0
    while state.day[person] >= 0 and tries < 3:
        person = pool[below(random, pool.shape[0])]
        tries += 1
    day, room = any_day(problem, person, random), below(random, problem.beds.shape[0])
    if not may(problem, person, day, room) or (state.day[person] == day and state.room[person] == room):
        return 0
    n, change, clear = clear_way(problem, state, person, day, room, pool, random)
    if clear:
        theatre, cost = settled(problem, state, person, day, room, random, 1e9)
        admit(problem, state, person, day, room, theatre)
        change += cost
        for i in range(n):
            other = state.moved[i, 0]
            if other != person:
                change += find_place(problem, state, other, random, 1e9)
        if change <= limit:
            return change
        leave_out(problem, state, person)
    for i in range(n):
        if state.day[state.moved[i, 0]] >= 0:
            leave_out(problem, state, state.moved[i, 0])
    for i in range(n):
        other, day, room = state.moved[i, 0], state.moved[i, 1], state.moved[i, 2]
        admit(problem, state, other, day, room, state.moved[i, 3])
    return 0
