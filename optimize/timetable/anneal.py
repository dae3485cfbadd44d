"""Improve a timetable by simulated annealing (Kirkpatrick, Gelatt & Vecchi 1983, 10.1126/science.220.4598.671).

A move is accepted when it costs at most `-temperature log(u)`, u uniform. The chain draws from its own generator
(xorshift64*, Vigna 2016, 10.1145/2845077), whose one word of state is part of the run, so that a run of so many moves
is the same on every machine.
"""

from typing import Any

import numpy as np

from optimize.timetable.arrays import IntArray
from optimize.timetable.kernel import (
    Problem,
    State,
    admit,
    beds_fit,
    compiled,
    fits,
    give_nurse,
    leave_out,
    nurse_change,
)

NURSE_SHARE, EXCHANGE_NURSES_SHARE, MOVE_SHARE = 0.40, 0.50, 0.80
"""Cumulative shares of moves: another nurse, two nurses change rooms, a patient moves, two patients change places."""


@compiled
def word(random: Any) -> Any:
    """Return the next 64 random bits."""
    x = random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    random[0] = x
    return x * np.uint64(2685821657736338717)


@compiled
def uniform(random: Any) -> float:
    """Return a number above 0 and below 1."""
    return (float(word(random) >> np.uint64(11)) + 0.5) / 9007199254740992.0


@compiled
def below(random: Any, n: int) -> int:
    """Return a whole number from 0 to n - 1."""
    return int(uniform(random) * n)


