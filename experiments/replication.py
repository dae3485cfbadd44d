"""Run one replication of one cell in a worker process, and keep what it leaves behind."""

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from time import perf_counter

import pandas as pd

from experiments.agency_need import with_agency_need
from experiments.build import build
from experiments.config import CellConfig
from experiments.event_log.events import event_table
from experiments.hindsight.judging import with_regret
from experiments.measures import measure_run
from experiments.monitor import Watched, alert_table
from experiments.recovery import with_recovery
from experiments.series import hourly_series
from experiments.settings import Keep
from experiments.store import ALERTS, EVENTS, SERIES, TABLES, Receipt, RunFolder
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
    """Record a replication that raised an error, which does not stop the others."""

    cell: str
    replication: int
    error: str
    traceback: str


@dataclass(frozen=True, slots=True)
class Unwritten:
    """Report that results could not be written, which stops the study."""

    reason: str


@dataclass(frozen=True, slots=True)
class Job:
    """Ask for one replication of one cell, kept in `folder` under `identity`."""

    cell: CellConfig
    replication: Replication
    identity: str
    folder: RunFolder
    runner: Runner


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
    """Do one job; whatever goes wrong comes back as a value, even a policy that tries to end the process."""
    try:
        return _kept(job, job.runner(job.cell, job.replication))
    except (Exception, SystemExit) as error:
        words = f"{type(error).__name__}: {error}"
        return Failure(job.cell.name, job.replication.index, words, traceback.format_exc())


def _kept(job: Job, outcome: Outcome) -> Receipt | Unwritten:
    cell, index = job.cell.name, job.replication.index
    started = perf_counter()
    try:
        job.folder.keep_tables(cell, index, {name: outcome.tables[name] for name in outcome.kept})
        timings = {**outcome.timings, "write": perf_counter() - started}
        made = job.identity, outcome.trace_hash, _endings(outcome.tables), timings, outcome.day_hashes, outcome.engine
        receipt = Receipt(cell, index, *made)
        job.folder.mark_done(receipt, outcome.measures)
    except OSError as error:
        return Unwritten(f"{error.strerror or error} ({error.filename or job.folder.path})")
    return receipt


def _endings(tables: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    """Count the decisions by their ending."""
    decisions = tables.get("decisions")
    if decisions is None or decisions.empty:
        return {}
    return {str(ending): int(count) for ending, count in decisions["ending"].value_counts().sort_index().items()}
