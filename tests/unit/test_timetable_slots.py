"""Free days held as bits: they are those that counting people day by day gives."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimize.timetable.case import Timetable, TimetableCase
from optimize.timetable.chain import Chain
from optimize.timetable.check import check
from optimize.timetable.search import plan_of, problem_of
from optimize.timetable.slots import MOST_DAYS, open_days
from optimize.timetable.tables import Problem, State
from tests.small_timetable import random_case

pytestmark = pytest.mark.unit
PLACES = {"RoomGenderMix", "RoomCapacity", "PatientRoomCompatibility", "AdmissionDay"}


def ask(problem: Problem, state: State, person: int, room: int, other: int) -> int:
    """Ask compiled code, which Python cannot call by itself."""
    return open_days(problem, state, person, room, other)


njit: Any = numba.njit
find_open_days: Callable[[Problem, State, int, int, int], int] = njit(ask)


def planned(seed: int) -> tuple[TimetableCase, Timetable, Chain]:
    """Return a small case, a plan for it, and the chain that made the plan."""
    case = random_case(seed)
    chain = Chain(case, np.random.default_rng(seed))
    chain.run(2000, (50.0, 5.0, 1.0))
    parts = chain.state.day, chain.state.room, chain.state.theatre, chain.state.nurse
    return case, plan_of(case, parts), chain


def fits(case: TimetableCase, plan: Timetable, patient: int, day: int, room: int, away: int) -> bool:
    """Ask the checker whether a patient could lie in a room from a day on, with another one away."""
    trial = plan.copy()
    for part in (trial.day, trial.room, trial.theatre):
        part[away] = -1
    trial.day[patient], trial.room[patient], trial.theatre[patient] = day, room, 0
    return not PLACES & set(check(case, trial).violations)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_open_days_are_those_of_the_checker(seed: int) -> None:
    case, plan, chain = planned(seed)
    random = np.random.default_rng(seed)
    for _ in range(12):
        patient, away = random.choice(case.n_patients, 2, replace=False).tolist()
        room = int(random.integers(len(case.room_ids)))
        days = find_open_days(chain.problem, chain.state, patient, room, away)
        expected = [fits(case, plan, patient, day, room, away) for day in range(case.n_days)]
        assert [bool(days >> day & 1) for day in range(case.n_days)] == expected


def test_more_days_than_a_whole_number_has_bits_are_refused() -> None:
    case = random_case(1)
    with pytest.raises(ValueError, match=f"n_days is 63; plan at most {MOST_DAYS} days at once"):
        problem_of(replace(case, n_days=63))
