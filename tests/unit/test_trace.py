"""Hashes of days: which day changes with which event, and that nothing else does."""

import numpy as np
import pytest

from sim import trace
from sim.log import Transfer
from sim.run import simulate
from sim.streams import Replication
from sim.trace import day_hashes
from tests.golden.trace import golden_world

pytestmark = pytest.mark.unit

NAN = float("nan")
MARKS = np.array([[0.0, 10.0, 1500.0], [20.0, NAN, NAN], [1441.0, 1450.0, 2900.0]])
HOSPITAL = np.array([0, 1, 0])
END_MIN = 3 * 1440.0


def changed(
    marks: np.ndarray = MARKS, hospital: np.ndarray = HOSPITAL, transfers: tuple[Transfer, ...] = ()
) -> list[int]:
    """Return the days whose hashes differ from those of the plain case."""
    pairs = zip(day_hashes(MARKS, HOSPITAL, (), END_MIN), day_hashes(marks, hospital, transfers, END_MIN), strict=True)
    return [day for day, (before, now) in enumerate(pairs) if before != now]


def with_mark(patient: int, mark: int, minutes: float) -> np.ndarray:
    marks = MARKS.copy()
    marks[patient, mark] = minutes
    return marks


def test_there_is_one_hash_for_each_day_begun() -> None:
    assert len(day_hashes(MARKS, HOSPITAL, (), END_MIN)) == 3
    assert len(day_hashes(MARKS, HOSPITAL, (), END_MIN + 1.0)) == 4
    assert changed() == []


@pytest.mark.parametrize(
    ("patient", "mark", "minutes", "days"),
    [
        (0, 1, np.nextafter(10.0, 11.0), [0]),  # the last bit counts
        (0, 2, 1600.0, [1]),
        (0, 2, 2900.0, [1, 2]),  # it leaves one day and comes to another
        (1, 1, 2000.0, [1]),
        (2, 2, NAN, [2]),
    ],
)
def test_a_day_changes_with_its_own_events_alone(patient: int, mark: int, minutes: float, days: list[int]) -> None:
    assert changed(with_mark(patient, mark, minutes)) == days


def test_the_same_moment_of_another_patient_or_mark_is_another_event() -> None:
    swapped = MARKS.copy()
    swapped[0, 1], swapped[1, 1] = NAN, 10.0
    assert changed(swapped) == [0]
    renamed = MARKS.copy()
    renamed[0, 1], renamed[0, 2] = 1500.0, 10.0
    assert changed(renamed) == [0, 1]


def test_where_patients_come_to_counts_on_the_day_of_arrival() -> None:
    assert changed(hospital=np.array([0, 1, 1])) == [1]


def test_a_transfer_counts_on_its_day() -> None:
    assert changed(transfers=(Transfer(2885.0, 2, 0, 1, 0, 90.0, ""),)) == [2]


def test_hashes_do_not_depend_on_how_many_rows_are_taken_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = day_hashes(MARKS, HOSPITAL, (), END_MIN)
    monkeypatch.setattr(trace, "ROWS_AT_ONCE", 1)
    assert day_hashes(MARKS, HOSPITAL, (), END_MIN) == whole


def test_a_run_has_the_hashes_of_its_days() -> None:
    scenario, policies = golden_world()
    first, again, other = (simulate(scenario, policies, Replication(index, 5)) for index in (2, 2, 3))
    assert len(first.day_hashes) == 1
    assert first.day_hashes == again.day_hashes != other.day_hashes
