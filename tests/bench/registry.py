"""Time runners on one task in turn, and collect the figures of all benchmarks.

A module `bench_*.py` of this folder joins by its list `BENCHES`.
"""

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from importlib import import_module
from pathlib import Path
from statistics import median
from time import process_time


class Unit(Enum):
    """Say what a figure counts: its name, and how many there are in a second."""

    MICROSECONDS_PER_PATIENT = ("µs CPU/patient", 1e6)
    MILLISECONDS_PER_DECISION = ("ms CPU/decision", 1e3)
    MILLISECONDS_PER_SOLVE = ("ms CPU/solve", 1e3)
    SECONDS_PER_PROGRAM = ("s CPU/program", 1.0)

    @property
    def label(self) -> str:
        return self.value[0]

    @property
    def per_second(self) -> float:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Runner:
    """Do the task in one way; `timed` says in words what that includes.

    A runner with `steps` does one unit in each of them and is judged by the median one; any other does all in `run`.
    """

    name: str
    timed: str
    run: Callable[[], object] = lambda: None
    steps: tuple[Callable[[], object], ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """Set runners, and perhaps a baseline, on the same task of `n_units` patients, decisions, solves or programs."""

    n_units: int
    runners: tuple[Runner, ...]
    baseline: Runner | None = None


@dataclass(frozen=True, slots=True)
class Bench:
    """Measure the runners of a trial against each other; `prepare` makes the trial and is not timed."""

    unit: Unit
    rounds: int
    prepare: Callable[[], Trial]


@dataclass(frozen=True, slots=True)
class Figure:
    """Report the median of one runner and of its baseline; `ratio` tells how many times the runner is faster."""

    name: str
    value: float
    unit: str
    baseline: float | None
    ratio: float | None
    timed: str
    baseline_timed: str


def all_benches() -> Iterator[Bench]:
    """Yield the benchmarks of every module of this folder, in the order of their names."""
    for file in sorted(Path(__file__).parent.glob("bench_*.py")):
        yield from import_module(f"tests.bench.{file.stem}").BENCHES


def measure(bench: Bench) -> list[Figure]:
    """Run all runners of a benchmark in turn, round after round, and return a figure for each but the baseline."""
    trial = bench.prepare()
    contestants = [*trial.runners, *([trial.baseline] if trial.baseline else [])]
    rounds = [[_cpu_seconds(contestant, trial.n_units) for contestant in contestants] for _ in range(bench.rounds)]
    costs = [median(seconds) * bench.unit.per_second for seconds in zip(*rounds, strict=True)]
    baseline = costs[-1] if trial.baseline else None
    return [
        Figure(
            name=runner.name,
            value=cost,
            unit=bench.unit.label,
            baseline=baseline,
            ratio=baseline / cost if baseline else None,
            timed=runner.timed,
            baseline_timed=trial.baseline.timed if trial.baseline else "",
        )
        for runner, cost in zip(trial.runners, costs, strict=False)
    ]


def _cpu_seconds(runner: Runner, n_units: int) -> float:
    """Return the CPU seconds of one unit: the median step, or the mean over all units of a run."""
    gc.collect()  # so that nobody pays for what another left behind
    if runner.steps:
        return median(_seconds_of(step) for step in runner.steps)
    return _seconds_of(runner.run) / n_units


def _seconds_of(run: Callable[[], object]) -> float:
    started = process_time()
    run()
    return process_time() - started
