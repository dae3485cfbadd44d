"""Try to admit a patient where others lie, and to find new places for those."""

from optimize.timetable.arrays import IntArray, Word
from optimize.timetable.chance import below
from optimize.timetable.jit import apart, inner
from optimize.timetable.moves import settled
from optimize.timetable.slots import any_of, open_days, surgeon_fits
from optimize.timetable.stays import admission_cost, admit, best_theatre, leave_out
from optimize.timetable.tables import Problem, State

MOST_EJECTED = 4
"""A move that would push more patients aside is not tried on."""
PLACES = 3
"""Free places judged for a patient who was pushed aside."""


@inner
def blocker_in_room(problem: Problem, state: State, person: int, day: int, room: int, random: Word) -> int:
    """Return a person who keeps a patient from a room: of the other gender, or anyone where it is full; -1 for none."""
    mine = problem.gender[person]
    hit = state.blocked[room, mine] & (problem.stay_bits[person] << day)
    if hit == 0:
        return -1
    at = day
    while (hit >> at) & 1 == 0:
        at += 1
    n = state.n_in[room, at]
    return int(state.people[room, at, below(random, n)]) if n > 0 else problem.release.shape[0]


@inner
def blocker_of_surgery(problem: Problem, state: State, person: int, day: int, pool: IntArray, random: Word) -> int:
    """Return a patient operated on a day, by the same surgeon if he has no time; -1 when nobody can be found."""
    busy = not surgeon_fits(problem, state, person, day, -1)
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
            if theatre >= 0 and surgeon_fits(problem, state, person, day, -1):
                return n, change, True
            other = blocker_of_surgery(problem, state, person, day, pool, random)
        if other < 0 or other >= problem.release.shape[0] or other == person:
            return n, change, False
        change += push_aside(problem, state, other, n)
        n += 1
    return n, change, False


@apart
def find_place(problem: Problem, state: State, person: int, random: Word, limit: float) -> int:
    """Admit a patient at the best of some free places, or nowhere, and return the change of the cost."""
    best, best_day, best_room, best_theatre_ = 0, -1, -1, -1
    n, left = problem.beds.shape[0], PLACES
    start = below(random, n)
    for step in range(n):
        room = (start + step) % n
        days = open_days(problem, state, person, room, -1)
        if days == 0:
            continue
        day = any_of(days, random)
        if surgeon_fits(problem, state, person, day, -1):
            theatre, cost = settled(problem, state, person, day, room, random, limit)
            if theatre >= 0 and cost < best:
                best, best_day, best_room, best_theatre_ = cost, day, room, theatre
            left -= 1
            if left == 0:
                break
    if best_day >= 0:
        admit(problem, state, person, best_day, best_room, best_theatre_)
    return best


@inner
def place_others(problem: Problem, state: State, person: int, n: int, change: int, random: Word, limit: float) -> int:
    """Find places for those pushed aside, and return the whole change, beyond the limit as soon as it must be."""
    owed = 0
    for i in range(n):
        if state.moved[i, 0] != person:
            owed += problem.left_out[state.moved[i, 0]]
    for i in range(n):
        other = state.moved[i, 0]
        if change - owed > limit:
            return int(change - owed)
        if other != person:
            owed -= problem.left_out[other]
            change += find_place(problem, state, other, random, limit - change + owed)
    return change


@apart
def insert_with_ejection(problem: Problem, state: State, pool: IntArray, random: Word, limit: float) -> int:
    """Try to admit a patient on a random day to a random room; whoever is in the way goes elsewhere, or out."""
    person = pool[below(random, pool.shape[0])]
    tries = 0
    while state.day[person] >= 0 and tries < 3:
        person = pool[below(random, pool.shape[0])]
        tries += 1
    day, room = any_of(problem.window[person], random), below(random, problem.beds.shape[0])
    if not problem.suits[person, room] or (state.day[person] == day and state.room[person] == room):
        return 0
    n, change, clear = clear_way(problem, state, person, day, room, pool, random)
    if clear:
        theatre, cost = settled(problem, state, person, day, room, random, 1e9)
        admit(problem, state, person, day, room, theatre)
        change = place_others(problem, state, person, n, change + cost, random, limit)
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
