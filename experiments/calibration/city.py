"""Calibrate the folder of a city: search on some replications, check on others, and keep what came out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import Any

import numpy as np

from experiments.build import build, check
from experiments.calibration.aims import Aims, Parameter, Target
from experiments.calibration.observed import QUANTITIES, Observed, observe
from experiments.calibration.search import Found, Problem, search
from experiments.config import CellConfig, compose, vary
from experiments.executor import Executor, Lost
from experiments.report.numbers import counted
from experiments.schema import stop_at
from experiments.start_date import hour_at_start
from experiments.statistics import Interval, mean_interval
from sim.faults import Fault
from sim.run import simulate
from sim.streams import Replication
from sim.units import FloatArray

CLOSE = 0.25
"""The search ends when no target is missed by more than this share of its tolerance; less cannot be told from noise."""
SHARPER = 3
"""The last steps of the search are taken on so many times the replications."""
LEAST_RATIO = 0.003
"""A quantity that is smaller than this share of its target counts as this share, so that it has a logarithm."""
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Effort:
    """Set how much is simulated: weeks before and while observing, replications to search on and to check on.

    The last steps of the search are taken on `sharper` replications, which `check` others are never among.
    """

    weeks: float = 2.0
    warm_up_weeks: float = 1.0
    search: int = 3
    check: int = 8
    workers: int = 0

    @property
    def sharper(self) -> int:
        """Return the replications of the last steps of the search."""
        return SHARPER * self.search

    def with_workers(self, n_cores: int) -> "Effort":
        """Return the effort with every core at work where no number of workers was named."""
        return replace(self, workers=self.workers or n_cores)

    def faults(self) -> list[Fault]:
        """Return what cannot be simulated."""
        least = {"--replications": (self.search, 1), "--check": (self.check, 2), "--workers": (self.workers, 0)}
        found = [Fault(name, n, f"give at least {low}") for name, (n, low) in least.items() if n < low]
        if not 0 < self.weeks < inf:
            found.append(Fault("--weeks", self.weeks, "give weeks above zero"))
        if not 0 <= self.warm_up_weeks < inf:
            found.append(Fault("--warm-up-weeks", self.warm_up_weeks, "give weeks of zero or more"))
        return found


@dataclass(frozen=True, slots=True)
class Moved:
    """Tell where a parameter usually is, and where the calibration put it."""

    setting: str
    parameter: Parameter
    usual: float
    value: float

    @property
    def at_limit(self) -> bool:
        """Return whether it stands at an end of its range, so that the targets asked for more."""
        return any(np.isclose(self.value, end, rtol=1e-3) for end in (self.parameter.low, self.parameter.high))


@dataclass(frozen=True, slots=True)
class Reached:
    """Compare a target with what held-out replications show, before and after."""

    target: Target
    before: Interval
    after: Interval

    @property
    def miss(self) -> float:
        """Return the mean after calibration minus the target, in its unit."""
        return self.after.mean - self.target.value

    @property
    def landed(self) -> bool:
        """Return whether the miss lies within the tolerance."""
        return abs(self.miss) <= self.target.tolerance


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Hold what came out: parameters, targets, and the held-out replications before and after."""

    cell: CellConfig
    hospitals: Mapping[str, str]
    effort: Effort
    found: Found
    moved: tuple[Moved, ...]
    reached: tuple[Reached, ...]
    after: tuple[Observed, ...]

    @property
    def landed(self) -> bool:
        """Return whether every target was reached."""
        return all(one.landed for one in self.reached)


@dataclass(frozen=True, slots=True)
class Trial:
    """Ask for one replication of one configuration."""

    key: tuple[int, int]
    cell: CellConfig
    replication: Replication


