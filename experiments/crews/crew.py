"""Say what an executor needs of the place where its jobs are done."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NUMBA_NUM_THREADS"),
    "1",
)
OWN_MODULES = {"PYTHONSAFEPATH": "1"}
"""Keep workers from taking modules out of the current folder, which may have a folder `policies` of its own."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Ask for workers: how many, which modules they shall have ready, and at which address, if not here.

    Where an address is given, `n_workers` is a limit, and 0 means all that are there.
    """

    n_workers: int
    preload: Sequence[str] = ()
    address: str = ""


@dataclass(frozen=True, slots=True)
class Crew:
    """Offer workers that are there: how many, how to give them work, and how their death shows.

    `died` are the errors that stand for a worker, not for its job; `outlives` says whether other workers go on.
    """

    n_workers: int
    submit: Callable[[Callable[[Any], Any], Any], "Future[Any]"]
    died: tuple[type[BaseException], ...]
    outlives: bool = False


class Open(Protocol):
    """Open a crew, and dismiss it at once when left, for nothing that it still does is wanted then."""

    def __call__(self, wanted: Wanted) -> AbstractContextManager[Crew]:
        """Return the crew as a context."""


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables, which processes started meanwhile inherit."""
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
