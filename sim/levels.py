"""Integrate, hour by hour and exactly, how many units were busy, how many patients waited, how many were on duty.

Nothing is counted while the world moves: the intervals follow from the marks afterwards, in columns. With a patient
waiting or a unit busy from s to e, the integral up to time t is the sum of max(0, t - s) minus that of max(0, t - e).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from sim.city import Kind
from sim.cohort import Cohort
from sim.layout import Layout, ends_late
from sim.log import Log, Spell
from sim.pathway import Pathway, Phase
from sim.units import MINUTES_PER_HOUR, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """Tell when patients asked for a unit of pools, got it, and gave it back; NaN for not yet. Shapes (m,)."""

    pool: IntArray
    asked_min: FloatArray
    started_min: FloatArray
    ended_min: FloatArray


def hourly_levels(layout: Layout, cohort: Cohort, log: Log) -> pd.DataFrame:
    """Return one row a pool and hour: busy, queue, cleaning, duty and overtime minutes.

    Duty minutes are those of the roster and of guests, less units lent or out of use, plus overtime, so that busy and
    cleaning together never exceed duty.
    """
    hospitals = layout.scenario.city.hospitals
    pools = [(hospital.id, pool) for hospital in hospitals for pool in hospital.pools]
    end_min = layout.scenario.horizon.end_min
    busy, queue, cleaning, overtime, out_of_use, guests = (_Tally(len(pools), end_min) for _ in range(6))
    for use in uses(layout, cohort, log):
        busy.add(use.pool, use.started_min, use.ended_min)
        left = np.where(np.isnan(use.started_min), use.ended_min, use.started_min)
        queue.add(use.pool, use.asked_min, left)
    busy.lend(log.usage.lent)
    guests.change(log.usage.guests)
    cleaning.add(*_columns(log.usage.cleaning))
    overtime.add(*_spells(log.usage.overtime))
    out_of_use.add(*_spells(log.usage.out_of_use))
    roster = np.stack([np.resize(pool.hourly, busy.n_hours) for _, pool in pools])
    duty = roster * busy.minutes_in_hour + guests.minutes() - out_of_use.minutes() + overtime.minutes()
    return pd.DataFrame(
        {
            "hospital": np.repeat([hospital for hospital, _ in pools], busy.n_hours),
            "pool": np.repeat([pool.code for _, pool in pools], busy.n_hours),
            "hour": np.tile(np.arange(busy.n_hours), len(pools)),
            "busy_min": busy.minutes().ravel(),
            "queue_min": queue.minutes().ravel(),
            "cleaning_min": cleaning.minutes().ravel(),
            "duty_min": duty.ravel(),
            "overtime_min": overtime.minutes().ravel(),
        }
    )


def equipment_uses(layout: Layout, cohort: Cohort, log: Log) -> pd.DataFrame:
    """Return one row a use of equipment that has begun: where, and when it was asked for, began and ended.

    A use that is interrupted has a row for each piece of it. One that goes on at the end of the run has no end.
    """
    pools = [(hospital.id, pool) for hospital in layout.scenario.city.hospitals for pool in hospital.pools]
    is_equipment = np.array([pool.kind is Kind.EQUIPMENT for _, pool in pools])
    found = [
        np.column_stack((use.pool, use.asked_min, use.started_min, use.ended_min)) for use in uses(layout, cohort, log)
    ]
    rows = np.concatenate([np.empty((0, 4)), *(some[is_equipment[some[:, 0].astype(np.int64)]] for some in found)])
    rows = rows[~np.isnan(rows[:, 2])]
    rows[rows[:, 3] > layout.scenario.horizon.end_min, 3] = np.nan
    number = rows[:, 0].astype(np.int64)
    return pd.DataFrame(
        {
            "hospital": np.array([hospital for hospital, _ in pools], dtype=object)[number],
            "pool": np.array([pool.code for _, pool in pools], dtype=object)[number],
            "asked_min": rows[:, 1],
            "started_min": rows[:, 2],
            "ended_min": rows[:, 3],
        }
    )


def _spells(spells: list[Spell]) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return pool, start and end of every unit's spell, shapes (m,)."""
    rows = np.array(spells, dtype=float).reshape(-1, 4)
    return _columns(np.repeat(rows, rows[:, 3].astype(np.int64), axis=0)[:, :3])


