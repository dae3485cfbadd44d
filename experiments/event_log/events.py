"""List the events of a replication: arrival, waits for places, stays in them, steps, departure.

Each patient is a case. Waits, stays and steps have an event `start`, and `complete` when they ended before the run did;
the wait of a patient who gave up ends with `ate_abort`. A moment is in minutes since the start of the run.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.layout import Layout
from sim.pathway import Pathway, Phase, Step
from sim.scenario import Scenario
from sim.units import BoolArray, FloatArray, IntArray

ARRIVAL, DEPARTURE, WAIT = "arrival", "departure", "wait for "
START, COMPLETE, ABORT = "start", "complete", "ate_abort"
COLUMNS = ("patient", "activity", "time_min", "lifecycle", "resource", "hospital")


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Hold events that share activity, lifecycle and resource; shapes (m,), `hospital` as index."""

    patient: IntArray
    time_min: FloatArray
    hospital: IntArray
    activity: str
    lifecycle: str
    resource: str = ""


def event_table(
    scenario: Scenario, minutes: FloatArray, patients: pd.DataFrame, transfers: pd.DataFrame
) -> pd.DataFrame:
    """Return one row an event (see `COLUMNS`), patient by patient and in order of time.

    `patients` and `transfers` are the tables of a run of the scenario, `minutes` (n, n_slots) the drawn durations.
    """
    layout = Layout.of(scenario)
    batches = list(_batches(layout, minutes, patients, transfers))
    sizes = [len(batch.patient) for batch in batches]
    patient, time_min, hospital = (
        np.concatenate([getattr(batch, name) for batch in batches]) for name in ("patient", "time_min", "hospital")
    )
    order = np.lexsort((np.repeat(np.arange(len(batches)), sizes), time_min, patient))
    columns = {
        "patient": patient.astype(np.int32)[order],
        "activity": _named([batch.activity for batch in batches], sizes, order),
        "time_min": time_min[order],
        "lifecycle": _named([batch.lifecycle for batch in batches], sizes, order),
        "resource": _named([batch.resource for batch in batches], sizes, order),
        "hospital": _coded(hospital[order], [one.id for one in scenario.city.hospitals]),
    }
    return pd.DataFrame(columns)


def _named(names: Sequence[str], sizes: Sequence[int], order: IntArray) -> "pd.Categorical[str]":
    """Return one name for each event, given one for each batch."""
    known = list(dict.fromkeys(names))
    codes = np.repeat(np.array([known.index(name) for name in names], dtype=np.int64), sizes)
    return _coded(codes[order], known)


def _coded(codes: IntArray, names: Sequence[str]) -> "pd.Categorical[str]":
    return pd.Categorical.from_codes(codes, categories=pd.Index(names))


def _batches(layout: Layout, minutes: FloatArray, patients: pd.DataFrame, transfers: pd.DataFrame) -> Iterator[Batch]:
    """Yield batches so that events at the same moment of a patient follow each other as they happened."""
    scenario = layout.scenario
    hospitals = [one.id for one in scenario.city.hospitals]
    came_to, went_from = (_codes(patients[name], hospitals) for name in ("hospital", "final_hospital"))
    arrived, departed = (patients[name].to_numpy(float) for name in ("arrived", "departed"))
    everyone = patients["patient"].to_numpy(dtype=np.int64)
    here = ~np.isnan(arrived)
    yield Batch(everyone[here], arrived[here], came_to[here], ARRIVAL, COMPLETE)
    condition = _codes(patients["condition"], [one.name for one in scenario.conditions])
    moves = transfers[transfers["refusal"] == ""]
    for index, pathway in enumerate(scenario.pathways):
        rows = np.flatnonzero(layout.pathway_of_condition[condition] == index)
        mine = everyone[rows]
        if len(rows):
            own = patients.iloc[rows]
            yield from _Telling(layout, pathway, mine, own, minutes[mine], moves, came_to[rows]).batches()
    gone = ~np.isnan(departed)
    yield Batch(everyone[gone], departed[gone], went_from[gone], DEPARTURE, COMPLETE)


def _codes(column: "pd.Series[str]", names: Sequence[str]) -> IntArray:
    """Return the position of each text among `names`; a file that was read again may number them differently."""
    return pd.Categorical(column.astype(object), categories=pd.Index(names)).codes.astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class _Telling:
    """Tell the events of all patients of one pathway; `rows` are their numbers, `came_to` their hospitals' indexes."""

    layout: Layout
    pathway: Pathway
    rows: IntArray
    patients: pd.DataFrame
    minutes: FloatArray
    moves: pd.DataFrame
    came_to: IntArray

    def batches(self) -> Iterator[Batch]:
        hospital = self.came_to
        for phase in self.pathway.phases:
            asked_at, hospital = hospital, self._moved(phase, hospital)
            if phase.place:
                yield from self._place(phase, asked_at, hospital)
            for step in phase.steps:
                yield from self._step(f"{phase.name}.{step.name}", step, hospital)
            if phase.place:
                yield self._batch(self._mark(f"{phase.name}_left"), hospital, phase.name, COMPLETE, phase.place)

    def _place(self, phase: Phase, asked_at: IntArray, hospital: IntArray) -> Iterator[Batch]:
        """Yield the wait for a place, which ends elsewhere when the patient is moved, and the entry into it."""
        asked, entered = self._mark(f"{phase.name}_asked"), self._mark(f"{phase.name}_entered")
        wait, place = WAIT + phase.name, str(phase.place)
        yield self._batch(asked, asked_at, wait, START, place)
        yield self._batch(entered, hospital, wait, COMPLETE, place)
        gave_up = ~np.isnan(asked) & np.isnan(entered)
        yield self._batch(np.where(gave_up, self._mark("departed"), np.nan), asked_at, wait, ABORT, place)
        yield self._batch(entered, hospital, phase.name, START, place)

    def _step(self, slot: str, step: Step, hospital: IntArray) -> Iterator[Batch]:
        """Yield start and end of a step; one without an end of its own ends after its drawn minutes."""
        started, resource = self._mark(f"{slot}_started"), " or ".join("+".join(needs) for needs in step.choices)
        yield self._batch(started, hospital, slot, START, resource)
        if f"{slot}_ended" in self.patients:
            ended = self._mark(f"{slot}_ended")
        else:
            ended = started + self.minutes[:, self.layout.slot_index[slot]]
            ended = np.where(ended < self.layout.scenario.horizon.end_min, ended, np.nan)
        yield self._batch(ended, hospital, slot, COMPLETE, resource)

    def _batch(self, moment: FloatArray, hospital: IntArray, activity: str, lifecycle: str, resource: str) -> Batch:
        happened: BoolArray = ~np.isnan(moment)
        return Batch(self.rows[happened], moment[happened], hospital[happened], activity, lifecycle, resource)

    def _mark(self, name: str) -> FloatArray:
        if name not in self.patients:
            return np.full(len(self.rows), np.nan)
        return self.patients[name].to_numpy(dtype=float)

    def _moved(self, phase: Phase, hospital: IntArray) -> IntArray:
        """Return where the phase takes place: those who were moved while they waited for it are elsewhere."""
        done = self.moves[self.moves["phase"] == phase.name]
        hospitals = [one.id for one in self.layout.scenario.city.hospitals]
        place_of = pd.Series(_codes(done["destination"], hospitals), index=done["patient"].to_numpy())
        there = place_of.groupby(level=0).last().reindex(self.rows).to_numpy(dtype=float)
        return np.where(np.isnan(there), hospital, there).astype(np.int64)
