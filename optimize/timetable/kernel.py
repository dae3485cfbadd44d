"""Keep the state of a timetable so that a changed patient or nurse costs a fraction of a microsecond to judge.

Everything is compiled. `Problem` is the case and `State` the plan with all sums that constraints and costs are made
of; both are tuples of arrays. The state is always feasible but for mandatory patients who are not admitted yet.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numba

from optimize.timetable.arrays import BoolArray, IntArray

MIXED, SKILL, CONTINUITY, LOAD, OPENED, TRANSFER, DELAY, UNSCHEDULED = range(8)
Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a function to machine code at its first call; other threads may run meanwhile."""
    return cast(Function, numba.njit(cache=True, nogil=True)(function))


class Problem(NamedTuple):
    """Hold a case as arrays; as in `TimetableCase`, with what leaving out a patient costs, (n,)."""

    n_days: int
    weight: IntArray
    gender: IntArray
    age: IntArray
    stay: IntArray
    workload: IntArray
    skill: IntArray
    release: IntArray
    due: IntArray
    minutes: IntArray
    surgeon: IntArray
    left_out: IntArray
    suits: BoolArray
    beds: IntArray
    theatre_min: IntArray
    surgeon_min: IntArray
    nurse_skill: IntArray
    most_load: IntArray
    on_duty: IntArray
    n_on_duty: IntArray


class State(NamedTuple):
    """Hold a plan and its sums.

    `day`, `room`, `theatre` (q,), -1 for who is not admitted; `nurse` (rooms, shifts). `n_in` and `people` (rooms,
    days[, beds]) say who lies where, `n_gender` and `n_age` (rooms, days, .) of which kind, `room_load` (rooms,
    shifts) and `n_skill` (rooms, shifts, skills) what nurses must do there, `nurse_load` (nurses, shifts) what each
    has to do, `seen` (q, nurses) in how many shifts each person has each nurse. `surgeon_used`, `theatre_used` are
    minutes, `n_cases` (theatres, days) and `n_of_surgeon` (surgeons, theatres, days) count operations.
    """

    day: IntArray
    room: IntArray
    theatre: IntArray
    nurse: IntArray
    n_in: IntArray
    people: IntArray
    n_gender: IntArray
    n_age: IntArray
    room_load: IntArray
    n_skill: IntArray
    nurse_load: IntArray
    seen: IntArray
    surgeon_used: IntArray
    theatre_used: IntArray
    n_cases: IntArray
    n_of_surgeon: IntArray


@compiled
def age_range(n_age: Any) -> int:
    """Return the distance of the youngest to the oldest group of ages in a room; 0 when it is empty."""
    first, last = -1, -1
    for group in range(n_age.shape[0]):
        if n_age[group] > 0:
            last = group
            if first < 0:
                first = group
    return last - first if first >= 0 else 0


@compiled
def fits(problem: Problem, state: State, person: int, day: int, room: int, theatre: int) -> bool:
    """Say whether a patient who is not in the plan can be admitted without breaking a rule."""
    if not problem.suits[person, room] or day < problem.release[person] or day > problem.due[person]:
        return False
    minutes, surgeon = problem.minutes[person], problem.surgeon[person]
    if state.theatre_used[theatre, day] + minutes > problem.theatre_min[theatre, day]:
        return False
    if state.surgeon_used[surgeon, day] + minutes > problem.surgeon_min[surgeon, day]:
        return False
    other = 1 - problem.gender[person]
    for at in range(day, min(day + problem.stay[person], problem.n_days)):
        if state.n_in[room, at] >= problem.beds[room] or state.n_gender[room, at, other] > 0:
            return False
    return True


@compiled
def beds_fit(problem: Problem, state: State, person: int, day: int, room: int) -> bool:
    """Say whether a room suits a patient for a stay from a day on, his own present stay not counted."""
    if not problem.suits[person, room]:
        return False
    mine = problem.gender[person]
    from_day, to_day = state.day[person], state.day[person] + problem.stay[person]
    same = state.room[person] == room and from_day >= 0
    for at in range(day, min(day + problem.stay[person], problem.n_days)):
        here = 1 if same and from_day <= at < to_day else 0
        if state.n_in[room, at] - here >= problem.beds[room] or state.n_gender[room, at, 1 - mine] > 0:
            return False
    return True


@compiled
def operating_change(problem: Problem, state: State, person: int, day: int, theatre: int, sign: int) -> int:
    """Return what an operation more (sign 1) or less (sign -1) changes in costs of theatres and delay, and count it."""
    surgeon, minutes = problem.surgeon[person], problem.minutes[person]
    if sign < 0:
        state.n_cases[theatre, day] -= 1
        state.n_of_surgeon[surgeon, theatre, day] -= 1
    first = state.n_cases[theatre, day] == 0
    change = problem.weight[DELAY] * (day - problem.release[person]) + problem.weight[OPENED] * first
    if state.n_of_surgeon[surgeon, theatre, day] == 0:
        for other in range(state.n_cases.shape[0]):
            if state.n_of_surgeon[surgeon, other, day] > 0:
                change += problem.weight[TRANSFER]
                break
    if sign > 0:
        state.n_cases[theatre, day] += 1
        state.n_of_surgeon[surgeon, theatre, day] += 1
    state.surgeon_used[surgeon, day] += sign * minutes
    state.theatre_used[theatre, day] += sign * minutes
    return int(sign * change)


