"""Measure ambulances: waits for them, drives, the wait at the door, and who is brought elsewhere than chosen."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from experiments.measure import Measure
from sim.run import Run
from sim.scenario import Scenario
from sim.units import FloatArray

Row = tuple[str, str, str, float]
COVERED_MIN = 8.0  # A-RESPONSE
DIMENSIONS = {"hospital": "hospital", "acuity": "acuity_true"}

CONVEYANCE_MEASURES = (
    Measure(
        "call_to_provider_min",
        "Call to provider",
        "min",
        "Mean time from the call of an ambulance to the first step of care in an emergency space.",
        "lower",
        1,
    ),
    Measure(
        "offload_min",
        "Offload delay",
        "min",
        "Mean time from the end of the drive until there is an emergency space and the ambulance can leave.",
        "lower",
        1,
    ),
    Measure(
        "offload_p90_min",
        "Offload delay, 90 %",
        "min",
        "Nine of ten ambulances could leave within this time.",
        "lower",
        1,
    ),
    Measure(
        "ambulance_wait_min",
        "Wait for an ambulance",
        "min",
        "Mean time from the call until an ambulance is free.",
        "lower",
        1,
    ),
    Measure(
        "response_min",
        "Response",
        "min",
        "Mean way of the crew that answers, from its post to the patient; the wait until a crew is free not counted.",
        "lower",
        2,
    ),
    Measure(
        "response_over_8_share",
        "Response over 8 min",
        "share",
        "Share of calls whose crew is more than eight minutes on its way to the patient.",
        "lower",
        3,
        "A-RESPONSE",
    ),
    Measure("drive_min", "Drive", "min", "Mean time from then until the patient is at the hospital.", "lower", 1),
    Measure(
        "conveyed_per_day", "Brought by ambulance", "patients/day", "Patients who came by ambulance.", "", 1, "P16"
    ),
    Measure(
        "diverted_share",
        "Brought elsewhere",
        "share",
        "Share of those brought by ambulance who came to another hospital than they would have chosen.",
        "",
        3,
    ),
)


def drives(scenario: Scenario) -> dict[str, str]:
    """Return the first phase and the step (`phase.step`) of every drive of a scenario, in order, each once."""
    firsts = [pathway.phases[0] for pathway in scenario.pathways]
    return {phase.name: f"{phase.name}.{step.name}" for phase in firsts for step in phase.steps if step.drives}


def at_door(scenario: Scenario, patients: pd.DataFrame) -> FloatArray:
    """Return when each patient came to the door: on arrival, or at the end of the drive of those who were driven."""
    at_door = patients["arrived"].to_numpy(dtype=float)
    for step in drives(scenario).values():
        ended = patients[f"{step}_ended"].to_numpy(dtype=float)
        at_door = np.where(np.isnan(ended), at_door, ended)
    return at_door


def conveyance_rows(scenario: Scenario, run: Run) -> Iterator[Row]:
    """Yield the measures of patients driven to a hospital who called after the warm-up; nothing where nobody is."""
    for phase, step in drives(scenario).items():
        called = run.patients["arrived"] >= scenario.horizon.warm_up_min
        mine = run.patients[called & run.patients[f"{phase}_asked"].notna() & run.patients["zone"].notna()]
        yield "conveyed_per_day", "all", "all", len(mine) * 1440.0 / scenario.horizon.measured_min
        for dimension, level, some in _groups(mine):
            yield from _rows(dimension, level, some, phase, step)


def _groups(patients: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    yield "all", "all", patients
    for dimension, column in DIMENSIONS.items():
        for level, some in patients.groupby(column, observed=True):
            yield dimension, str(level), some


def _rows(dimension: str, level: str, some: pd.DataFrame, phase: str, step: str) -> Iterator[Row]:
    offload = some["emergency_entered"] - some[f"{step}_ended"]
    care = [str(name) for name in some if str(name).startswith("emergency.") and str(name).endswith("_started")]
    for name, value in (
        ("call_to_provider_min", (some[care].min(axis=1) - some["arrived"]).mean()),
        ("offload_min", offload.mean()),
        ("offload_p90_min", offload.quantile(0.9)),
        ("ambulance_wait_min", (some[f"{phase}_entered"] - some[f"{phase}_asked"]).mean()),
        ("drive_min", (some[f"{step}_ended"] - some[f"{step}_started"]).mean()),
    ):
        yield name, dimension, level, float(value)
    if "response_min" in some and len(some):
        yield "response_min", dimension, level, float(some["response_min"].mean())
        yield "response_over_8_share", dimension, level, float((some["response_min"] > COVERED_MIN).mean())
    if "chosen_hospital" in some and len(some):
        elsewhere = some["hospital"].astype(str) != some["chosen_hospital"].astype(str)
        yield "diverted_share", dimension, level, float(elsewhere.mean())
