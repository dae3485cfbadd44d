"""List the tests that were repeated for want of another hospital's record, and those that a record spared."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.cohort import Cohort
from sim.layout import Layout
from sim.log import Log
from sim.repeats import SPARED, sees, tests_by_slot
from sim.units import FloatArray


class RepeatedTest(NamedTuple):
    """Note a test that was repeated for want of a record, or was spared by one; `why` is "transfer" or "return"."""

    patient: int
    time_min: float
    hospital: int
    test: str
    why: str
    spared: bool


def repeated_tests(layout: Layout, cohort: Cohort, log: Log) -> pd.DataFrame:
    """Return a row for each test that was repeated or spared, with the columns of `RepeatedTest`, in order of time."""
    records = layout.scenario.information.records
    rows: list[RepeatedTest] = []
    if records is not None and cohort.n_patients:
        marks = np.frombuffer(log.marks).reshape(cohort.n_patients, -1)
        started = [(test, layout.mark_index[f"{layout.slots[slot]}_started"]) for slot, test in tests_by_slot(layout)]
        rows = [*_after_transfers(layout, cohort, log, marks, started), *_at_returns(layout, cohort, log, marks)]
    rows.sort(key=_in_time)
    table = pd.DataFrame(rows, columns=list(RepeatedTest._fields))
    ids = np.array([hospital.id for hospital in layout.scenario.city.hospitals], dtype=object)
    return table.assign(hospital=ids[table["hospital"].to_numpy(dtype=np.int64)])


def _in_time(row: RepeatedTest) -> tuple[float, int]:
    return row.time_min, row.patient


def _after_transfers(
    layout: Layout, cohort: Cohort, log: Log, marks: FloatArray, started: list[tuple[str, int]]
) -> Iterator[RepeatedTest]:
    """Yield the tests that the receiver of a transfer repeats, or need not: all that were done before."""
    assert cohort.repeats is not None
    assert cohort.consents is not None
    for move in log.transfers:
        if move.refusal:
            continue
        ends = np.array([move.destination]), np.array([move.origin])
        spared = bool(sees(layout, cohort.consents[[move.patient]], *ends)[0])
        for column, (test, mark) in enumerate(started):
            if marks[move.patient, mark] < move.time_min and cohort.repeats[move.patient, column]:
                yield RepeatedTest(move.patient, move.time_min, move.destination, test, "transfer", spared)


def _at_returns(layout: Layout, cohort: Cohort, log: Log, marks: FloatArray) -> Iterator[RepeatedTest]:
    """Yield the tests that a return visit to another hospital repeats, or need not."""
    records = layout.scenario.information.records
    if cohort.returns_of is None or records is None:
        return
    assert cohort.repeats is not None
    came = np.flatnonzero((cohort.returns_of >= 0) & ~np.isnan(marks[:, 0]))
    before = cohort.returns_of[came]
    elsewhere = cohort.hospital[came] != cohort.hospital[before]
    for column, (slot, test) in enumerate(tests_by_slot(layout)):
        mark = layout.mark_index[f"{layout.slots[slot]}_started"]
        known = elsewhere & (cohort.minutes[before, slot] >= 0) & cohort.repeats[came, column]
        spared = cohort.minutes[came, slot] == SPARED
        for row in np.flatnonzero(known & (spared | ~np.isnan(marks[came, mark]))).tolist():
            patient, hospital = int(came[row]), int(cohort.hospital[came[row]])
            yield RepeatedTest(patient, float(marks[patient, 0]), hospital, test, "return", bool(spared[row]))
