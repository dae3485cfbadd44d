"""Search for parameters whose outcome meets targets: bounded Gauss-Newton least squares on a noisy simulation.

    min over t   sum_i ((f_i(t) - aim_i) / tolerance_i)^2 + PULL^2 sum_j t_j^2     s.t.  low <= t <= high

t = 0 is where parameters usually are and 1 is half their range, so the second sum moves them no farther than the
targets ask for (Tikhonov). f is the mean of replications that meet the same patients at every t (common random
numbers), which makes it nearly smooth. Slopes are differences, mended after every step by Broyden's rule (Broyden
1965, doi 10.1090/S0025-5718-1965-0198670-6), steps are bounded least squares inside a region of trust.
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
    """Hold targets and tolerances, shape (n_targets,), and the bounds of t, shape (n_parameters,)."""

    aim: FloatArray
    tolerance: FloatArray
    low: FloatArray
    high: FloatArray

    def cost(self, at: FloatArray, outcome: FloatArray) -> float:
        """Return what is minimized."""
        return float(np.sum(((outcome - self.aim) / self.tolerance) ** 2) + PULL**2 * np.sum(at**2))

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


def search(problem: Problem, simulate: Simulate) -> Found:
    """Return the best point found from t = 0 on, or from the bound next to it."""
    at = np.clip(np.zeros(len(problem.low)), problem.low, problem.high)
    outcome = simulate(at[None])[0]
    cost = first = problem.cost(at, outcome)
    n_points = 1
    for _ in range(MOST_ROUNDS):
        reach, before, slope = REACH, cost, slopes(problem, simulate, at, outcome)
        n_points += len(at)
        for _ in range(STEPS_PER_ROUND):
            step = problem.step(at, outcome, slope, reach)
            if np.abs(step).max() < LEAST_STEP:
                break
            tried, n_points = simulate((at + step)[None])[0], n_points + 1
            slope += np.outer(tried - outcome - slope @ step, step) / (step @ step)
            if problem.cost(at + step, tried) < cost:
                at, outcome = at + step, tried
                cost = problem.cost(at, outcome)
            else:
                reach /= 2
        if before - cost < LEAST_GAIN * before:
            break
    return Found(at, outcome, first, cost, n_points)


def slopes(problem: Problem, simulate: Simulate, at: FloatArray, outcome: FloatArray) -> FloatArray:
    """Return differences over steps, shape (n_targets, n_parameters), each taken to the side with more room."""
    upward = problem.high - at >= at - problem.low
    length = np.where(upward, np.minimum(DIFFERENCE, problem.high - at), -np.minimum(DIFFERENCE, at - problem.low))
    differences: FloatArray = (simulate(at + np.diag(length)) - outcome) / length[:, None]
    return differences.T
