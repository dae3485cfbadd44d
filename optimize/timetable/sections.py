"""Try to exchange all who come to two rooms within some days; days and theatres stay, so that hardly anything changes.

Rooms hold one gender at a time. Patients who come one after the other can change that only together.
"""

from optimize.timetable.arrays import Word
from optimize.timetable.chance import below
from optimize.timetable.jit import apart, inner
from optimize.timetable.nursing import give_nurse, nurse_change
from optimize.timetable.slots import bed_free
from optimize.timetable.stays import lay, stay_cost
from optimize.timetable.tables import Problem, State

MOST_DAYS_LONG = 10
MOST_EXCHANGED = 24
"""A section of more patients is not tried."""


@inner
def collect(problem: Problem, state: State, room: int, other: int, first: int, last: int, n: int) -> int:
    """Note who is admitted to a room within some days, after n others; return how many are noted, -1 for too many.

    Nobody may be noted whom the other room does not suit: then -1, too.
    """
    n_patients = problem.release.shape[0]
    for at in range(first, last):
        for place in range(state.n_in[room, at]):
            person = state.people[room, at, place]
            if person < n_patients and state.day[person] == at:
                if n >= MOST_EXCHANGED or not problem.suits[person, other]:
                    return -1
                state.moved[n, 0], state.moved[n, 1] = person, room
                n += 1
    return n


@inner
def lift(problem: Problem, state: State, n: int) -> int:
    """Take all who are noted out of their rooms, and return the change of the cost."""
    change = 0
    for i in range(n):
        person = state.moved[i, 0]
        day, room = state.day[person], state.room[person]
        lay(problem, state, person, day, room, -1)
        state.room[person] = -1
        change -= stay_cost(problem, state, person, day, room)
    return change


@inner
def change_nurses(problem: Problem, state: State, room: int, other: int, first: int, last: int) -> int:
    """Let the nurses of two rooms change places within some days, and return the change of the cost."""
    change = 0
    for shift in range(3 * first, 3 * last):
        one, two = state.nurse[room, shift], state.nurse[other, shift]
        if one != two:
            change += nurse_change(problem, state, room, shift, two, 1e9)
            give_nurse(state, room, shift, two)
            change += nurse_change(problem, state, other, shift, one, 1e9)
            give_nurse(state, other, shift, one)
    return change


@inner
def settle(problem: Problem, state: State, n: int, both: int, change: int, limit: float) -> tuple[int, int]:
    """Lay those noted into the other of two rooms (whose numbers add up to `both`) while it fits within the limit.

    Return how many lie there now, and the whole change of the cost.
    """
    for i in range(n):
        person, room = state.moved[i, 0], both - state.moved[i, 1]
        day = state.day[person]
        if change > limit or not bed_free(problem, state, person, day, room):
            return i, change
        change += stay_cost(problem, state, person, day, room)
        lay(problem, state, person, day, room, 1)
        state.room[person] = room
    return n, change


@apart
def exchange_sections(problem: Problem, state: State, random: Word, limit: float) -> int:
    """Try to let all who come to two rooms within some days change rooms, with the nurses of those days or without."""
    n_rooms = problem.beds.shape[0]
    room, other = below(random, n_rooms), below(random, n_rooms)
    first = below(random, problem.n_days)
    last = min(problem.n_days, first + 1 + below(random, MOST_DAYS_LONG))
    with_nurses = below(random, 2) == 0
    if room == other:
        return 0
    n = collect(problem, state, room, other, first, last, 0)
    if n >= 0:
        n = collect(problem, state, other, room, first, last, n)
    if n <= 0:
        return 0
    change = lift(problem, state, n)
    if with_nurses:
        change += change_nurses(problem, state, room, other, first, last)
    settled, change = settle(problem, state, n, room + other, change, limit)
    if settled == n and change <= limit:
        return change
    for i in range(settled):
        person = state.moved[i, 0]
        lay(problem, state, person, state.day[person], state.room[person], -1)
    if with_nurses:
        change_nurses(problem, state, room, other, first, last)
    for i in range(n):
        person, back = state.moved[i, 0], state.moved[i, 1]
        lay(problem, state, person, state.day[person], back, 1)
        state.room[person] = back
    return 0
