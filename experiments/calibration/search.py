"""Search for parameters whose outcome meets targets: bounded Gauss-Newton least squares on a noisy simulation.

    min over t   sum_i ((f_i(t) - aim_i) / tolerance_i)^2 + PULL^2 sum_j t_j^2     s.t.  low <= t <= high

t = 0 is where parameters usually are and 1 is half their range, so the second sum moves them no farther than the
targets ask for (Tikhonov). f is the mean of replications that meet the same patients at every t (common random
numbers), which makes it nearly smooth. Slopes are differences, mended after every step by Broyden's rule (Broyden
1965, doi 10.1090/S0025-5718-1965-0198670-6), steps are bounded least squares inside a region of trust. Where a sharper
simulation is given, of more replications, the last steps are taken on it, with the slopes that are known by then.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import lsq_linear

from sim.units import FloatArray

PULL = 0.2
DIFFERENCE = 0.2
"""Step of a difference, in half ranges: large enough to stand out of what common random numbers leave of the noise."""
MOST_ROUNDS = 4
STEPS_PER_ROUND = 3
REACH = 0.7
"""Longest step on fresh slopes, in half ranges; halved when a step made things worse."""
LEAST_STEP = 1e-6
LEAST_GAIN = 0.05
"""A round that lowers the sum by a smaller share is the last."""

Simulate = Callable[[FloatArray], FloatArray]
"""Return the outcomes (n_points, n_targets) at points (n_points, n_parameters)."""


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Hold targets and tolerances, shape (n_targets,), and the bounds of t, shape (n_parameters,).

    Misses of no more than `close` tolerances are close enough; nothing is tried for less.
    """

    aim: FloatArray
    tolerance: FloatArray
    low: FloatArray
    high: FloatArray
    close: float = 0.0

    def cost(self, at: FloatArray, outcome: FloatArray) -> float:
        """Return what is minimized."""
        return float(np.sum(((outcome - self.aim) / self.tolerance) ** 2) + PULL**2 * np.sum(at**2))

    def is_met(self, outcome: FloatArray) -> bool:
        """Return whether no target is missed by more than is close enough."""
        return bool(np.all(np.abs(outcome - self.aim) <= self.close * self.tolerance))

    def step(self, at: FloatArray, outcome: FloatArray, slope: FloatArray, reach: float) -> FloatArray:
        """Return the step that is best if outcomes were linear; no part of it is longer than `reach`."""
        system = np.vstack([slope / self.tolerance[:, None], PULL * np.eye(len(at))])
        wanted = np.concatenate([(self.aim - outcome) / self.tolerance, -PULL * at])
        low, high = np.maximum(self.low - at, -reach), np.minimum(self.high - at, reach)
        # The solver wants room between the bounds; a parameter at both of them stays.
        step: FloatArray = lsq_linear(system, wanted, (np.minimum(low, 0) - 1e-12, np.maximum(high, 0) + 1e-12)).x
        return np.clip(at + step, self.low, self.high) - at


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Hold the best point, its outcome, the cost before and after, and how many points were simulated."""

    at: FloatArray
    outcome: FloatArray
    first_cost: float
    cost: float
    n_points: int


def search(problem: Problem, simulate: Simulate, sharper: Simulate | None = None) -> Found:
    """Return the best point found from t = 0 on, or from the bound next to it.

    `sharper` simulates the same outcomes with less noise and takes longer; the last steps are taken on it.
    """
    path = _Path(problem, simulate, np.clip(np.zeros(len(problem.low)), problem.low, problem.high))
    first = path.cost
    for _ in range(MOST_ROUNDS):
        if problem.is_met(path.outcome):
            break
        before = path.cost
        path.learn()
        path.walk()
        if before - path.cost < LEAST_GAIN * before:
            break
    if sharper is not None:
        path.look_again(sharper)
        path.walk()
    return Found(path.at, path.outcome, first, path.cost, path.n_points)


class _Path:
    """Walk from point to point: the best one so far, its outcome and cost, and the slopes that are believed there."""

    def __init__(self, problem: Problem, simulate: Simulate, at: FloatArray) -> None:
        self.problem, self.simulate, self.at = problem, simulate, at
        self.n_points = 0
        self.slope: FloatArray | None = None
        self.look_again(simulate)

    def look_again(self, simulate: Simulate) -> None:
        """Simulate the best point in another way, in which all further points are simulated too."""
        self.simulate = simulate
        self.outcome, self.n_points = simulate(self.at[None])[0], self.n_points + 1
        self.cost = self.problem.cost(self.at, self.outcome)

    def learn(self) -> FloatArray:
        """Take slopes anew."""
        self.slope = slopes(self.problem, self.simulate, self.at, self.outcome)
        self.n_points += len(self.at)
        return self.slope

    def walk(self) -> None:
        """Take steps until the targets are met, or there were enough."""
        reach = REACH
        for _ in range(STEPS_PER_ROUND):
            if self.problem.is_met(self.outcome):
                break
            slope = self.learn() if self.slope is None else self.slope
            step = self.problem.step(self.at, self.outcome, slope, reach)
            if np.abs(step).max() < LEAST_STEP:
                break
            reach = reach if self._try(step, slope) else reach / 2

    def _try(self, step: FloatArray, slope: FloatArray) -> bool:
        """Simulate one step, mend the slopes by what it shows, and go there if it helps."""
        tried, self.n_points = self.simulate((self.at + step)[None])[0], self.n_points + 1
        slope += np.outer(tried - self.outcome - slope @ step, step) / (step @ step)
        cost = self.problem.cost(self.at + step, tried)
        if cost >= self.cost:
            return False
        self.at, self.outcome, self.cost = self.at + step, tried, cost
        return True


def slopes(problem: Problem, simulate: Simulate, at: FloatArray, outcome: FloatArray) -> FloatArray:
    """Return differences over steps, shape (n_targets, n_parameters), each taken to the side with more room."""
    upward = problem.high - at >= at - problem.low
    length = np.where(upward, np.minimum(DIFFERENCE, problem.high - at), -np.minimum(DIFFERENCE, at - problem.low))
    differences: FloatArray = (simulate(at + np.diag(length)) - outcome) / length[:, None]
    return differences.T
