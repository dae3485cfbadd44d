"""Run one replication of one cell in a worker process, and keep what it leaves behind."""

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import pandas as pd
from threadpoolctl import threadpool_limits

from experiments.agency_need import with_agency_need
from experiments.build import build
from experiments.config import CellConfig
from experiments.event_log.events import event_table
from experiments.hindsight.judging import with_regret
from experiments.limits import UNLIMITED, Limits, within
from experiments.measures import measure_run
from experiments.monitor import Watched, alert_table
from experiments.recovery import with_recovery
from experiments.series import hourly_series
from experiments.settings import Keep
from experiments.store import ALERTS, EVENTS, LAST_WORDS, SERIES, TABLES, Receipt, RunFolder, stem
from sim.run import drawn, simulate
from sim.streams import Replication

PARTS = ("build", "simulate", "measure")
LATE_IMPORTS = ("policies.transfer", "policies.triage", "optimize.transfer", "optimize.solver", "sklearn.linear_model")
"""What `run_cell` imports only when it needs it, so that commands start quickly; workers shall have it ready."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """Hand over what one replication leaves: tables by name, its measures, and its trace hashes.

    `timings` are seconds by part of the work; `kept` names the tables that are written; `engine` says which one moved
    the patients, and why.
    """

    tables: Mapping[str, pd.DataFrame]
    measures: pd.DataFrame
    trace_hash: str
    timings: Mapping[str, float]
    day_hashes: tuple[str, ...] = ()
    kept: tuple[str, ...] = TABLES
    engine: str = ""


Runner = Callable[[CellConfig, Replication], Outcome]
"""Run one replication of one cell; a function of a module, so that workers can find it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Record a replication that raised an error, so many times, which does not stop the others."""

    cell: str
    replication: int
    error: str
    traceback: str
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Unwritten:
    """Report that results could not be written, which stops the study."""

    reason: str


@dataclass(frozen=True, slots=True)
class Job:
    """Ask for one replication of one cell, kept in `folder` under `identity`, within `limits`."""

    cell: CellConfig
    replication: Replication
    identity: str
    folder: RunFolder
    runner: Runner
    limits: Limits = UNLIMITED

    @property
    def last_words(self) -> Path:
        """Return the file in which a replication that had to be ended with its worker says where it was."""
        return self.folder.path / LAST_WORDS / f"{stem(self.cell.name, self.replication.index)}.txt"


def run_cell(cell: CellConfig, replication: Replication) -> Outcome:
    """Build the world of a cell with fresh policies, simulate it once, and measure what happened."""
    moments = [perf_counter()]
    scenario, policies = build(cell.settings)
    moments.append(perf_counter())
    run = simulate(scenario, policies, replication, cell.settings.run.engine)
    keep = cell.settings.store.keep
    moments.append(perf_counter())
    measures = with_regret(measure_run(scenario, run), scenario, run, replication)
    measures = with_agency_need(measures, scenario, run, replication)
    measures = with_recovery(measures, cell.settings, scenario, run, replication)
    moments.append(perf_counter())
    parts = {name: after - before for name, (before, after) in zip(PARTS, pairwise(moments), strict=True)}
    tables = {name: getattr(run, name) for name in TABLES}
    tables[ALERTS] = alert_table(scenario, Watched.of(scenario, run))
    tables[SERIES] = hourly_series(scenario, run)
    if keep is Keep.EVENTS:
        tables[EVENTS] = event_table(scenario, drawn(scenario, replication).minutes, run.patients, run.transfers)
    timings = {**parts, "decide": run.seconds_deciding}
    kept = () if keep is Keep.MEASURES else tuple(tables)
    engine = f"{run.engine}: {run.engine_reason}"
    return Outcome(tables, measures, run.trace_hash, timings, run.day_hashes, kept, engine)


def replicate(job: Job) -> Receipt | Failure | Unwritten:
    """Do one job on one thread; whatever goes wrong comes back as a value, even a policy that tries to end the process.

    What another process has finished meanwhile is not done again.
    """
    there = job.folder.receipt(job.cell.name, job.replication.index)
    if there and there.identity == job.identity:
        return there
    try:
        with threadpool_limits(1), within(job.limits, job.last_words):
            outcome = job.runner(job.cell, job.replication)
        return _kept(job, outcome)
    except (Exception, SystemExit) as error:
        words = f"{type(error).__name__}: {error}"
        return Failure(job.cell.name, job.replication.index, words, traceback.format_exc())


def _kept(job: Job, outcome: Outcome) -> Receipt | Unwritten:
    cell, index = job.cell.name, job.replication.index
    started = perf_counter()
    try:
        hashes = job.folder.keep_tables(cell, index, {name: outcome.tables[name] for name in outcome.kept})
        timings = {**outcome.timings, "write": perf_counter() - started}
        made = job.identity, outcome.trace_hash, _endings(outcome.tables), timings, outcome.day_hashes, outcome.engine
        return job.folder.mark_done(Receipt(cell, index, *made, hashes), outcome.measures)
    except OSError as error:
        return Unwritten(f"{error.strerror or error} ({error.filename or job.folder.path})")


def _endings(tables: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    """Count the decisions by their ending."""
    decisions = tables.get("decisions")
    if decisions is None or decisions.empty:
        return {}
    return {str(ending): int(count) for ending, count in decisions["ending"].value_counts().sort_index().items()}
