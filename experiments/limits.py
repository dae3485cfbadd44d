"""Bound what one replication may take of its worker: minutes, and memory."""

import ctypes
import faulthandler
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Timer, get_ident

GRACE = 1.5
"""A replication that hears no exception, because it is inside a library, ends with its worker after so many times the
minutes that it has."""
BYTES_PER_GIB = 2**30


class OutOfTimeError(RuntimeError):
    """Say that a replication took longer than it may."""

    def __init__(self) -> None:
        """Name the setting that decides."""
        super().__init__("it took longer than run.limit_min allows; raise the limit, or mend what takes so long")


@dataclass(frozen=True, slots=True)
class Limits:
    """Bound a replication to `seconds` and `memory_bytes` beyond what its worker holds already; 0 means no bound.

    `may_end_worker` says whether a replication that cannot be interrupted ends with the whole process.
    """

    seconds: float = 0.0
    memory_bytes: int = 0
    may_end_worker: bool = True


UNLIMITED = Limits()


@contextmanager
def within(limits: Limits, last_words: Path) -> Iterator[None]:
    """Raise `OutOfTimeError` or `MemoryError` inside when a bound is reached.

    What cannot be interrupted writes where it was to the file `last_words`, and ends its process.
    """
    with _memory(limits.memory_bytes), _time(limits.seconds), _fuse(limits, last_words):
        yield


@contextmanager
def _memory(n_bytes: int) -> Iterator[None]:
    """Let the private memory of this process grow by so many bytes at most."""
    if not n_bytes:
        yield
        return
    before, most = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = held_bytes() + n_bytes
    soft = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (before, most))


@contextmanager
def _time(seconds: float) -> Iterator[None]:
    """Raise `OutOfTimeError` inside after so many seconds; a signal would need the main thread."""
    if not seconds:
        yield
        return
    thread, lock, ended = get_ident(), Lock(), False

    def interrupt() -> None:
        with lock:
            if not ended:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(OutOfTimeError))

    timer = Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        with lock:
            ended = True
        timer.cancel()


@contextmanager
def _fuse(limits: Limits, last_words: Path) -> Iterator[None]:
    """End the process when it hears no exception, after writing where it was."""
    if not limits.seconds or not limits.may_end_worker:
        yield
        return
    last_words.parent.mkdir(exist_ok=True)
    with last_words.open("w", encoding="utf-8") as file:
        faulthandler.dump_traceback_later(limits.seconds * GRACE, exit=True, file=file)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
    last_words.unlink(missing_ok=True)


def held_bytes() -> int:
    """Return the private memory that this process holds, as the kernel counts it for its limit; 0 where it does not."""
    return _named("/proc/self/status", "VmData:")


def free_bytes() -> int:
    """Return the memory that is free on this machine, within what a container may take; 0 where nobody says."""
    free = _named("/proc/meminfo", "MemAvailable:")
    group = Path("/sys/fs/cgroup")
    try:
        most, taken = ((group / name).read_text().strip() for name in ("memory.max", "memory.current"))
        return min(free, int(most) - int(taken)) if most.isdigit() else free
    except (OSError, ValueError):
        return free


def _named(file: str, name: str) -> int:
    """Return the bytes of the line with this name in a file that counts in kB."""
    if not os.path.exists(file):
        return 0
    lines = Path(file).read_text(encoding="ascii", errors="replace").splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(name)), 0)
