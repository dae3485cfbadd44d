"""Improve a timetable by simulated annealing (Kirkpatrick, Gelatt & Vecchi 1983, 10.1126/science.220.4598.671).

A move is accepted when it costs at most `-temperature log(u)`, u uniform. The chain draws from its own generator,
whose one word of state is part of the run, so that a run of so many moves is the same on every machine.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np

from optimize.timetable.arrays import Counts, FloatArray, IntArray, Word
from optimize.timetable.chance import uniform
from optimize.timetable.ejection import insert_with_ejection
from optimize.timetable.jit import apart, entry, sources
from optimize.timetable.moves import drop_patient, exchange_patients, move_patient, move_theatre
from optimize.timetable.nursing import another_nurse, exchange_nurses, nurse_block
from optimize.timetable.sections import exchange_sections
from optimize.timetable.stays import admit, lay
from optimize.timetable.tables import Problem, State

MOVES = (
    "another nurse",
    "exchange nurses",
    "nurse block",
    "move patient",
    "exchange patients",
    "move theatre",
    "drop patient",
    "insert with ejection",
    "exchange sections",
)
"""The moves, in the order of the cumulative shares that say how often each is tried."""
Kept: TypeAlias = tuple[Counts, Counts, Counts, Counts]
"""A plan: day, room, theatre and nurses."""
N_NURSE_MOVES = 3
"""The first so many move nurses only."""


class Course(NamedTuple):
    """Hold a course of annealing.

    `shares` (moves,) are cumulative, the temperature falls from `first` to `last`, and moves of nurses have
    `nurse_share` of it.
    """

    shares: FloatArray
    first: float
    last: float
    nurse_share: float


@apart
def make_move(problem: Problem, state: State, pool: IntArray, random: Word, limit: float, kind: int) -> int:
    """Try one move of a kind, and return the change of the cost, 0 when refused."""
    if kind == 0:
        return another_nurse(problem, state, random, limit)
    if kind == 1:
        return exchange_nurses(problem, state, random, limit)
    if kind == 2:
        return nurse_block(problem, state, random, limit)
    if kind == 3:
        return move_patient(problem, state, pool, random, limit)
    if kind == 4:
        return exchange_patients(problem, state, pool, random, limit)
    if kind == 5:
        return move_theatre(problem, state, pool, random, limit)
    if kind == 6:
        return drop_patient(problem, state, pool, random, limit)
    if kind == 7:
        return insert_with_ejection(problem, state, pool, random, limit)
    return exchange_sections(problem, state, random, limit)


Entries: TypeAlias = tuple[
    Callable[[Problem, State, IntArray, Word, Course, IntArray, Kept], None],
    Callable[[Problem, State, int, int, int, int], None],
]


def _entries(version: int) -> Entries:
    """Return the functions that Python calls; they enclose the version of what they call."""

    @entry
    def anneal(
        problem: Problem,
        state: State,
        pool: IntArray,
        random: Word,
        course: Course,
        tally: IntArray,
        kept: Kept,
    ) -> None:
        temperature = course.first if version else 0.0
        factor = (course.last / course.first) ** (1.0 / max(1.0, tally[0] / 256.0))
        cost, best = tally[1], tally[2]
        for i in range(tally[0]):
            if i % 256 == 255:
                temperature *= factor
            limit = -temperature * np.log(uniform(random))
            pick, kind = uniform(random), 0
            while pick >= course.shares[kind]:
                kind += 1
            if kind < N_NURSE_MOVES:
                limit *= course.nurse_share
            change = make_move(problem, state, pool, random, limit, kind)
            if change != 0:
                cost += change
                tally[3] += 1
                if cost < best:
                    best = cost
                    kept[0][:] = state.day
                    kept[1][:] = state.room
                    kept[2][:] = state.theatre
                    kept[3][:] = state.nurse
        tally[1], tally[2] = cost, best

    @entry
    def enter(problem: Problem, state: State, person: int, day: int, room: int, theatre: int) -> None:
        if version and theatre >= 0:
            admit(problem, state, person, day, room, theatre)
        elif version:
            lay(problem, state, person, day, room, 1)
            state.day[person], state.room[person] = day, room

    return anneal, enter


anneal, enter = _entries(sources())
