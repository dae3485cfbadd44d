"""Do jobs in processes of this machine: forked from a server that has everything ready, or started by loky.

Workers are forked from a server process that has imported the heavy modules once (elsewhere than on Linux and macOS
they are started afresh). They end with their parent, however it ends: each holds the reading end of a pipe that
only the parent can write to, and leaves when it closes.
"""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from importlib import import_module
from multiprocessing.connection import Connection, Pipe
from threading import Thread

from experiments.crews.crew import ONE_THREAD, OWN_MODULES, Crew, Wanted, environment


@contextmanager
def open_processes(wanted: Wanted) -> Iterator[Crew]:
    """Yield a crew of processes that are forked from a server."""
    context = multiprocessing.get_context(_start_method())
    context.set_forkserver_preload(list(wanted.preload))
    reader, writer = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(wanted.n_workers, context, initializer=_begin, initargs=(reader,))
    try:
        with environment(ONE_THREAD | OWN_MODULES):
            yield Crew(wanted.n_workers, pool.submit, (BrokenProcessPool,))
    finally:
        writer.close()
        pool.shutdown(cancel_futures=True)
        reader.close()


@contextmanager
def open_loky(wanted: Wanted) -> Iterator[Crew]:
    """Yield a crew of processes that loky starts, each afresh."""
    from joblib.externals.loky import ProcessPoolExecutor as LokyPool

    reader, writer = Pipe(duplex=False)
    given = {"initializer": _begin, "initargs": (reader, tuple(wanted.preload))}
    pool = LokyPool(wanted.n_workers, env=ONE_THREAD | OWN_MODULES, **given)
    try:
        with environment(ONE_THREAD | OWN_MODULES):
            yield Crew(wanted.n_workers, pool.submit, (BrokenProcessPool,))
    finally:
        writer.close()
        pool.shutdown(wait=True, kill_workers=True)
        reader.close()


def _start_method() -> str:
    return "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"


def _begin(lifeline: Connection, modules: tuple[str, ...] = ()) -> None:
    """Leave interruption to the parent, and follow it when it ends; have modules ready."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_follow, args=(lifeline,), daemon=True).start()
    for module in modules:
        import_module(module)


def _follow(lifeline: Connection) -> None:
    with suppress(OSError):
        lifeline.poll(None)
    os._exit(1)
