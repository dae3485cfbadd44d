"""Estimate what a study will take, without running anything: patients, minutes, and bytes on disk and in memory.

Patients follow from the arrival rates. Times and sizes come from the constants below, measured on five hospitals over
fifteen weeks (116 000 patients, one core of a small server); another machine may need half or twice the time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from experiments.build import check
from experiments.config import CellConfig
from experiments.progress import counted
from experiments.rounds.plan import extends, most_of
from experiments.settings import Keep
from experiments.summary import aligned
from sim.graded import as_graded
from sim.layout import Layout
from sim.scenario import Scenario, Source
from sim.streams import Replication, stream
from sim.units import MINUTES_PER_HOUR

SECONDS_PER_PATIENT = 18e-6
SECONDS_PER_REVIEW = 5e-4
SECONDS_TO_START = 0.5
DISK_PER_PATIENT_AND_MARK = 2.1
DISK_PER_POOL_AND_HOUR = 4.4
DISK_PER_EVENT = 4.6
EVENTS_PER_MARK = 0.68
MEMORY_OF_WORKER = 180e6
NUMBERS_PER_PATIENT = 40
BYTES_PER_NUMBER = 8
BYTES_PER_GIB = 2**30


@dataclass(frozen=True, slots=True)
class Estimate:
    """Estimate one replication of a cell: seconds of one core, bytes on disk, and bytes of memory of its worker."""

    patients: float
    seconds: float
    disk_bytes: float
    memory_bytes: float


def estimate(scenario: Scenario, keep: Keep) -> Estimate:
    """Return the estimate for one replication of a scenario, of which `keep` is kept."""
    patients = expected_patients(scenario)
    layout = Layout.of(scenario)
    n_marks, n_slots = len(layout.marks), len(layout.slots)
    minutes = scenario.horizon.end_min
    hours = sum(len(one.pools) for one in scenario.city.hospitals) * minutes / MINUTES_PER_HOUR
    reviews = minutes / scenario.transfers.review_every_min
    tables = patients * n_marks * DISK_PER_PATIENT_AND_MARK + hours * DISK_PER_POOL_AND_HOUR
    events = patients * n_marks * EVENTS_PER_MARK * DISK_PER_EVENT
    # Marks are held by the log, by the table, and once more while either is made; durations by the cohort and its draw.
    held = patients * BYTES_PER_NUMBER * (3 * n_marks + 2 * n_slots + NUMBERS_PER_PATIENT)
    return Estimate(
        patients=patients,
        seconds=SECONDS_TO_START + patients * SECONDS_PER_PATIENT + reviews * SECONDS_PER_REVIEW,
        disk_bytes=(keep is not Keep.MEASURES) * tables + (keep is Keep.EVENTS) * events,
        memory_bytes=MEMORY_OF_WORKER + held + hours * BYTES_PER_NUMBER * 10,
    )


def expected_patients(scenario: Scenario) -> float:
    """Return the patients expected in one replication: those inside at the start, all arrivals, and return visits."""
    inside = scenario.census.n_patients if scenario.census else 0
    come = sum(source.at_start + _arrivals(source, scenario.horizon.end_min) for source in scenario.sources)
    again = float(np.mean(as_graded(scenario.returns.p).values)) if scenario.returns else 0.0
    return inside + come * (1.0 + again)


def _arrivals(source: Source, end_min: float) -> float:
    """Return the arrivals of a source until the end: expected from its rates, or one draw of its pattern."""
    if source.pattern is not None:
        return len(source.pattern.draw(end_min, partial(stream, Replication(0, 0), source.name)).minutes)
    hours = end_min / MINUTES_PER_HOUR
    whole = int(hours)
    rates = np.resize(source.hourly_rate, whole + 1)
    return float(rates[:whole].sum() + (hours - whole) * rates[whole])


def dry_run(cells: Sequence[CellConfig], n_workers: int) -> str:
    """Return a table of what all cells take on so many workers; the memory is that of one worker.

    Raises:
        ScenarioError: with the faults of the first cell that has no meaning.
    """
    n, found = cells[0].settings.run.replications, estimates(cells, [check(cell.settings) for cell in cells])
    heading = ["cell", "replications", "patients each", "minutes", "GiB on disk", "GiB in memory"]
    rows = [heading, *(_row(cell.name, n, one) for cell, one in zip(cells, found, strict=True))]
    return f"{aligned(rows)}\nTogether {takes(found, n, n_workers)}{at_most(cells, found, n_workers)}. Nothing was run."


def at_most(cells: Sequence[CellConfig], found: Sequence[Estimate], n_workers: int) -> str:
    """Return in words what all rounds of replications take if nothing ends them early, "" where there are none."""
    run = cells[0].settings.run
    if not extends(run, len(cells)):
        return ""
    return f"; until {run.until} at most {takes(found, most_of(run), n_workers)}"


def estimates(cells: Sequence[CellConfig], scenarios: Sequence[Scenario]) -> list[Estimate]:
    """Return the estimate for one replication of each cell; `scenarios` are theirs."""
    return [estimate(made, cell.settings.store.keep) for cell, made in zip(cells, scenarios, strict=True)]


def takes(found: Sequence[Estimate], n: int, n_workers: int) -> str:
    """Return in words what `n` replications of each cell take: patients, minutes, disk, and memory of one worker."""
    workers = max(1, min(n_workers, n * len(found)))
    seconds, disk, patients = (
        n * sum(getattr(one, name) for one in found) for name in ("seconds", "disk_bytes", "patients")
    )
    memory = max(one.memory_bytes for one in found)
    return (
        f"{counted(n * len(found), 'replication')}: about {seconds / 60 / workers:.1f} minutes on"
        f" {counted(workers, 'worker')}, {patients:,.0f} patients, {_gib(disk)} GiB on disk,"
        f" {_gib(memory)} GiB of memory for each worker"
    )


def _row(name: str, n: int, one: Estimate) -> list[str]:
    sizes = _gib(n * one.disk_bytes), _gib(one.memory_bytes)
    return [name, str(n), f"{one.patients:,.0f}", f"{n * one.seconds / 60:.1f}", *sizes]


def _gib(n_bytes: float) -> str:
    return f"{n_bytes / BYTES_PER_GIB:.3f}"
