"""Say with which means a study is run, and how far they reach; no result depends on them."""

import os
from dataclasses import dataclass

from experiments.limits import BYTES_PER_GIB, Limits, free_bytes
from experiments.settings import RunSettings

SECONDS_PER_MINUTE = 60

KEPT_FREE_SHARE = 0.2
"""Of the memory that is free, so much is left to others."""


@dataclass(frozen=True, slots=True)
class Means:
    """Name the executor and, where a cluster runs already, its address; bound what one replication may take.

    `limit_min` and `limit_gib` of 0 mean no bound.
    """

    executor: str = "processes"
    address: str = ""
    limit_min: float = 0.0
    limit_gib: float = 0.0

    @property
    def limits(self) -> Limits:
        """Return the bounds in seconds and bytes; whoever works in this process must not end it."""
        seconds, n_bytes = self.limit_min * SECONDS_PER_MINUTE, int(self.limit_gib * BYTES_PER_GIB)
        return Limits(seconds, n_bytes, self.executor != "serial")

    def n_workers(self, wanted: int, n_jobs: int) -> int:
        """Return how many workers to ask for; 0, on a cluster, means all that are there."""
        if self.executor == "serial":
            return 1
        if self.address and not wanted:
            return 0
        return max(1, min(wanted or n_cores(), n_jobs))


THIS_MACHINE = Means()


def n_cores() -> int:
    """Return the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def means_of(run: RunSettings, n_workers: int = 1) -> Means:
    """Return the means that the settings name; without a limit of memory, workers here share what is free."""
    limit = run.limit_gib
    if not limit and not run.address:
        limit = free_bytes() * (1 - KEPT_FREE_SHARE) / BYTES_PER_GIB / max(1, n_workers)
    return Means(run.executor, run.address or "", run.limit_min, limit)


def fitting_workers(wanted: int, need_bytes: float) -> int:
    """Return how many workers of such a need fit into the memory that is free here, at least one."""
    free = free_bytes() * (1 - KEPT_FREE_SHARE)
    return max(1, min(wanted, int(free / need_bytes))) if free and need_bytes else wanted
