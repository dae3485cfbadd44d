"""Indices of sensitivity: exact on lines, known on Ishigami's function, intervals that hold as often as they say."""

import numpy as np
import pytest
from scipy.stats import binom, qmc

from experiments.statistics.indices import Index, elementary_effects, morris_indices, sobol_indices
from sim.streams import Replication, stream

pytestmark = pytest.mark.theory

A, B = 7.0, 0.1
WHOLE = A**2 / 8 + B * np.pi**4 / 5 + B**2 * np.pi**8 / 18 + 0.5
FIRST = np.array([(B * np.pi**4 / 5 + B**2 * np.pi**8 / 50 + 0.5) / WHOLE, A**2 / 8 / WHOLE, 0.0])
TOTAL = FIRST + np.array([1, 0, 1]) * B**2 * np.pi**8 * (1 / 18 - 1 / 50) / WHOLE
SLOPES = np.array([3.0, -2.0, 0.0])


def ishigami(unit: np.ndarray) -> np.ndarray:
    """Return Ishigami and Homma's function (1990) on the unit cube; its indices are FIRST and TOTAL."""
    x = np.pi * (2 * unit - 1)
    return np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0])


def rows(m: int, seed: int) -> np.ndarray:
    """Return points in the order A, AB[0], ..., B, from a scrambled Sobol sequence."""
    drawn = qmc.Sobol(6, rng=stream(Replication(0, seed), "rows")).random(m)
    a, b = drawn[:, :3], drawn[:, 3:]
    mixed = [np.where(np.arange(3) == j, b, a) for j in range(3)]
    return np.stack([a, *mixed, b], axis=1).reshape(-1, 3)


def trajectories(m: int, seed: int) -> np.ndarray:
    """Return trajectories on the grid 0, 1/3, 2/3, 1: one parameter after the other moves by 2/3."""
    rng = stream(Replication(0, seed), "trajectories")
    made = []
    for _ in range(m):
        at = rng.integers(0, 2, 3) / 3
        points = [at]
        for j in rng.permutation(3):
            at = at + np.where(np.arange(3) == j, 2 / 3, 0)
            points.append(at)
        made += points
    return np.array(made)


def by_name(found: list[Index], name: str) -> list[Index]:
    return [one for one in found if one.name == name]


def test_the_indices_of_ishigami_are_found() -> None:
    found = sobol_indices(ishigami(rows(4096, 1))[:, None], 3)
    assert [one.value for one in by_name(found, "first")] == pytest.approx(FIRST, abs=0.02)
    assert [one.value for one in by_name(found, "total")] == pytest.approx(TOTAL, abs=0.02)
    assert FIRST.sum() < 1 < TOTAL.sum()


def test_morris_is_exact_on_a_line_and_knows_the_sign() -> None:
    points = trajectories(5, 1)
    found = morris_indices(points, (points @ SLOPES)[:, None])
    assert [one.value for one in by_name(found, "mu")] == pytest.approx(SLOPES)
    assert [one.value for one in by_name(found, "mu_star")] == pytest.approx(np.abs(SLOPES))
    assert max(one.value for one in by_name(found, "sigma")) == pytest.approx(0.0, abs=1e-12)
    assert all(one.half_width == pytest.approx(0.0, abs=1e-12) for one in found)


def test_only_a_joint_effect_depends_on_where_the_others_stand() -> None:
    points = trajectories(20, 2)
    effects = elementary_effects(points, (points[:, 0] * points[:, 1] + points[:, 2])[:, None])
    assert np.ptp(effects[:, 2, 0]) == pytest.approx(0.0, abs=1e-12)
    assert np.ptp(effects[:, 0, 0]) > 0.5
    sigma = by_name(morris_indices(points, (points[:, 0] * points[:, 1] + points[:, 2])[:, None]), "sigma")
    assert sigma[0].low > 0 or sigma[1].low > 0


def test_a_level_of_a_replication_shared_by_all_points_changes_nothing() -> None:
    points, at = rows(64, 3), np.array([-5.0, 0.0, 11.0])
    alone = sobol_indices(ishigami(points)[:, None], 3)
    found = sobol_indices(ishigami(points)[:, None] + at, 3)
    assert [one.value for one in found] == pytest.approx([one.value for one in alone])
    assert [one.half_width for one in found] == pytest.approx([one.half_width for one in alone])


def test_failed_points_leave_their_trajectory_out_and_nothing_moves_nothing() -> None:
    points = trajectories(4, 4)
    values = (points @ SLOPES)[:, None].repeat(2, axis=1)
    values[5, 1] = np.nan
    assert [one.value for one in by_name(morris_indices(points, values), "mu")] == pytest.approx(SLOPES)
    assert all(np.isnan(one.value) for one in morris_indices(points, np.full_like(values, np.nan)))
    flat = sobol_indices(np.ones((5 * 8, 2)), 3)
    assert all(one.value == one.half_width == 0.0 for one in flat)


def noisy(points: np.ndarray, n: int, seed: int, noise: float) -> np.ndarray:
    """Return Ishigami in n replications, each with a tilt of its own along the third parameter, and noise at points."""
    rng = stream(Replication(0, seed), "noise")
    tilt = rng.normal(0, noise, n)
    return ishigami(points)[:, None] + points[:, 2:] * tilt + rng.normal(0, noise, (len(points), n))


def test_intervals_hold_as_often_as_they_say() -> None:
    truth = np.concatenate([FIRST, TOTAL])
    repetitions, inside = 150, np.zeros(6)
    for seed in range(repetitions):
        found = sobol_indices(noisy(rows(64, seed), 6, seed, 1.0), 3, seed)
        inside += [one.low - 1e-12 <= value <= one.high for one, value in zip(found, truth, strict=True)]
    assert inside.min() >= binom.ppf(0.001, repetitions, 0.95)


def test_the_noise_of_few_replications_is_taken_out_of_squares() -> None:
    points = rows(1024, 9)
    noise = noisy(points, 4, 9, 4.0)
    rough = sobol_indices(noise.mean(axis=1)[:, None], 3)
    found = sobol_indices(noise, 3)
    worst_rough = max(abs(one.value - truth) for one, truth in zip(rough[3:], TOTAL, strict=True))
    worst = max(abs(one.value - truth) for one, truth in zip(found[3:], TOTAL, strict=True))
    assert worst < worst_rough / 2
