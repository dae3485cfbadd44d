"""Run jobs wherever workers are, with the same results everywhere, and outlive the death of a worker."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Generic, TypeVar

from experiments.crews import Wanted, opener

JobT = TypeVar("JobT")
ResultT = TypeVar("ResultT")


class Lost:
    """Stand for the result of a job whose worker process died with it, twice."""


@dataclass(frozen=True, slots=True)
class Executor(Generic[JobT, ResultT]):
    """Do `work` for each job on `n_workers`; `preload` names modules that they all need.

    `work` is a function of a module, its jobs and results can be pickled, and it returns rather than raises. `crew`
    names where: "processes" (forked, on this machine), "serial" (in this process), "loky", "dask" or "ray"; the last
    two may have the `address` of a cluster, whose workers must find the same modules and files.
    """

    work: Callable[[JobT], ResultT]
    n_workers: int
    preload: Sequence[str] = ()
    crew: str = "processes"
    address: str = ""

    def run(self, jobs: Iterable[JobT]) -> Generator[tuple[JobT, ResultT | Lost], None, None]:
        """Yield each job with its result as it ends, in no fixed order.

        When a worker dies (killed, or out of memory), its job is tried once more; where the others go down with it, the
        jobs in hand are, each alone.
        """
        waiting = deque(jobs)
        while waiting:
            for job in (yield from self._run_crew(waiting, self.n_workers)):
                if (yield from self._run_crew(deque([job]), 1)):
                    yield job, Lost()

    def _run_crew(
        self, waiting: deque[JobT], n_workers: int
    ) -> Generator[tuple[JobT, ResultT | Lost], None, list[JobT]]:
        """Yield results until no job waits or a worker dies; return the jobs that were in hand when one died."""
        with opener(self.crew)(Wanted(n_workers, self.preload, self.address)) as crew:
            in_hand: dict[Future[ResultT], JobT] = {}
            tried: set[int] = set()
            while waiting or in_hand:
                while waiting and len(in_hand) < crew.n_workers:
                    job = waiting.popleft()
                    try:
                        in_hand[crew.submit(self.work, job)] = job
                    except crew.died:
                        return [job, *in_hand.values()]
                done, _ = wait(in_hand, return_when=FIRST_COMPLETED)
                dead = [future for future in done if future.cancelled() or isinstance(future.exception(), crew.died)]
                for future in done.difference(dead):
                    yield in_hand.pop(future), future.result()
                if dead and not crew.outlives:
                    return list(in_hand.values())
                for job in [in_hand.pop(future) for future in dead]:
                    if id(job) in tried:
                        yield job, Lost()
                    else:
                        tried.add(id(job))
                        in_hand[crew.submit(self.work, job)] = job
        return []
