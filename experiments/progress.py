"""Show how far a study is: a bar on a terminal, plain lines elsewhere."""

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

MOST_LINES = 100


class Watcher(Protocol):
    """Watch a study: it starts, advances a replication at a time, and stops, however it ends."""

    def start(self, headline: str, cells: Iterable[str]) -> None:
        """Show the headline; `cells` names the cell of each replication that is to be run."""

    def advance(self, cell: str, event: str, failed: bool = False) -> None:
        """Note that one more replication of this cell has ended, and how; failures are always told."""

    def stop(self) -> None:
        """Leave the screen in order."""


class Silent:
    """Show nothing."""

    def start(self, headline: str, cells: Iterable[str]) -> None:
        """Show nothing."""

    def advance(self, cell: str, event: str, failed: bool = False) -> None:
        """Show nothing."""

    def stop(self) -> None:
        """Show nothing."""


@dataclass(slots=True)
class Tally:
    """Count what is done and guess the time that remains, from the mean so far."""

    to_do: Counter[str]
    n_jobs: int
    n_done: int = 0
    started: float = field(default_factory=lambda: monotonic())

    @classmethod
    def of(cls, cells: Iterable[str]) -> "Tally":
        """Return the tally of a study that is to run one replication for each name."""
        to_do = Counter(cells)
        return cls(to_do, to_do.total())

    def take(self, cell: str) -> None:
        """Count one replication of this cell as ended."""
        self.to_do[cell] -= 1
        self.n_done += 1

    @property
    def cells(self) -> str:
        """Return the cells that are complete, of all."""
        return f"{sum(left == 0 for left in self.to_do.values())}/{len(self.to_do)} cells"

    @property
    def remaining(self) -> str:
        """Return the time that remains, in words."""
        if self.n_done == 0:
            return "unknown time left"
        seconds = (monotonic() - self.started) / self.n_done * (self.n_jobs - self.n_done)
        return f"about {duration(seconds)} left"


@dataclass(slots=True)
class Lines:
    """Print a line for a replication, or for every hundredth part of many; for files and pipes."""

    stream: TextIO = field(default_factory=lambda: sys.stdout)
    tally: Tally = field(default_factory=lambda: Tally.of(()))

    def start(self, headline: str, cells: Iterable[str]) -> None:
        """Print the headline."""
        self.tally = Tally.of(cells)
        self._print(headline)

    def advance(self, cell: str, event: str, failed: bool = False) -> None:
        """Print how far the study is."""
        tally = self.tally
        tally.take(cell)
        step = -(-tally.n_jobs // MOST_LINES)
        if failed or tally.n_done % step == 0 or tally.n_done == tally.n_jobs:
            self._print(f"{tally.n_done}/{tally.n_jobs}  {cell} {event}; {tally.cells}, {tally.remaining}")

    def stop(self) -> None:
        """Print nothing more."""

    def _print(self, line: str) -> None:
        print(line, file=self.stream, flush=True)


class Bar:
    """Draw a bar with cells, replications and the time that remains."""

    def __init__(self, console: Console) -> None:
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("replications")
        self.console = console
        self.progress = Progress(*columns, TimeRemainingColumn(), console=console)
        self.task = TaskID(0)
        self.tally = Tally.of(())

    def start(self, headline: str, cells: Iterable[str]) -> None:
        """Print the headline and draw the empty bar."""
        self.tally = Tally.of(cells)
        self._print(headline)
        self.progress.start()
        self.task = self.progress.add_task(self.tally.cells, total=self.tally.n_jobs)

    def advance(self, cell: str, event: str, failed: bool = False) -> None:
        """Lengthen the bar; print a failure above it."""
        self.tally.take(cell)
        if failed:
            self._print(f"{cell} {event}")
        self.progress.update(self.task, advance=1, description=self.tally.cells)

    def stop(self) -> None:
        """Leave the bar as it is."""
        self.progress.stop()

    def _print(self, line: str) -> None:
        self.console.print(line, soft_wrap=True, highlight=False, markup=False)


def watcher_for(console: Console) -> Watcher:
    """Return a bar on a terminal, lines elsewhere."""
    return Bar(console) if console.is_terminal else Lines(console.file)  # type: ignore[arg-type]


def counted(n: int, noun: str) -> str:
    """Return a number with its noun: 1 cell, 6 cells."""
    return f"{n} {noun}{'' if n == 1 else 's'}"


def duration(seconds: float) -> str:
    """Return a duration in words: 45 s, 3 min 20 s, 2 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
