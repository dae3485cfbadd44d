"""Do jobs in the workers of dask: of a cluster of processes on this machine, or of a scheduler that runs already."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import dask
from distributed import Client, LocalCluster
from distributed.client import FutureCancelledError
from distributed.scheduler import KilledWorker

from experiments.crews.crew import ONE_THREAD, OWN_MODULES, Crew, Wanted, environment

SETTINGS = {
    "distributed.scheduler.allowed-failures": 0,  # the executor tries again itself
    "distributed.scheduler.worker-saturation": 1.0,
    "distributed.nanny.pre-spawn-environ": dict.fromkeys(ONE_THREAD, 1),
    "distributed.comm.timeouts.connect": "20s",
}
HERE = "127.0.0.1"


@contextmanager
def open_dask(wanted: Wanted) -> Iterator[Crew]:
    """Yield a crew of dask workers of one thread each; on this machine they are heard of by nobody else."""
    with ExitStack() as open_now:
        open_now.enter_context(dask.config.set(SETTINGS))
        open_now.enter_context(environment(ONE_THREAD | OWN_MODULES))
        address = wanted.address or open_now.enter_context(_cluster(wanted)).scheduler_address
        client = open_now.enter_context(Client(address, set_as_default=False))
        client.wait_for_workers(1)
        n_there = sum(client.nthreads().values())
        executor = client.get_executor(pure=False, retries=0)
        open_now.callback(executor.shutdown, wait=False)
        n_workers = min(wanted.n_workers or n_there, n_there)
        yield Crew(n_workers, executor.submit, (KilledWorker, FutureCancelledError), outlives=True)


def _cluster(wanted: Wanted) -> LocalCluster:
    return LocalCluster(
        n_workers=wanted.n_workers,
        threads_per_worker=1,
        processes=True,
        host=HERE,
        dashboard_address=None,
        memory_limit=0,  # the bound on a replication's memory is our own
        silence_logs=50,
    )
