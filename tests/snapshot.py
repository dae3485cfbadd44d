"""Take a census of a simulated city at a moment, as a person with a clipboard would, and write it as census.csv."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from sim.layout import Layout
from sim.pathway import Pathway
from sim.run import Run
from sim.scenario import Scenario
from sim.units import FloatArray

COLUMNS = ["hospital", "condition", "acuity", "zone", "arrived", "phase", "step", "waits_for", "since"]
Found = tuple[str, str, str, float]
"""Phase, step that goes on, what is waited for, and since which minute."""


def snapshot(scenario: Scenario, run: Run, minutes: FloatArray, at_min: float, start: datetime) -> pd.DataFrame:
    """Return the rows of census.csv at `at_min`; `minutes` (n, n_slots) were drawn, `start` is time zero."""
    layout = Layout.of(scenario)
    pathways = {one.name: one for one in scenario.pathways}
    pathway_of = {one.name: pathways[one.pathway] for one in scenario.conditions}
    rows = []
    for patient in run.patients.to_dict("records"):
        if patient["arrived"] <= at_min < _or_never(patient["departed"]):
            own = dict(zip(layout.slots, minutes[patient["patient"]], strict=True))
            phase, step, waits_for, since = _position(pathway_of[patient["condition"]], patient, own, at_min)
            moved = not np.isnan(patient.get(f"{phase}_entered", np.nan))
            where = patient["final_hospital" if moved else "hospital"]
            moments = [str(start + timedelta(minutes=moment)) for moment in (patient["arrived"], since)]
            zone = "" if pd.isna(patient["zone"]) else patient["zone"]
            head = [where, patient["condition"], patient["acuity"], zone, moments[0]]
            rows.append([*head, phase, step, waits_for, moments[1]])
    return pd.DataFrame(rows, columns=COLUMNS)


def write_census(census: pd.DataFrame, path: Path) -> Path:
    """Write census.csv."""
    census.to_csv(path, index=False, lineterminator="\n")
    return path


def _position(pathway: Pathway, patient: dict[str, float], minutes: dict[str, float], at_min: float) -> Found:
    """Return the last thing that has begun."""
    return list(_begun(pathway, patient, minutes, at_min))[-1]


def _begun(pathway: Pathway, patient: dict[str, float], minutes: dict[str, float], at_min: float) -> Iterator[Found]:
    """Yield every wait and every step that has begun by then, in order."""
    held, ready = "", patient["arrived"]
    for phase in pathway.phases:
        if phase.place:
            asked, entered = (_or_never(patient[f"{phase.name}_{mark}"]) for mark in ("asked", "entered"))
            if asked > at_min:
                continue
            yield held, "", phase.name, asked
            if entered > at_min:
                return
            ready = entered
        happens = [step for step in phase.steps if minutes[f"{phase.name}.{step.name}"] >= 0]
        if phase.place or happens:
            held = phase.name
        for step in happens:
            started = _or_never(patient[f"{phase.name}.{step.name}_started"])
            yield phase.name, "", step.name, ready
            if started > at_min:
                return
            yield phase.name, step.name, "", started
            ready = started + minutes[f"{phase.name}.{step.name}"]
            if ready > at_min:
                return


def _or_never(moment: float) -> float:
    return np.inf if np.isnan(moment) else float(moment)
