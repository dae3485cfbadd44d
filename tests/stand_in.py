"""A world in miniature: cells and runners that workers can import, in place of a simulation."""

import os
import resource
import signal
import time
from hashlib import sha256
from typing import cast

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_info  # type: ignore[import-untyped]

from experiments.config import CellConfig
from experiments.replication import Outcome
from experiments.settings import Settings
from experiments.store import TABLES
from experiments.study import Study
from sim.streams import Replication, stream

N_PATIENTS = 50


def cell(name: str, **factors: str) -> CellConfig:
    resolved = {"city": {"name": "miniature"}, **{seat: {"policy": level} for seat, level in factors.items()}}
    return CellConfig(name, factors, cast(Settings, None), resolved, sha256(name.encode()).hexdigest())


def study(names: tuple[str, ...] = ("stay_put", "balance"), n_replications: int = 3) -> Study:
    cells = [cell(name, transfer=name) for name in names]
    return Study(cells, n_replications, 7, {"transfer": "stay_put"}, "miniature", "Does it work?")


def run(of: CellConfig, replication: Replication) -> Outcome:
    """Leave tables that depend on cell and replication alone; balance halves the wait of everyone."""
    wait = stream(replication, "wait").exponential(60.0, N_PATIENTS) * (0.5 if of.name == "balance" else 1.0)
    patients = pd.DataFrame({"hospital": pd.Categorical(["a", "b"] * (N_PATIENTS // 2)), "arrived": wait})
    levels = patients.groupby("hospital", observed=True)["arrived"].sum().reset_index()
    decisions = pd.DataFrame({"seat": "transfer", "ending": ["optimal", "optimal", "feasible"]})
    means = [wait.mean(), *(wait[i::2].mean() for i in (0, 1))]
    measures = pd.DataFrame(
        {
            "measure": "wait_for_provider_min",
            "dimension": ["all", "hospital", "hospital"],
            "level": ["all", "a", "b"],
            "value": means,
        }
    )
    tables = dict.fromkeys(TABLES, patients.head(0)) | {"patients": patients, "levels": levels, "decisions": decisions}
    return Outcome(tables, measures, sha256(wait.tobytes()).hexdigest(), {"simulate": 0.25, "measure": 0.05})


def run_slowly(of: CellConfig, replication: Replication) -> Outcome:
    time.sleep(0.1)
    return run(of, replication)


def run_with_fault(of: CellConfig, replication: Replication) -> Outcome:
    if of.name == "balance" and replication.index == 1:
        raise ValueError("no bed was left")
    return run(of, replication)


def run_with_exit(of: CellConfig, replication: Replication) -> Outcome:
    if of.name == "balance" and replication.index == 1:
        raise SystemExit(3)
    return run(of, replication)


def run_with_death(of: CellConfig, replication: Replication) -> Outcome:
    if of.name == "balance" and replication.index == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return run_slowly(of, replication)


def run_until_full(of: CellConfig, replication: Replication) -> Outcome:
    """From the second replication of balance on, no file may grow beyond 100 bytes."""
    if of.name == "balance" and replication.index == 1:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
    return run(of, replication)


def run_with_hunger(of: CellConfig, replication: Replication) -> Outcome:
    """Ask for 64 GiB and write to them."""
    if of.name == "balance" and replication.index == 1:
        np.ones(2**33)
    return run(of, replication)


def run_without_end(of: CellConfig, replication: Replication) -> Outcome:
    while of.name == "balance" and replication.index == 1:
        sum(range(1000))
    return run(of, replication)


def run_deaf(of: CellConfig, replication: Replication) -> Outcome:
    """Wait inside a library, where no exception is heard."""
    if of.name == "balance" and replication.index == 1:
        time.sleep(3600)
    return run(of, replication)


def run_with_fault_once(of: CellConfig, replication: Replication) -> Outcome:
    """Fail the first time that a replication is run, by a mark in the folder that a variable names."""
    mark = os.path.join(os.environ["CITYCARE_MARKS"], f"{of.name}-{replication.index}")
    if not os.path.exists(mark):
        open(mark, "w").close()
        raise ConnectionError("the line was busy")
    return run(of, replication)


def run_and_count_threads(of: CellConfig, replication: Replication) -> Outcome:
    np.linalg.solve(np.eye(300), np.ones(300))
    outcome = run(of, replication)
    n_threads = float(max(pool["num_threads"] for pool in threadpool_info()))
    return Outcome(outcome.tables, outcome.measures.assign(value=n_threads), outcome.trace_hash, outcome.timings)


def square_but_die_once(job: tuple[int, str]) -> int:
    """Return the square of a number; the first time that the file named is absent, make it and die."""
    number, marker = job
    if marker and not os.path.exists(marker):
        open(marker, "w").close()
        os.kill(os.getpid(), signal.SIGKILL)
    return number**2


def square_or_die(job: tuple[int, str]) -> int:
    """Return the square of a number, or die when a file is named."""
    if job[1]:
        os.kill(os.getpid(), signal.SIGKILL)
    return job[0] ** 2


def process_number(_: int) -> int:
    return os.getpid()
