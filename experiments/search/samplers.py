"""Propose where to look next: `ask` names a point, `tell` gives its values, also anew when there are more of them."""

from typing import Any, Protocol

import numpy as np
from scipy.stats import qmc

from experiments.search.asked import Question, SamplerKind
from experiments.search.visited import Visited
from experiments.space.ranges import Levels, Space
from experiments.statistics.surrogate import fit
from sim.streams import Replication, stream
from sim.units import FloatArray

CANDIDATES = 512
NEAR = 64
"""Candidates around the best point so far, and their spread in sides of the cube."""
SPREAD = 0.05


class Sampler(Protocol):
    """Propose points; the same values told give the same points."""

    def ask(self) -> Levels:
        """Return a point, perhaps one that was visited."""

    def tell(self, levels: Levels, values: FloatArray) -> None:
        """Learn the values at a point, shape (k, n), smaller is better; a point told again has more replications."""


class ProcessSampler:
    """Fill the space by a Latin hypercube, then go where a Gaussian process expects the most improvement (EGO).

    Several objectives are joined with weights that are drawn anew for every point (ParEGO).
    """

    def __init__(self, question: Question) -> None:
        self.question, self.visited = question, Visited(question.space)
        self.rng = stream(Replication(0, question.space.cell.settings.run.root_seed), "search")
        cube = qmc.LatinHypercube(len(question.space.ranges), rng=self.rng)
        self.waiting = [question.space.levels(row) for row in cube.random(question.n_initial).tolist()]

    def ask(self) -> Levels:
        """Return the next point of the hypercube, or the one with the largest expected improvement."""
        if self.waiting:
            return self.waiting.pop(0)
        candidates, weights = self._candidates(), weights_of(self.rng, len(self.question.objectives))
        if len(self.visited.points) < 2:
            return self.question.space.levels(candidates[0].tolist())
        expected = fit(*self._seen(weights)).improvement(candidates, -1)
        return self.question.space.levels(candidates[int(np.argmax(expected))].tolist())

    def tell(self, levels: Levels, values: FloatArray) -> None:
        """Keep the values."""
        self.visited.values[levels] = values

    def _seen(self, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return points and their figures; where all failed, the worst figures stand, so that the search keeps off."""
        figures, visited = self.visited.as_one(weights), self.visited
        failed = [visited.space.shares(levels) for levels in visited.values if levels not in set(visited.points)]
        if not failed:
            return visited.shares, figures
        worst = figures[int(np.nanargmax(np.nanmean(figures, axis=1)))]
        return np.vstack([visited.shares, failed]), np.vstack([figures, *[worst] * len(failed)])

    def _candidates(self) -> FloatArray:
        """Return points all over the cube, and more around the points of the front, snapped to what can be set."""
        d, space = len(self.question.space.ranges), self.question.space
        made = self.rng.random((CANDIDATES, d))
        if self.visited.points:
            best = self.visited.shares[self.visited.on_front]
            around = best[self.rng.integers(0, len(best), NEAR)] + self.rng.normal(0, SPREAD, (NEAR, d))
            made = np.vstack([made, np.clip(around, 0, 1)])
        return np.array([space.shares(space.levels(row)) for row in made.tolist()])


class OptunaSampler:
    """Leave proposals to Optuna (Akiba and others 2019, doi:10.1145/3292500.3330701): TPE, also for several objectives.

    It learns the first mean of each point.
    """

    def __init__(self, question: Question) -> None:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        seed = question.space.cell.settings.run.root_seed % 2**32
        sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=question.n_initial)
        self.study: Any = optuna.create_study(directions=["minimize"] * len(question.objectives), sampler=sampler)
        self.space: Space = question.space
        self.open: dict[Levels, Any] = {}

    def ask(self) -> Levels:
        """Return what Optuna suggests."""
        trial = self.study.ask()
        shares = [trial.suggest_float(one.key, 0.0, 1.0) for one in self.space.ranges]
        levels = self.space.levels(shares)
        self.open[levels] = trial
        return levels

    def tell(self, levels: Levels, values: FloatArray) -> None:
        """Hand over the mean of a point that was asked for; what was told before stays as it was."""
        trial = self.open.pop(levels, None)
        known = values[:, np.isfinite(values).all(axis=0)]
        if trial is not None and known.size:
            self.study.tell(trial, known.mean(axis=1).tolist())
        elif trial is not None:
            from optuna.trial import TrialState

            self.study.tell(trial, state=TrialState.FAIL)


def weights_of(rng: np.random.Generator, k: int) -> FloatArray:
    """Return k weights that sum to 1, all of them equally likely; 1 for one objective."""
    if k == 1:
        return np.ones(1)
    drawn = rng.exponential(1.0, k)
    weights: FloatArray = drawn / drawn.sum()
    return weights


def sampler_of(question: Question) -> Sampler:
    """Return the sampler that the question names."""
    return OptunaSampler(question) if question.sampler is SamplerKind.OPTUNA else ProcessSampler(question)
