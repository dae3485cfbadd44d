"""Over random cities: a census taken of a run is accepted, everyone goes on from where they were, nothing is lost."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from experiments.event_log.events import event_table
from experiments.files.census import read_census
from sim.census import NONE, Census
from sim.run import Run, drawn, simulate
from sim.scenario import Scenario
from sim.streams import Replication
from sim.units import MINUTES_PER_HOUR
from tests.random_worlds import scenarios
from tests.small_worlds import POLICIES
from tests.snapshot import snapshot, write_census

pytestmark = pytest.mark.theory

ZERO = datetime(2026, 1, 5)
NOON_MIN = 720.0


def census_at_noon(scenario: Scenario, replication: Replication) -> tuple[Run, Census | None]:
    """Return a run, and the census of its first noon; minutes are rounded as in a file."""
    run = simulate(scenario, POLICIES, replication)
    taken = snapshot(scenario, run, drawn(scenario, replication).minutes, NOON_MIN, ZERO)
    if taken.empty:
        return run, None
    with TemporaryDirectory() as folder:
        path = write_census(taken, Path(folder) / "census.csv")
        sheet, census = read_census(path, datetime(2026, 1, 5, 12), scenario)
    assert sheet.all_faults() == []
    return run, census


@settings(max_examples=25, deadline=None)
@given(scenarios(), st.integers(0, 1000))
def test_a_census_of_a_run_is_a_start_for_another(scenario: Scenario, index: int) -> None:
    replication = Replication(index, 4)
    before, census = census_at_noon(scenario, replication)
    assume(census is not None)
    assert census is not None
    later = replace(scenario, census=census).checked()
    after = simulate(later, POLICIES, replication).patients
    inside, n = after[: census.n_patients], census.n_patients
    at_noon = (before.patients["arrived"] <= NOON_MIN) & ~(before.patients["departed"] <= NOON_MIN)
    assert n == at_noon.sum()
    assert len(after) == n + drawn(scenario, replication).n_patients
    assert ((inside["departed"] >= 0) | inside["departed"].isna()).all()
    for phase in ("emergency", "ward"):
        entered, left = (before.patients[f"{phase}_{mark}"] for mark in ("entered", "left"))
        held = (entered <= NOON_MIN) & ~(left <= NOON_MIN)
        assert (inside[f"{phase}_entered"] == 0.0).sum() >= held.sum()


@settings(max_examples=25, deadline=None)
@given(scenarios(), st.integers(0, 1000))
def test_what_is_behind_does_not_happen_again(scenario: Scenario, index: int) -> None:
    replication = Replication(index, 4)
    _, census = census_at_noon(scenario, replication)
    assume(census is not None)
    assert census is not None
    later = replace(scenario, census=census)
    patients = simulate(later, POLICIES, replication).patients
    pathways = {one.name: one for one in scenario.pathways}
    for row, number in enumerate(census.ranked.tolist()):
        position = census.at(number)
        pathway = pathways[scenario.conditions[census.condition[number]].pathway]
        over = pathway.phases[: max(position.phase, 0) if position.waits_phase == NONE else position.waits_phase]
        steps = [f"{phase.name}.{step.name}" for phase in over for step in phase.steps]
        if position.waits_phase == NONE:
            now = pathway.phases[position.phase]
            steps += [f"{now.name}.{step.name}" for step in now.steps[: position.next_step]]
        assert patients.loc[row, [f"{slot}_started" for slot in steps]].isna().all()


def busy_from_events(events: pd.DataFrame, resource: str, hospital: str, n_hours: int) -> np.ndarray:
    """Return the minutes in which a resource was in use, hour by hour, counted from the events alone."""
    own = events[(events["hospital"] == hospital) & ~events["activity"].str.startswith("wait for ")]
    used = own[[resource in str(pools).split("+") for pools in own["resource"]]]
    edges = np.arange(n_hours + 1) * MINUTES_PER_HOUR
    starts, ends = (used.loc[used["lifecycle"] == name, "time_min"].to_numpy() for name in ("start", "complete"))
    minutes_until = [np.clip(edge - starts, 0, None).sum() - np.clip(edge - ends, 0, None).sum() for edge in edges]
    found: np.ndarray = np.diff(minutes_until)
    return found


@settings(max_examples=25, deadline=None)
@given(scenarios(), st.integers(0, 1000))
def test_every_step_of_use_follows_from_the_events(scenario: Scenario, index: int) -> None:
    """The hourly integrals of every pool are those of the starts and ends in the event log."""
    replication = Replication(index, 4)
    run = simulate(scenario, POLICIES, replication)
    assume(len(run.patients) > 0)
    events = event_table(scenario, drawn(scenario, replication).minutes, run.patients, run.transfers)
    for (hospital, pool), levels in run.levels.groupby(["hospital", "pool"]):
        found = busy_from_events(events, str(pool), str(hospital), len(levels))
        np.testing.assert_allclose(found, levels["busy_min"], atol=1e-6)