def _columns(rows: ArrayLike) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return pools, starts and ends from rows of (pool, start, end)."""
    pool, start_min, end_min = np.asarray(rows, dtype=float).reshape(-1, 3).T
    return pool.astype(np.int64), start_min, end_min


def uses(layout: Layout, cohort: Cohort, log: Log) -> Iterator[Use]:
    """Yield the uses of places and of the pools of every step, pathway by pathway, then those logged in pieces."""
    marks = np.frombuffer(log.marks).reshape(cohort.n_patients, len(layout.marks))
    hospital_at = np.frombuffer(log.hospital_at, dtype=np.int16).reshape(cohort.n_patients, len(layout.phases))
    numbers = _pool_numbers(layout)
    for p, pathway in enumerate(layout.scenario.pathways):
        rows = np.flatnonzero(cohort.pathway == p)
        if len(rows):
            yield from _Walk(layout, numbers, log, rows, marks[rows], cohort.minutes[rows], hospital_at[rows]).uses(
                pathway
            )
    pieces = np.array(log.usage.pieces, dtype=float).reshape(-1, 4)
    yield Use(pieces[:, 0].astype(np.int64), *pieces[:, 1:].T)


def _pool_numbers(layout: Layout) -> dict[str, IntArray]:
    """Return for each pool code its number at each hospital, -1 where there is none; `code@hospital` is one for all."""
    hospitals = layout.scenario.city.hospitals
    numbers = {code: np.full(len(hospitals), -1) for code in layout.scenario.city.pool_codes}
    pools = [(h, pool.code) for h, hospital in enumerate(hospitals) for pool in hospital.pools]
    for number, (h, code) in enumerate(pools):
        numbers[code][h] = number
        numbers[f"{code}@{hospitals[h].id}"] = np.full(len(hospitals), number)
    return numbers


@dataclass(frozen=True, slots=True, eq=False)
class _Walk:
    """Walk through the phases and steps of one pathway with all its patients at once."""

    layout: Layout
    numbers: dict[str, IntArray]
    log: Log
    patient: IntArray
    marks: FloatArray
    minutes: FloatArray
    hospital_at: NDArray[np.int16]

    def uses(self, pathway: Pathway) -> Iterator[Use]:
        """Yield uses in order, keeping the moment from which each patient waits."""
        ready = self.mark("arrived").copy()
        for phase in pathway.phases:
            here = self.hospital_at[:, self.layout.phase_index[phase.name]]
            if phase.place:
                yield from self.place_uses(phase, self.numbers[phase.place], here)
                asked = self.mark(f"{phase.name}_asked")
                ready = np.where(np.isnan(asked), ready, self.mark(f"{phase.name}_entered"))
            for step in phase.steps:
                slot = f"{phase.name}.{step.name}"
                duration = self.minutes[:, self.layout.slot_index[slot]]
                happens = duration >= 0
                started = self.mark(f"{slot}_started")
                late = ends_late(step, self.layout.scenario.city.interruptible)
                ended = self.mark(f"{slot}_ended") if late else started + duration
                for code in step.needs if self.layout.is_plain(step) else ():
                    asked = np.where(happens, ready, np.nan)
                    yield Use(self.numbers[code][here], asked, started, ended)
                ready = np.where(happens, ended, ready)

    def mark(self, name: str) -> FloatArray:
        """Return one column of marks."""
        return self.marks[:, self.layout.mark_index[name]]

    def place_uses(self, phase: Phase, number: IntArray, here: NDArray[np.int16]) -> Iterator[Use]:
        """Yield the use of a place; a place kept for a transferred patient is busy from the decision on."""
        obtained = "ready" if phase.move else "entered"
        asked, entered, left = (self.mark(f"{phase.name}_{moment}") for moment in ("asked", obtained, "left"))
        moved, origin = self.moves(phase)
        lodged = self.lodged(phase)
        stayed = np.isnan(moved)
        gone = np.where(np.isnan(entered) & stayed, self.mark("departed"), left)
        there, elsewhere = np.where(lodged < 0, number[here], lodged), ~stayed | (lodged >= 0)
        yield Use(there, np.where(elsewhere, np.nan, asked), np.where(stayed, entered, moved), gone)
        never, asked_at = np.full(len(asked), np.nan), np.where(stayed, here, origin)
        yield Use(number[asked_at], np.where(elsewhere, asked, np.nan), never, np.where(stayed, entered, moved))

    def lodged(self, phase: Phase) -> IntArray:
        """Return the pools of the places that stood in for those that patients wanted, -1 for none."""
        column = self.layout.phase_index[phase.name]
        pool = np.full(len(self.log.marks) // len(self.layout.marks), -1, dtype=np.int64)
        for (patient, of), number in self.log.lodged.items():
            if of == column:
                pool[patient] = number
        return pool[self.patient]

    def moves(self, phase: Phase) -> tuple[FloatArray, IntArray]:
        """Return when the patients were moved while waiting for this phase (NaN for never), and from where."""
        column = self.layout.phase_index[phase.name]
        done = [row for row in self.log.transfers if row.phase == column and not row.refusal]
        moved = np.full(len(self.log.marks) // len(self.layout.marks), np.nan)
        origin = np.zeros(len(moved), dtype=np.int64)
        for row in done:
            moved[row.patient], origin[row.patient] = row.time_min, row.origin
        return moved[self.patient], origin[self.patient]


class _Tally:
    """Add up the minutes of intervals, by pool and hour.

    An interval gives all minutes after its start and takes back all after its end. A moment in an hour leaves the rest
    of that hour and the whole of the next ones, so it is enough to keep, for every hour, how many moments fell into it
    and how many minutes had passed by then. Times on the grid make these sums exact in any order.
    """

    def __init__(self, n_pools: int, end_min: float) -> None:
        self.n_hours = int(np.ceil(end_min / MINUTES_PER_HOUR))
        self._end_min = end_min
        self._shape = (n_pools, self.n_hours)
        self._moments = np.zeros(n_pools * self.n_hours)
        self._passed_min = np.zeros(n_pools * self.n_hours)

    @property
    def minutes_in_hour(self) -> FloatArray:
        edges = np.minimum(np.arange(self.n_hours + 1) * MINUTES_PER_HOUR, self._end_min)
        return np.diff(edges)

    def add(self, pool: IntArray, start_min: FloatArray, end_min: FloatArray) -> None:
        """Add intervals, shapes (m,); NaN for one that did not start, or has not ended by the end of the run."""
        started = start_min < self._end_min
        ended = started & (end_min < self._end_min)
        self._note(pool[started], start_min[started], 1.0)
        self._note(pool[ended], end_min[ended], -1.0)

    def lend(self, lent: list[tuple[int, int, float, int]]) -> None:
        """Move units from borrowers to lenders, and back, at the moments when they change hands."""
        borrower, lender, moment_min, change = np.array(lent, dtype=float).reshape(-1, 4).T
        for sign in (1.0, -1.0):
            mine = change == sign
            self._note(lender[mine].astype(np.int64), moment_min[mine], sign)
            self._note(borrower[mine].astype(np.int64), moment_min[mine], -sign)

    def change(self, changes: list[tuple[int, float, int]]) -> None:
        """Add units from a moment on, or take them away if fewer than none; rows of (pool, moment, change)."""
        for pool, moment_min, units in changes:
            self._note(np.full(abs(units), pool), np.full(abs(units), moment_min), np.sign(units))

    def _note(self, pool: IntArray, moment_min: FloatArray, sign: float) -> None:
        hour = (moment_min / MINUTES_PER_HOUR).astype(np.int64)
        cell = pool * self.n_hours + hour
        passed = moment_min - hour * MINUTES_PER_HOUR
        self._moments += sign * np.bincount(cell, minlength=len(self._moments))
        self._passed_min += sign * np.bincount(cell, weights=passed, minlength=len(self._moments))

    def minutes(self) -> FloatArray:
        """Return the minutes added up, shape (n_pools, n_hours)."""
        going_on = np.cumsum(self._moments.reshape(self._shape), axis=1)
        return going_on * self.minutes_in_hour - self._passed_min.reshape(self._shape)
