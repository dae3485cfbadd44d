"""Find free days in rooms by sets of days held as bits: day d is bit d of a whole number.

For every room and gender the state keeps the days on which nobody of that gender may enter, because the room is full or
holds the other gender. A whole stay is then tested at once, and all days of admission together.
"""

from optimize.timetable.arrays import Word
from optimize.timetable.chance import below
from optimize.timetable.jit import inner
from optimize.timetable.tables import Problem, State

MOST_DAYS = 62
"""Days that fit into one whole number, with its sign to spare."""


@inner
def mark_day(problem: Problem, state: State, room: int, at: int) -> None:
    """Write anew who may enter a room on a day, and whether one person is alone there."""
    n, bit = state.n_in[room, at], 1 << at
    for gender in range(2):
        if n >= problem.beds[room] or state.n_gender[room, at, 1 - gender] > 0:
            state.blocked[room, gender] |= bit
        else:
            state.blocked[room, gender] &= ~bit
    if n == 1:
        state.alone[room] |= bit
    else:
        state.alone[room] &= ~bit


@inner
def blocked_without(problem: Problem, state: State, person: int, room: int, other: int) -> int:
    """Return the days on which a person may not be in a room, once he and another (-1: nobody) have left it."""
    gender = problem.gender[person]
    blocked = state.blocked[room, gender]
    if state.room[person] == room:
        blocked &= ~(problem.stay_bits[person] << state.day[person])
    if other >= 0 and state.room[other] == room:
        gone = problem.stay_bits[other] << state.day[other]
        if problem.gender[other] != gender:
            gone &= state.alone[room]
        blocked &= ~gone
    return int(blocked)


@inner
def open_days(problem: Problem, state: State, person: int, room: int, other: int) -> int:
    """Return the days on which a patient may be admitted to a room, once he and another (-1: nobody) have left it."""
    if not problem.suits[person, room]:
        return 0
    busy, covered, stay = blocked_without(problem, state, person, room, other), 1, problem.stay[person]
    while covered < stay:
        step = min(covered, stay - covered)
        busy |= busy >> step
        covered += step
    return int(problem.window[person] & ~busy)


@inner
def any_of(days: int, random: Word) -> int:
    """Return a random day of a set that is not empty."""
    n, rest = 0, days
    while rest != 0:
        rest &= rest - 1
        n += 1
    for _ in range(below(random, n)):
        days &= days - 1
    day = 0
    while (days >> day) & 1 == 0:
        day += 1
    return day


@inner
def bed_free(problem: Problem, state: State, person: int, day: int, room: int) -> bool:
    """Say whether a room suits a patient for a stay from a day on, his own present stay not counted."""
    if not problem.suits[person, room]:
        return False
    return bool(blocked_without(problem, state, person, room, -1) & (problem.stay_bits[person] << day) == 0)


@inner
def surgeon_fits(problem: Problem, state: State, person: int, day: int, other: int) -> bool:
    """Say whether the surgeon of a patient has time on a day, once he and another (-1: nobody) are not operated on."""
    surgeon = problem.surgeon[person]
    used = state.surgeon_used[surgeon, day]
    if state.day[person] == day:
        used -= problem.minutes[person]
    if other >= 0 and state.day[other] == day and problem.surgeon[other] == surgeon:
        used -= problem.minutes[other]
    return bool(used + problem.minutes[person] <= problem.surgeon_min[surgeon, day])
