"""Run a small study in a process that is killed at a chosen moment of its writing."""

import os
import signal
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from experiments import columns
from experiments.means import Means
from experiments.store import FolderError
from experiments.study import Study, run_study
from tests import stand_in

SERVER = get_context("forkserver")
SERVER.set_forkserver_preload(["tests.stand_in"])


def study() -> Study:
    return stand_in.study(n_replications=2)


def in_a_process(work: Callable[..., None], *given: Any) -> Any:
    """Start a process that does this work; return it."""
    process = SERVER.Process(target=work, args=given)
    process.start()
    return process


def write_until(folder: Path, moment: int) -> None:
    """Run the study; die before, within or after the writing of a file, counted over all files."""
    passed = 0

    def pass_one() -> None:
        nonlocal passed
        passed += 1
        if passed == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    def write_half(table: Any, where: Any, **options: Any) -> None:
        pass_one()
        pq_write(table, where, **options)
        if passed + 1 == moment:
            os.truncate(where, os.path.getsize(where) // 2)
        pass_one()

    def rename(source: Any, target: Any) -> None:
        os_replace(source, target)
        pass_one()

    pq_write, os_replace = pq.write_table, os.replace
    columns.pq.write_table, columns.os.replace = write_half, rename  # type: ignore[attr-defined]
    run_study(study(), folder, 1, runner=stand_in.run, means=Means("serial"))


def write_all(folder: Path) -> None:
    run_study(study(), folder, 1, runner=stand_in.run_slowly, means=Means("serial"))


def claim_as_nobody(folder: Path, said: Path) -> None:
    """Try to run the study without any right to write; note what was said."""
    words = said.open("w")
    if os.geteuid() == 0:
        os.seteuid(65534)
    try:
        run_study(study(), folder, 1, runner=stand_in.run, means=Means("serial"))
    except FolderError as error:
        words.write(str(error))
    words.close()
