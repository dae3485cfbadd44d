"""Run `citycare run` as a process of its own, end it with all its workers, and see how far its folder is."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Any

from experiments.app.variants import Variant
from experiments.kept.listing import kept_run
from experiments.progress import duration
from experiments.sensitivity import FOLDER
from sim.faults import ScenarioError

CALL = "import sys; sys.argv[0] = 'citycare'; from experiments.cli import main; sys.exit(main())"
PATIENCE_S = 20.0
COLUMNS = "100"
LAST_LETTERS = 4000


def started(variant: Variant) -> subprocess.Popen[bytes]:
    """Start the run of a variant as the leader of a group of processes; what it prints goes to the variant's log."""
    variant.log.parent.mkdir(parents=True, exist_ok=True)
    with variant.log.open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-c", CALL, *variant.words],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "COLUMNS": COLUMNS},
            start_new_session=True,
        )


def end(process: "subprocess.Popen[bytes]", patience_s: float = PATIENCE_S) -> None:
    """Interrupt a run as Ctrl-C does, so that what is finished is kept; after some patience end it by force."""
    for sign in (signal.SIGINT, signal.SIGTERM):
        if process.poll() is not None:
            return
        _tell(process, sign)
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            continue
        return
    _tell(process, signal.SIGKILL)
    process.wait()


def _tell(process: "subprocess.Popen[bytes]", sign: signal.Signals) -> None:
    """Send a signal to a run; workers are of its group and end with it, for each holds a pipe to it."""
    if sign is signal.SIGKILL:
        os.killpg(process.pid, sign)
    else:
        process.send_signal(sign)


@dataclass(frozen=True, slots=True)
class Progress:
    """Count the replications that are done, of those that are wanted; `part` says in words what they are for."""

    n_done: int
    n_wanted: int
    part: str

    def left(self, since: float, now: float | None = None) -> str:
        """Return in words how long the rest may take, when it began at `since` (seconds since 1970)."""
        if self.n_done == 0 or self.n_done >= self.n_wanted:
            return ""
        spent = (time() if now is None else now) - since
        return f"about {duration(spent / self.n_done * (self.n_wanted - self.n_done))} left"


def progress(folder: Path) -> Progress | None:
    """Return how far a run is by the files of its folder, None before there is any; assumptions come second."""
    first = _count(folder, "replications")
    if first and first.n_done >= first.n_wanted:
        return _count(folder / FOLDER, "replications with assumptions at the ends of their ranges") or first
    return first


def _count(folder: Path, part: str) -> Progress | None:
    try:
        run = kept_run(folder)
    except ScenarioError:
        return None
    wanted = {f"{one}-r{index:03d}" for one in run.cells for index in range(_n(run.manifest))}
    done = {file.stem for file in (folder / "batches").glob("*.parquet")}
    return Progress(len(wanted & done), len(wanted), part)


def _n(manifest: dict[str, Any]) -> int:
    return int(manifest.get("replications", 0))


def last_words(variant: Variant) -> str:
    """Return the end of what the run printed."""
    try:
        return variant.log.read_text(encoding="utf-8", errors="replace")[-LAST_LETTERS:].strip()
    except OSError:
        return ""
