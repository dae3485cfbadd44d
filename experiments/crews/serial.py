"""Do jobs one after the other in this process, for a debugger or a profiler."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from experiments.crews.crew import Crew, Wanted


@contextmanager
def open_serial(wanted: Wanted) -> Iterator[Crew]:
    """Yield a crew of one: this process."""
    yield Crew(1, _do, ())


def _do(work: Callable[[Any], Any], job: Any) -> "Future[Any]":
    future: Future[Any] = Future()
    future.set_result(work(job))
    return future