@compiled
def beyond(problem: Problem, nurse: int, shift: int, load: int) -> int:
    """Return by how much a workload exceeds what a nurse should have in a shift."""
    return int(max(0, load - problem.most_load[nurse, shift]))


@compiled
def stay_change(problem: Problem, state: State, person: int, day: int, room: int, sign: int) -> int:
    """Put a person into a room (sign 1), or take him out (sign -1), and return what that changes in costs of rooms."""
    weight, change = problem.weight, 0
    age, gender = problem.age[person], problem.gender[person]
    for at in range(day, min(day + problem.stay[person], problem.n_days)):
        change -= weight[MIXED] * age_range(state.n_age[room, at])
        state.n_age[room, at, age] += sign
        change += weight[MIXED] * age_range(state.n_age[room, at])
        state.n_gender[room, at, gender] += sign
        if sign > 0:
            state.people[room, at, state.n_in[room, at]] = person
        else:
            _take_out(state, room, at, person)
        state.n_in[room, at] += sign
        for shift in range(3 * at, 3 * at + 3):
            since = shift - 3 * day
            nurse = state.nurse[room, shift]
            load, needed = problem.workload[person, since], problem.skill[person, since]
            old = state.nurse_load[nurse, shift]
            state.nurse_load[nurse, shift] = old + sign * load
            state.room_load[room, shift] += sign * load
            state.n_skill[room, shift, needed] += sign
            change += weight[LOAD] * (
                beyond(problem, nurse, shift, old + sign * load) - beyond(problem, nurse, shift, old)
            )
            change += sign * weight[SKILL] * max(0, needed - problem.nurse_skill[nurse])
            if sign > 0:
                change += weight[CONTINUITY] * (state.seen[person, nurse] == 0)
                state.seen[person, nurse] += 1
            else:
                state.seen[person, nurse] -= 1
                change -= weight[CONTINUITY] * (state.seen[person, nurse] == 0)
    return int(change)


@compiled
def _take_out(state: State, room: int, at: int, person: int) -> None:
    last = state.n_in[room, at] - 1
    for place in range(last + 1):
        if state.people[room, at, place] == person:
            state.people[room, at, place] = state.people[room, at, last]
            return


@compiled
def admit(problem: Problem, state: State, person: int, day: int, room: int, theatre: int) -> int:
    """Admit a patient who is not in the plan, and return the change of the cost."""
    change = stay_change(problem, state, person, day, room, 1) - problem.left_out[person]
    change += operating_change(problem, state, person, day, theatre, 1)
    state.day[person], state.room[person], state.theatre[person] = day, room, theatre
    return int(change)


@compiled
def leave_out(problem: Problem, state: State, person: int) -> int:
    """Take a patient out of the plan, and return the change of the cost."""
    day, room = state.day[person], state.room[person]
    change = stay_change(problem, state, person, day, room, -1) + problem.left_out[person]
    change += operating_change(problem, state, person, day, state.theatre[person], -1)
    state.day[person], state.room[person], state.theatre[person] = -1, -1, -1
    return int(change)


@compiled
def nurse_change(problem: Problem, state: State, room: int, shift: int, nurse: int) -> int:
    """Return what the cost changes by when a room gets another nurse in a shift; nothing is done."""
    old, at = state.nurse[room, shift], shift // 3
    n = state.n_in[room, at]
    if nurse == old or n == 0:
        return 0
    weight, load = problem.weight, state.room_load[room, shift]
    has, gets = state.nurse_load[old, shift], state.nurse_load[nurse, shift]
    change = beyond(problem, old, shift, has - load) - beyond(problem, old, shift, has)
    change += beyond(problem, nurse, shift, gets + load) - beyond(problem, nurse, shift, gets)
    change *= weight[LOAD]
    mine, his = problem.nurse_skill[nurse], problem.nurse_skill[old]
    missing = 0
    for needed in range(state.n_skill.shape[2]):
        missing += state.n_skill[room, shift, needed] * (max(0, needed - mine) - max(0, needed - his))
    change += weight[SKILL] * missing
    for place in range(n):
        person = state.people[room, at, place]
        change += weight[CONTINUITY] * ((state.seen[person, nurse] == 0) - (state.seen[person, old] == 1))
    return int(change)


@compiled
def give_nurse(state: State, room: int, shift: int, nurse: int) -> None:
    """Give a room another nurse in a shift."""
    old, at = state.nurse[room, shift], shift // 3
    load = state.room_load[room, shift]
    state.nurse_load[old, shift] -= load
    state.nurse_load[nurse, shift] += load
    for place in range(state.n_in[room, at]):
        person = state.people[room, at, place]
        state.seen[person, old] -= 1
        state.seen[person, nurse] += 1
    state.nurse[room, shift] = nurse
