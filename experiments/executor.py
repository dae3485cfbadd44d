"""Run jobs in worker processes of one thread each, and outlive the death of a worker.

Workers are forked from a server process that has imported the heavy modules once (elsewhere than on Linux and macOS
they are started afresh). They end with their parent, however it ends: each holds the reading end of a pipe that
only the parent can write to, and leaves when it closes.
"""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from threading import Thread
from typing import Generic, TypeVar

JobT = TypeVar("JobT")
ResultT = TypeVar("ResultT")

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NUMBA_NUM_THREADS"),
    "1",
)
OWN_MODULES = {"PYTHONSAFEPATH": "1"}
"""Keep the server from taking modules out of the current folder, which may have a folder `policies` of its own."""


class Lost:
    """Stand for the result of a job whose worker process died with it, twice."""


@dataclass(frozen=True, slots=True)
class Executor(Generic[JobT, ResultT]):
    """Do `work` for each job in `n_workers` processes; `preload` names modules that they all need.

    `work` is a function of a module, its jobs and results can be pickled, and it returns rather than raises.
    """

    work: Callable[[JobT], ResultT]
    n_workers: int
    preload: Sequence[str] = ()

    def run(self, jobs: Iterable[JobT]) -> Generator[tuple[JobT, ResultT | Lost], None, None]:
        """Yield each job with its result as it ends, in no fixed order.

        When a worker dies (killed, or out of memory), the jobs in hand are tried once more, each alone.
        """
        waiting = deque(jobs)
        while waiting:
            for job in (yield from self._run_pool(waiting, self.n_workers)):
                if (yield from self._run_pool(deque([job]), 1)):
                    yield job, Lost()

    def _run_pool(
        self, waiting: deque[JobT], n_workers: int
    ) -> Generator[tuple[JobT, ResultT | Lost], None, list[JobT]]:
        """Yield results until no job waits or a worker dies; return the jobs that were in hand when one died."""
        with self._pool(n_workers) as pool:
            in_hand: dict[Future[ResultT], JobT] = {}
            while waiting or in_hand:
                while waiting and len(in_hand) < n_workers:
                    job = waiting.popleft()
                    try:
                        in_hand[pool.submit(self.work, job)] = job
                    except BrokenProcessPool:
                        return [job, *in_hand.values()]
                done, _ = wait(in_hand, return_when=FIRST_COMPLETED)
                if any(isinstance(future.exception(), BrokenProcessPool) for future in done):
                    return list(in_hand.values())
                for future in done:
                    yield in_hand.pop(future), future.result()
        return []

    @contextmanager
    def _pool(self, n_workers: int) -> Iterator[ProcessPoolExecutor]:
        """Start workers; stop them at once when left, for nothing they still do is wanted then."""
        context = multiprocessing.get_context(_start_method())
        context.set_forkserver_preload(list(self.preload))
        reader, writer = context.Pipe(duplex=False)
        pool = ProcessPoolExecutor(n_workers, context, initializer=_begin, initargs=(reader,))
        try:
            with _environment(ONE_THREAD | OWN_MODULES):
                yield pool
        finally:
            writer.close()
            pool.shutdown(cancel_futures=True)
            reader.close()


def _start_method() -> str:
    return "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"


def _begin(lifeline: Connection) -> None:
    """Leave interruption to the parent, and follow it when it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_follow, args=(lifeline,), daemon=True).start()


def _follow(lifeline: Connection) -> None:
    with suppress(OSError):
        lifeline.poll(None)
    os._exit(1)


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