@compiled
def another_nurse(problem: Problem, state: State, random: Any, limit: float) -> int:
    """Try another nurse for a room in a shift, and return the change of the cost, 0 when refused."""
    room, shift = below(random, state.nurse.shape[0]), below(random, state.nurse.shape[1])
    nurse = problem.on_duty[shift, below(random, problem.n_on_duty[shift])]
    if state.n_in[room, shift // 3] == 0 or nurse == state.nurse[room, shift]:
        return 0
    change = nurse_change(problem, state, room, shift, nurse)
    if change > limit:
        return 0
    give_nurse(state, room, shift, nurse)
    return change


@compiled
def exchange_nurses(problem: Problem, state: State, random: Any, limit: float) -> int:
    """Try to let the nurses of two rooms change places in a shift, and return the change of the cost."""
    shift = below(random, state.nurse.shape[1])
    first, second = below(random, state.nurse.shape[0]), below(random, state.nurse.shape[0])
    one, other = state.nurse[first, shift], state.nurse[second, shift]
    if one == other:
        return 0
    change = nurse_change(problem, state, first, shift, other)
    give_nurse(state, first, shift, other)
    change += nurse_change(problem, state, second, shift, one)
    if change > limit:
        give_nurse(state, first, shift, one)
        return 0
    give_nurse(state, second, shift, one)
    return change


@compiled
def move_patient(problem: Problem, state: State, pool: IntArray, random: Any, limit: float) -> int:
    """Try another day, room or theatre for a patient, or none, and return the change of the cost."""
    person = pool[below(random, pool.shape[0])]
    day, room, theatre = state.day[person], state.room[person], state.theatre[person]
    admitted = day >= 0
    kind = below(random, 8) if admitted else 7
    new_day, new_room, new_theatre = day, room, theatre
    if kind == 0 or kind == 1 or kind == 7 or kind == 5:
        new_day = problem.release[person] + below(random, problem.due[person] - problem.release[person] + 1)
    if kind == 2 or kind == 3 or kind == 7:
        new_room = below(random, problem.beds.shape[0])
    if kind == 4 or kind == 5 or kind == 7:
        new_theatre = below(random, problem.theatre_min.shape[0])
    if kind == 6:
        if problem.left_out[person] > limit + 100000:
            return 0
        change = leave_out(problem, state, person)
        if change > limit:
            admit(problem, state, person, day, room, theatre)
            return 0
        return change
    if new_day == day and new_room == room and new_theatre == theatre:
        return 0
    if not beds_fit(problem, state, person, new_day, new_room) or not _can_operate(
        problem, state, person, new_day, new_theatre
    ):
        return 0
    change = leave_out(problem, state, person) if admitted else 0
    change += admit(problem, state, person, new_day, new_room, new_theatre)
    if change > limit:
        leave_out(problem, state, person)
        if admitted:
            admit(problem, state, person, day, room, theatre)
        return 0
    return change


@compiled
def _can_operate(problem: Problem, state: State, person: int, day: int, theatre: int) -> bool:
    """Say whether surgeon and theatre have time for a patient on a day, his own present operation not counted."""
    minutes, surgeon = problem.minutes[person], problem.surgeon[person]
    same_day = state.day[person] == day
    if not same_day and state.surgeon_used[surgeon, day] + minutes > problem.surgeon_min[surgeon, day]:
        return False
    if same_day and state.theatre[person] == theatre:
        return True
    return bool(state.theatre_used[theatre, day] + minutes <= problem.theatre_min[theatre, day])


@compiled
def exchange_patients(problem: Problem, state: State, pool: IntArray, random: Any, limit: float) -> int:
    """Try to let two patients change places, all of it or their rooms only, and return the change of the cost."""
    one, other = pool[below(random, pool.shape[0])], pool[below(random, pool.shape[0])]
    day, room, theatre = state.day[one], state.room[one], state.theatre[one]
    day2, room2, theatre2 = state.day[other], state.room[other], state.theatre[other]
    if one == other or (day < 0 and day2 < 0):
        return 0
    kind = below(random, 3)
    to_day, to_theatre, to_day2, to_theatre2 = day2, theatre2, day, theatre
    if kind == 0 and day >= 0 and day2 >= 0:
        to_day, to_theatre, to_day2, to_theatre2 = day, theatre, day2, theatre2
    to_room, to_room2 = room2, room
    if kind == 1 and day >= 0 and day2 >= 0:
        to_room, to_room2 = room, room2
    if not _may(problem, one, to_day, to_room) or not _may(problem, other, to_day2, to_room2):
        return 0
    change = 0
    if day >= 0:
        change += leave_out(problem, state, one)
    if day2 >= 0:
        change += leave_out(problem, state, other)
    done = to_day < 0 or fits(problem, state, one, to_day, to_room, to_theatre)
    if done:
        if to_day >= 0:
            change += admit(problem, state, one, to_day, to_room, to_theatre)
        done = to_day2 < 0 or fits(problem, state, other, to_day2, to_room2, to_theatre2)
        if done:
            if to_day2 >= 0:
                change += admit(problem, state, other, to_day2, to_room2, to_theatre2)
            if change <= limit:
                return change
            if to_day2 >= 0:
                leave_out(problem, state, other)
        if to_day >= 0:
            leave_out(problem, state, one)
    if day2 >= 0:
        admit(problem, state, other, day2, room2, theatre2)
    if day >= 0:
        admit(problem, state, one, day, room, theatre)
    return 0


@compiled
def _may(problem: Problem, person: int, day: int, room: int) -> bool:
    """Say whether a patient may be admitted on a day to a room, whoever else is there; nobody's day is -1."""
    return day < 0 or (problem.suits[person, room] and problem.release[person] <= day <= problem.due[person])


@compiled
def anneal(
    problem: Problem,
    state: State,
    pool: IntArray,
    random: Any,
    n_moves: int,
    hot: float,
    cold: float,
    cost: int,
    best: int,
    kept: Any,
) -> Any:
    """Make moves while the temperature falls geometrically from `hot` to `cold`; return cost, best cost, accepted.

    `kept` holds the best plan: day, room, theatre and nurses, rewritten when a better one is found.
    """
    accepted = 0
    temperature, factor = hot, (cold / hot) ** (1.0 / max(1.0, n_moves / 256.0))
    for i in range(n_moves):
        if i % 256 == 255:
            temperature *= factor
        limit = -temperature * np.log(uniform(random))
        kind = uniform(random)
        if kind < NURSE_SHARE:
            change = another_nurse(problem, state, random, limit)
        elif kind < EXCHANGE_NURSES_SHARE:
            change = exchange_nurses(problem, state, random, limit)
        elif kind < MOVE_SHARE:
            change = move_patient(problem, state, pool, random, limit)
        else:
            change = exchange_patients(problem, state, pool, random, limit)
        cost += change
        accepted += change != 0
        if cost < best:
            best = cost
            kept[0][:] = state.day
            kept[1][:] = state.room
            kept[2][:] = state.theatre
            kept[3][:] = state.nurse
    return cost, best, accepted
