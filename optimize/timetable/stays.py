"""Judge in a fraction of a microsecond what a patient's admission costs, and write it into the state or out of it.

The state is always feasible but for mandatory patients who are not admitted yet. Costs are asked of a state in which
the patient is not: taking somebody out changes the cost by less than nothing what admitting him anew would cost.
"""

from optimize.timetable.jit import apart, inner
from optimize.timetable.slots import mark_day
from optimize.timetable.tables import CONTINUITY, DELAY, LOAD, MIXED, OPENED, SKILL, TRANSFER, Problem, State


@inner
def theatre_cost(problem: Problem, state: State, surgeon: int, theatre: int, day: int) -> int:
    """Return what one more operation of a surgeon costs: opening the theatre, and moving there from another."""
    cost = 0
    if state.n_cases[theatre, day] == 0:
        cost += problem.weight[OPENED]
    if state.n_of_surgeon[surgeon, theatre, day] == 0:
        for other in range(state.n_cases.shape[0]):
            if state.n_of_surgeon[surgeon, other, day] > 0:
                return int(cost + problem.weight[TRANSFER])
    return int(cost)


@inner
def best_theatre(problem: Problem, state: State, person: int, day: int, start: int) -> tuple[int, int]:
    """Return the cheapest theatre with time for a patient who is in none, and its cost; -1 when there is none.

    Among equals the first counts, looking from `start` on and around.
    """
    minutes, surgeon, n = problem.minutes[person], problem.surgeon[person], state.n_cases.shape[0]
    best, least = -1, 1 << 30
    for step in range(n):
        theatre = start + step
        if theatre >= n:
            theatre -= n
        if state.theatre_used[theatre, day] + minutes <= problem.theatre_min[theatre, day]:
            cost = theatre_cost(problem, state, surgeon, theatre, day)
            if cost < least:
                best, least = theatre, cost
    return best, least


@inner
def age_cost(problem: Problem, state: State, room: int, at: int, age: int) -> int:
    """Return by how much one person more of an age widens the range of ages in a room on a day, weighted."""
    first, last = -1, -1
    for group in range(state.n_age.shape[2]):
        if state.n_age[room, at, group] > 0:
            last = group
            if first < 0:
                first = group
    wider = 0 if first < 0 else max(0, first - age) + max(0, age - last)
    return int(problem.weight[MIXED] * wider)


@apart
def stay_cost(problem: Problem, state: State, person: int, day: int, room: int) -> int:
    """Return what a stay costs in ages, skill, continuity and workload, of a person who lies nowhere now."""
    missing = nurses = beyond = 0
    cost = 0
    age = problem.age[person]
    last = state.mark.shape[0] - 1
    state.mark[last] += 1
    stamp = state.mark[last]
    since = 0
    for at in range(day, min(day + problem.stay[person], problem.n_days)):
        if state.n_age[room, at, age] == 0 and state.n_in[room, at] > 0:
            cost += age_cost(problem, state, room, at, age)
        for shift in range(3 * at, 3 * at + 3):
            nurse = state.nurse[room, shift]
            load = problem.workload[person, since]
            spare = state.spare[nurse, shift]
            if spare < load:
                beyond += load - max(0, spare)
            missing += max(0, problem.skill[person, since] - problem.nurse_skill[nurse])
            if state.mark[nurse] != stamp:
                state.mark[nurse] = stamp
                nurses += 1
            since += 1
    cost += problem.weight[SKILL] * missing + problem.weight[CONTINUITY] * nurses
    return int(cost + problem.weight[LOAD] * beyond)


@apart
def lay(problem: Problem, state: State, person: int, day: int, room: int, sign: int) -> None:
    """Put a person into a room (sign 1), or take him out (sign -1)."""
    age, gender, since = problem.age[person], problem.gender[person], 0
    for at in range(day, min(day + problem.stay[person], problem.n_days)):
        state.n_age[room, at, age] += sign
        state.n_gender[room, at, gender] += sign
        n = state.n_in[room, at]
        if sign > 0:
            state.people[room, at, n] = person
        else:
            place = 0
            while state.people[room, at, place] != person:
                place += 1
            state.people[room, at, place] = state.people[room, at, n - 1]
        state.n_in[room, at] = n + sign
        mark_day(problem, state, room, at)
        for shift in range(3 * at, 3 * at + 3):
            nurse, load = state.nurse[room, shift], sign * problem.workload[person, since]
            state.spare[nurse, shift] -= load
            state.room_load[room, shift] += load
            state.n_skill[room, shift, problem.skill[person, since]] += sign
            state.seen[person, nurse] += sign
            since += 1


@inner
def operate(problem: Problem, state: State, person: int, day: int, theatre: int, sign: int) -> None:
    """Put an operation into a theatre (sign 1), or take it out (sign -1)."""
    surgeon, minutes = problem.surgeon[person], sign * problem.minutes[person]
    state.n_cases[theatre, day] += sign
    state.n_of_surgeon[surgeon, theatre, day] += sign
    state.surgeon_used[surgeon, day] += minutes
    state.theatre_used[theatre, day] += minutes


@inner
def operation_cost(problem: Problem, state: State, person: int, day: int, theatre: int) -> int:
    """Return what an operation costs in theatres, transfers and delay, of a patient who has none now."""
    cost = theatre_cost(problem, state, problem.surgeon[person], theatre, day)
    return int(cost + problem.weight[DELAY] * (day - problem.release[person]))


@apart
def admit(problem: Problem, state: State, person: int, day: int, room: int, theatre: int) -> None:
    """Admit a patient who is not in the plan."""
    lay(problem, state, person, day, room, 1)
    operate(problem, state, person, day, theatre, 1)
    state.day[person], state.room[person], state.theatre[person] = day, room, theatre


@apart
def leave_out(problem: Problem, state: State, person: int) -> None:
    """Take an admitted patient out of the plan."""
    day = state.day[person]
    lay(problem, state, person, day, state.room[person], -1)
    operate(problem, state, person, day, state.theatre[person], -1)
    state.day[person], state.room[person], state.theatre[person] = -1, -1, -1


@apart
def admission_cost(problem: Problem, state: State, person: int, day: int, room: int, theatre: int) -> int:
    """Return what admitting a patient who is not in the plan changes."""
    cost = stay_cost(problem, state, person, day, room) + operation_cost(problem, state, person, day, theatre)
    return int(cost - problem.left_out[person])
