"""See at one hospital what another has tested already: which tests are repeated, and which a record makes needless."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from sim.door import Door
from sim.faults import Fault
from sim.units import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from sim.cohort import Cohort
    from sim.layout import Layout
    from sim.log import Log

SPARED = -2.0
"""What stands in place of the minutes of a test that a record made needless; negative, as where nothing happens."""


@dataclass(frozen=True, slots=True)
class Records:
    """Set whether hospitals that agreed see each other's records of the steps named in `tests`.

    Of the tests that one hospital has done and another would do again, `repeat_share` is done for want of the record.
    It is spared where records are `shared` and the patient consents, as `consent_share` of all patients do.
    """

    shared: bool = False
    tests: tuple[str, ...] = ()
    repeat_share: float = 0.0
    consent_share: float = 1.0

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield faults of shares outside [0, 1], and of nothing to repeat."""
        for name in ("repeat_share", "consent_share"):
            if not 0 <= getattr(self, name) <= 1:
                yield Fault(f"{field}.{name}", getattr(self, name), "give a share from 0 to 1")
        if not self.tests:
            yield Fault(f"{field}.tests", self.tests, "name at least one step of the pathways, such as ct")

    def slots(self, layout: "Layout") -> list[tuple[int, str]]:
        """Return the tests of all phases as (slot, test), in the order of the slots."""
        found = ((index, slot.partition(".")[2]) for index, slot in enumerate(layout.slots))
        return [(index, test) for index, test in found if test in self.tests]


class RepeatedTest(NamedTuple):
    """Note a test that was repeated for want of a record, or was spared by one; `why` is "transfer" or "return"."""

    patient: int
    time_min: float
    hospital: int
    test: str
    why: str
    spared: bool


def draw_repeats(layout: "Layout", door: Door) -> tuple[BoolArray, BoolArray] | tuple[None, None]:
    """Draw who consents, shape (n,), and which tests would be repeated, shape (n, n_tests); None without records."""
    records = layout.scenario.information.records
    if records is None:
        return None, None
    repeats = [door.uniform("repeat", str(slot)) < records.repeat_share for slot, _ in records.slots(layout)]
    shape = len(door.order), len(repeats)
    return door.uniform("consent") < records.consent_share, np.array(repeats).T.reshape(shape)


def sees(layout: "Layout", consents: BoolArray, here: IntArray, before: IntArray) -> BoolArray:
    """Mark the patients whose record of one hospital is seen at another, shape (n,)."""
    records = layout.scenario.information.records
    agreed = np.array([hospital.agreed for hospital in layout.scenario.city.hospitals])
    both: BoolArray = agreed[here] & agreed[before] & consents
    return both & bool(records and records.shared)


def without_needless(layout: "Layout", visits: "Cohort", before: "Cohort") -> FloatArray:
    """Return the minutes of return visits, shape (n, n_slots), less tests that the record of another hospital spares.

    What was drawn for the earlier visit, shape (n, n_slots), counts as done, also of those who left it early.
    """
    records = layout.scenario.information.records
    if records is None or visits.repeats is None or visits.consents is None:
        return visits.minutes
    minutes = visits.minutes.copy()
    seen = (visits.hospital != before.hospital) & sees(layout, visits.consents, visits.hospital, before.hospital)
    for column, (slot, _) in enumerate(records.slots(layout)):
        both = (before.minutes[:, slot] >= 0) & (minutes[:, slot] >= 0)
        minutes[seen & both & visits.repeats[:, column], slot] = SPARED
    return minutes


def repeated_tests(layout: "Layout", cohort: "Cohort", log: "Log") -> pd.DataFrame:
    """Return a row for each test that was repeated or spared, with the columns of `RepeatedTest`, in order of time."""
    records = layout.scenario.information.records
    rows: list[RepeatedTest] = []
    if records is not None:
        marks = np.frombuffer(log.marks).reshape(cohort.n_patients, -1)
        started = [(test, layout.mark_index[f"{layout.slots[slot]}_started"]) for slot, test in records.slots(layout)]
        rows = [*_after_transfers(layout, cohort, log, marks, started), *_at_returns(layout, cohort, log, marks)]
    rows.sort(key=_in_time)
    table = pd.DataFrame(rows, columns=list(RepeatedTest._fields))
    ids = np.array([hospital.id for hospital in layout.scenario.city.hospitals], dtype=object)
    return table.assign(hospital=ids[table["hospital"].to_numpy(dtype=np.int64)])


def _in_time(row: RepeatedTest) -> tuple[float, int]:
    return row.time_min, row.patient


def _after_transfers(
    layout: "Layout", cohort: "Cohort", log: "Log", marks: FloatArray, started: list[tuple[str, int]]
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


def _at_returns(layout: "Layout", cohort: "Cohort", log: "Log", marks: FloatArray) -> Iterator[RepeatedTest]:
    """Yield the tests that a return visit to another hospital repeats, or need not."""
    records = layout.scenario.information.records
    if cohort.returns_of is None or records is None:
        return
    assert cohort.repeats is not None
    came = np.flatnonzero((cohort.returns_of >= 0) & ~np.isnan(marks[:, 0]))
    before = cohort.returns_of[came]
    elsewhere = cohort.hospital[came] != cohort.hospital[before]
    for column, (slot, test) in enumerate(records.slots(layout)):
        mark = layout.mark_index[f"{layout.slots[slot]}_started"]
        known = elsewhere & (cohort.minutes[before, slot] >= 0) & cohort.repeats[came, column]
        spared = cohort.minutes[came, slot] == SPARED
        for row in np.flatnonzero(known & (spared | ~np.isnan(marks[came, mark]))).tolist():
            patient, hospital = int(came[row]), int(cohort.hospital[came[row]])
            yield RepeatedTest(patient, float(marks[patient, 0]), hospital, test, "return", bool(spared[row]))
