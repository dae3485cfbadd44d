"""Surrogates: exact where they must be, intervals on known surfaces as often right as they say, true errors."""

import numpy as np
import pytest
from scipy.stats import norm, qmc

from experiments.statistics.surrogate import Surrogate, fit, noise_of
from sim.streams import Replication, stream

pytestmark = pytest.mark.theory

REPLICATIONS = 5


def bowl(x: np.ndarray) -> np.ndarray:
    return 10 * (x[:, 0] - 0.3) ** 2 + 4 * x[:, 1] + 3 * x[:, 0] * x[:, 1]


def waves(x: np.ndarray) -> np.ndarray:
    return np.sin(5 * x[:, 0]) + np.cos(4 * x[:, 1])


def drawn(n: int, seed: int) -> np.ndarray:
    found: np.ndarray = qmc.LatinHypercube(2, rng=stream(Replication(0, seed), "points")).random(n)
    return found


def simulated(surface: np.ndarray, seed: int, own: float = 0.1, common: float = 0.5) -> np.ndarray:
    """Return replications of a surface: a lift that all points share, and noise of each point."""
    rng = stream(Replication(0, seed), "values")
    return surface[:, None] + rng.normal(0, common, REPLICATIONS) + rng.normal(0, own, (len(surface), REPLICATIONS))


@pytest.fixture(scope="module")
def still() -> Surrogate:
    points = drawn(20, 1)
    return fit(points, np.repeat(bowl(points)[:, None], 2, axis=1))


def test_without_noise_the_points_themselves_are_met(still: Surrogate) -> None:
    mean, low, high = still.intervals(still.points)
    assert mean == pytest.approx(bowl(still.points), abs=0.01)
    assert (high - low).max() < 0.05


def test_left_out_predictions_are_those_of_a_process_that_never_saw_the_point(still: Surrogate) -> None:
    from sklearn.gaussian_process import GaussianProcessRegressor

    for place in (0, 7):
        rest = np.arange(20) != place
        mean, spread = still.noise.means.mean(), still.noise.means.std()
        other = GaussianProcessRegressor(still.process.kernel_, alpha=still.process.alpha[rest], optimizer=None)
        other.fit(still.points[rest], (still.noise.means[rest] - mean) / spread)
        found, sd = other.predict(still.points[[place]], return_std=True)
        assert still.left_out[place] == pytest.approx(mean + spread * found[0], abs=1e-3)
        assert still.left_out_sd[place] == pytest.approx(spread * sd[0], rel=0.05)


def test_what_left_out_points_explain_tells_a_surface_from_chance(still: Surrogate) -> None:
    assert still.explained > 0.95
    chance = stream(Replication(0, 2), "chance").normal(0, 1, (20, REPLICATIONS))
    assert fit(drawn(20, 2), chance).explained < 0.3


def test_intervals_of_unvisited_points_hold_as_often_as_they_say() -> None:
    inside, total = [], 0
    for surface in (bowl, waves):
        for seed in range(30):
            points, unseen = drawn(25, seed), drawn(10, 100 + seed)
            mean, low, high = fit(points, simulated(surface(points), seed)).intervals(unseen)
            truth = surface(unseen)
            inside.append(np.mean((low <= truth) & (truth <= high)))
            total += len(unseen)
            assert np.all((low < mean) & (mean < high))
    spread = float(np.std(inside, ddof=1)) / np.sqrt(len(inside))
    assert np.mean(inside) >= 0.95 - norm.ppf(0.999) * spread
    assert np.mean(inside) < 0.9999 or total < 100


def test_the_lift_that_all_points_share_is_told_apart() -> None:
    flat = np.zeros(400)
    found = noise_of(simulated(flat, 3))
    lifts = simulated(flat, 3).mean(axis=0)
    assert found.common == pytest.approx(lifts.var(ddof=1) / REPLICATIONS, rel=0.01)
    assert found.variances.mean() == pytest.approx(0.1**2 / REPLICATIONS, rel=0.1)


def test_replications_that_differ_between_points_count_each_for_its_own() -> None:
    values = np.array([[1.0, 3.0, np.nan, np.nan], [np.nan, np.nan, 2.0, 6.0]])
    found = noise_of(values)
    assert found.means.tolist() == [2.0, 4.0]
    assert found.variances.tolist() == [1.0, 4.0]
    assert found.common == 0.0


def test_improvement_is_that_of_a_normal_outcome(still: Surrogate) -> None:
    points = drawn(5, 8)
    mean, sd = still.predict(points)
    best = still.predict(still.points)[0].min()
    found = still.improvement(points, -1)
    draws = mean + sd * norm.ppf((np.arange(200_000)[:, None] + 0.5) / 200_000)
    assert found == pytest.approx(np.maximum(best - draws, 0).mean(axis=0), abs=1e-4)
    assert still.improvement(points, 1).max() >= 0


def test_errors_that_are_larger_than_thought_widen_all_intervals() -> None:
    points = drawn(15, 4)
    rough = np.sign(points[:, :1] - 0.5) * np.ones((1, 2))
    found = fit(points, rough)
    assert found.inflation >= 1.0
    z = (found.left_out - found.noise.means) / (found.left_out_sd * found.inflation)
    assert np.sqrt(np.mean(z**2)) <= 1 + 1e-9
