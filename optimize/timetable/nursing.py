"""Judge and make changes of nurses: one room in one shift, two rooms, or one room in many shifts."""

from optimize.timetable.arrays import Word
from optimize.timetable.chance import below
from optimize.timetable.jit import apart, inner
from optimize.timetable.tables import CONTINUITY, LOAD, SKILL, Problem, State


@inner
def nurse_change(problem: Problem, state: State, room: int, shift: int, nurse: int, limit: float) -> int:
    """Return what the cost changes by when a room gets another nurse in a shift; nothing is done.

    A change beyond the limit may be told too small, but not below the limit.
    """
    old, at = state.nurse[room, shift], shift // 3
    n = state.n_in[room, at]
    if nurse == old or n == 0:
        return 0
    weight, load = problem.weight, state.room_load[room, shift]
    had, has = state.spare[old, shift], state.spare[nurse, shift]
    less = min(load, max(0, -had))
    more = max(0, load - max(0, has))
    change = weight[LOAD] * (more - less)
    mine, his = problem.nurse_skill[nurse], problem.nurse_skill[old]
    if mine != his:
        missing = 0
        for needed in range(min(mine, his) + 1, state.n_skill.shape[2]):
            missing += state.n_skill[room, shift, needed] * (max(0, needed - mine) - max(0, needed - his))
        change += weight[SKILL] * missing
    if change - n * weight[CONTINUITY] > limit:
        return int(change - n * weight[CONTINUITY])
    for place in range(n):
        person = state.people[room, at, place]
        change += weight[CONTINUITY] * ((state.seen[person, nurse] == 0) - (state.seen[person, old] == 1))
    return int(change)


@inner
def give_nurse(state: State, room: int, shift: int, nurse: int) -> None:
    """Give a room another nurse in a shift."""
    old, at = state.nurse[room, shift], shift // 3
    load = state.room_load[room, shift]
    state.spare[old, shift] += load
    state.spare[nurse, shift] -= load
    for place in range(state.n_in[room, at]):
        person = state.people[room, at, place]
        state.seen[person, old] -= 1
        state.seen[person, nurse] += 1
    state.nurse[room, shift] = nurse


@inner
def occupied_room(state: State, at: int, random: Word) -> int:
    """Return a random room with somebody in it on a day, or any after some vain tries."""
    room = below(random, state.nurse.shape[0])
    tries = 0
    while state.n_in[room, at] == 0 and tries < 4:
        room = below(random, state.nurse.shape[0])
        tries += 1
    return room


@apart
def another_nurse(problem: Problem, state: State, random: Word, limit: float) -> int:
    """Try another nurse for a room in a shift, and return the change of the cost, 0 when refused."""
    shift = below(random, state.nurse.shape[1])
    room = occupied_room(state, shift // 3, random)
    nurse = problem.on_duty[shift, below(random, problem.n_on_duty[shift])]
    change = nurse_change(problem, state, room, shift, nurse, limit)
    if change > limit or nurse == state.nurse[room, shift]:
        return 0
    give_nurse(state, room, shift, nurse)
    return change


@apart
def exchange_nurses(problem: Problem, state: State, random: Word, limit: float) -> int:
    """Try to let the nurses of two rooms change places in a shift, and return the change of the cost."""
    shift = below(random, state.nurse.shape[1])
    first, second = occupied_room(state, shift // 3, random), occupied_room(state, shift // 3, random)
    one, other = state.nurse[first, shift], state.nurse[second, shift]
    if one == other:
        return 0
    change = nurse_change(problem, state, first, shift, other, 1e9)
    give_nurse(state, first, shift, other)
    change += nurse_change(problem, state, second, shift, one, limit - change)
    if change > limit:
        give_nurse(state, first, shift, one)
        return 0
    give_nurse(state, second, shift, one)
    return change


@apart
def nurse_block(problem: Problem, state: State, random: Word, limit: float) -> int:
    """Try one nurse for a room in all shifts that she works within some days, and return the change of the cost."""
    n_shifts = state.nurse.shape[1]
    first = below(random, n_shifts)
    room = occupied_room(state, first // 3, random)
    nurse = problem.on_duty[first, below(random, problem.n_on_duty[first])]
    last = min(n_shifts, first + 4 + below(random, 14))
    change, n = 0, 0
    for shift in range(first, last):
        old = state.nurse[room, shift]
        if old != nurse and problem.most_load[nurse, shift] >= 0 and state.n_in[room, shift // 3] > 0:
            change += nurse_change(problem, state, room, shift, nurse, 1e9)
            give_nurse(state, room, shift, nurse)
            state.moved[n, 0], state.moved[n, 1] = shift, old
            n += 1
    if change <= limit:
        return change
    for i in range(n):
        give_nurse(state, room, state.moved[i, 0], state.moved[i, 1])
    return 0