def calibrate(folder: Path, aims: Aims, effort: Effort, overrides: Sequence[str], tell: Tell) -> Calibration:
    """Search for the parameters of a city's folder and check them on replications that the search never saw.

    `overrides` hold for the baseline in all of it. Nothing is written.

    Raises:
        ScenarioError: with every fault of the folder, the configuration or the effort.
    """
    stop_at(effort.faults())
    horizon = [f"run.weeks={effort.weeks}", f"run.warm_up_weeks={effort.warm_up_weeks}"]
    text = str(folder).replace("\\", "\\\\").replace("'", "\\'")
    base = compose(["triage=nurse", *overrides, "city=from_files", f"city.folder='{text}'", *horizon])[0]
    usual = usual_values(aims.parameters)
    base = _set(base, usual)
    hospitals = {one.id: one.name for one in check(base.settings).city.hospitals}
    found, values = _search(base, aims, effort, tell)
    held_out = range(effort.sharper, effort.sharper + effort.check)
    cells = [base, _set(base, values)]
    tell(f"Checking on {effort.check} replications that the search never saw")
    before, after = _observed(cells, held_out, effort.workers)
    moved = tuple(Moved(name, one, usual[name], values[name]) for name, one in aims.parameters.items())
    reached = tuple(
        Reached(target, *(_interval(name, seen) for seen in (before, after))) for name, target in aims.targets.items()
    )
    return Calibration(cells[1], hospitals, effort, found, moved, reached, after)


def _search(base: CellConfig, aims: Aims, effort: Effort, tell: Tell) -> tuple[Found, dict[str, float]]:
    """Return the best point of the search, and the parameters there, rounded as they are written."""
    usual, ranges = usual_values(aims.parameters), list(aims.parameters.values())
    start = np.array(list(usual.values()))
    low, high = (np.array([getattr(one, end) for one in ranges]) for end in ("low", "high"))
    half = np.log(high / low) / 2
    aim = np.array([target.value for target in aims.targets.values()])
    problem = Problem(  # in logarithms, in which shares and times answer evenly to factors
        np.zeros(len(aims.targets)),
        np.array([target.tolerance for target in aims.targets.values()]) / aim,
        np.log(low / start) / half,
        np.log(high / start) / half,
        CLOSE,
    )
    wanted = [QUANTITIES.index(name) for name in aims.targets]

    def values_at(point: FloatArray) -> dict[str, float]:
        return {name: float(f"{value:.4g}") for name, value in zip(usual, start * np.exp(half * point), strict=True)}

    def outcomes(points: FloatArray, n_replications: int = effort.search) -> FloatArray:
        tell(f"Simulating {counted(len(points), 'setting')} of the city, {counted(n_replications, 'replication')} each")
        seen = _observed([_set(base, values_at(p)) for p in points], range(n_replications), effort.workers)
        means = np.array([np.mean([one.quantities[wanted] for one in some], axis=0) for some in seen])
        logs: FloatArray = np.log(np.maximum(means / aim, LEAST_RATIO))
        return logs

    found = search(problem, outcomes, lambda points: outcomes(points, effort.sharper))
    return found, values_at(found.at)


def usual_values(parameters: Iterable[str]) -> dict[str, float]:
    """Return the values that the shipped configuration gives to settings."""
    shipped, usual = compose([])[0].resolved, {}
    for name in parameters:
        node: Any = shipped
        for key in name.split("."):
            node = node[key]
        usual[name] = float(node)
    return usual


def _set(cell: CellConfig, values: Mapping[str, float]) -> CellConfig:
    for name, value in values.items():
        changed = vary(cell, name, value)
        assert changed is not None, name
        cell = changed
    return cell


def _observed(cells: Sequence[CellConfig], replications: Iterable[int], workers: int) -> list[tuple[Observed, ...]]:
    """Return what every cell shows in every replication; replication k meets the same patients in all cells."""
    seed = cells[0].settings.run.root_seed
    trials = [Trial((i, k), cell, Replication(k, seed)) for i, cell in enumerate(cells) for k in replications]
    seen: dict[tuple[int, int], Observed] = {}
    for trial, answer in Executor(_try, workers, (__name__,)).run(trials):
        if not isinstance(answer, Observed):
            raise RuntimeError(answer if isinstance(answer, str) else "a worker process died twice")
        seen[trial.key] = answer
    return [tuple(seen[i, k] for k in replications) for i in range(len(cells))]


def _try(trial: Trial) -> Observed | str | Lost:
    """Simulate one replication; what goes wrong comes back as words."""
    try:
        scenario, policies = build(trial.cell.settings)
        run = simulate(scenario, policies, trial.replication, trial.cell.settings.run.engine)
        return observe(scenario, run, hour_at_start(trial.cell.settings.run.start_date))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def _interval(name: str, seen: Sequence[Observed]) -> Interval:
    place = QUANTITIES.index(name)
    return mean_interval([one.quantities[place] for one in seen])
