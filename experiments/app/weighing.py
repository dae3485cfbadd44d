"""Compose what is asked for and say what it would take, or what is wrong with it, in the command line's own words."""

from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock

from experiments.app.asked import Asked
from experiments.commands.shared import checked
from experiments.comparisons import baselines
from experiments.config import CellConfig, compose
from experiments.dry_run import Estimate, at_most, estimates, takes
from experiments.means import fitting_workers, means_of, n_cores
from experiments.summary import bounds, plan
from sim.faults import Fault, ScenarioError
from sim.scenario import Scenario

WIDTH = 1000
"""Letters of a line of the plan; the page breaks lines itself."""
MOST_KEPT = 64


class OvertakenError(Exception):
    """Say that whoever asked has asked something newer meanwhile."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """Say of what is asked for what it will do and what it takes, or list its faults; `seconds` is for all workers."""

    faults: tuple[Fault, ...] = ()
    lines: tuple[tuple[str, str], ...] = ()
    size: str = ""
    limits: str = ""
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def is_sound(self) -> bool:
        """Say whether it can be run."""
        return not self.faults


@dataclass(slots=True)
class Scales:
    """Compose one configuration at a time, for Hydra knows but one, and remember the last ones.

    Who asks again before an answer has begun gets only the newer one.
    """

    lock: Lock = field(default_factory=Lock)
    weighed: OrderedDict[tuple[str, ...], Weighed] = field(default_factory=OrderedDict)
    firsts: dict[tuple[str, ...], CellConfig] = field(default_factory=dict)
    newest: dict[str, int] = field(default_factory=dict)

    def weigh(self, asked: Asked, who: str = "") -> Weighed:
        """Return what it would take, as `citycare run --dry-run` says it, or its faults.

        Raises:
            OvertakenError: when `who` has asked for something else in the meantime.
        """
        serial = self.newest[who] = self.newest.get(who, 0) + 1
        with self.lock:
            key = tuple(asked.words)
            if key not in self.weighed:
                if who and self.newest[who] != serial:
                    raise OvertakenError
                self._keep(key, weigh(asked))
            return self.weighed[key]

    def first(self, asked: Asked, axes: dict[str, tuple[str, ...]]) -> CellConfig:
        """Return one cell of what is asked for: the first levels of everything that is compared.

        Raises:
            ScenarioError: with the faults of the configuration.
        """
        words = [word for word in asked.words if word != "-m"]
        swept = [f"{key}={levels[0]}" for key, levels in (axes | dict(asked.levels)).items()]
        key = (*[word for word in words if word.partition("=")[0] not in asked.levels], *swept)
        with self.lock:
            if key not in self.firsts:
                if len(self.firsts) >= MOST_KEPT:
                    self.firsts.clear()
                self.firsts[key] = compose(key)[0]
            return self.firsts[key]

    def _keep(self, key: tuple[str, ...], found: Weighed) -> None:
        self.weighed[key] = found
        while len(self.weighed) > MOST_KEPT:
            self.weighed.popitem(last=False)


def weigh(asked: Asked) -> Weighed:
    """Return what it would take to run what is asked for, or every fault; nothing is run."""
    try:
        words = asked.words
        cells = compose([word for word in words if word != "-m"], "-m" in words)
        return _weighed(cells, checked(cells))
    except ScenarioError as error:
        return Weighed(error.faults)


def _weighed(cells: Sequence[CellConfig], scenarios: Sequence[Scenario]) -> Weighed:
    run = cells[0].settings.run
    found = estimates(cells, scenarios)
    n_workers = fitting_workers(run.workers or n_cores(), max(one.memory_bytes for one in found))
    said = [line.partition(": ") for line in plan(cells, scenarios[0], WIDTH).splitlines()]
    return Weighed(
        lines=tuple((name, text.strip()) for name, _, text in said),
        size=takes(found, run.replications, n_workers) + at_most(cells, found, n_workers),
        limits=bounds(means_of(run, n_workers)),
        notes=tuple(_notes(cells)),
        seconds=_seconds(found, run.replications, n_workers),
    )


def _seconds(found: Sequence[Estimate], n: int, n_workers: int) -> float:
    return n * sum(one.seconds for one in found) / max(1, min(n_workers, n * len(found)))


def _notes(cells: Sequence[CellConfig]) -> list[str]:
    """Return what a planner should know before the start."""
    run, notes = cells[0].settings.run, []
    if len(cells) > 1 and not baselines(cells, run.baseline):
        levels = ", ".join(f"{key} {level}" for key, level in run.baseline.items())
        notes.append(f"Nothing will be compared: choose the baseline ({levels}) among the levels too.")
    if run.sensitivity_replications:
        notes.append("This counts the comparison only: assumptions are varied afterwards, in shorter runs.")
    if run.replications < 2:
        notes.append("One replication has no interval: take two or more to see how sure the answer is.")
    return notes


def still_newest(scales: Scales, asked: Asked, who: str) -> Weighed | None:
    """Return what it would take, or None when somebody has asked for something newer."""
    with suppress(OvertakenError):
        return scales.weigh(asked, who)
    return None
