"""Stochastic roots: exact on straight lines, none where there is none, intervals that hold as often as they say."""

from collections.abc import Callable
from math import inf, sqrt

import numpy as np
import pytest
from scipy.stats import binom, t

from experiments.statistics.roots import Root, Search, find_root

pytestmark = pytest.mark.theory

WAVES = np.array([-1.5, -0.5, 0.5, 1.5])


def straight(x: float) -> np.ndarray:
    """Return four replications of a line that falls from 10 by 2 a unit, apart by the same everywhere."""
    return 10 - 2 * x + WAVES


def test_the_root_of_a_line_and_its_interval_are_exact() -> None:
    found = find_root(straight, 4.0, Search(0.0, 10.0, 0.01))
    width = t.ppf(0.975, 3) * np.std(WAVES, ddof=1) / sqrt(4) / 2
    assert found.at == pytest.approx(3.0)
    assert (found.low, found.high) == (pytest.approx(3 - width), pytest.approx(3 + width))
    assert found.points[0.0].mean == 10.0


def test_a_rising_line_has_the_same_root() -> None:
    found = find_root(lambda x: -straight(x), -4.0, Search(0.0, 10.0, 0.01))
    assert found.at == pytest.approx(3.0)
    assert found.low < 3 < found.high


def test_a_target_out_of_reach_has_no_root() -> None:
    found = find_root(straight, 20.0, Search(0.0, 10.0, 0.01))
    assert not found.found
    assert list(found.points) == [0.0, 10.0]
    assert (found.low, found.high) == (-inf, inf)


def test_an_end_beyond_the_range_stays_open() -> None:
    found = find_root(straight, 9.9, Search(0.0, 10.0, 0.01))
    assert found.low == -inf
    assert found.high < 1.5


def test_whole_numbers_only_are_tried_and_curves_are_followed() -> None:
    tried: list[float] = []

    def curve(x: float) -> np.ndarray:
        tried.append(x)
        return 400 / x + 0.01 * WAVES

    found = find_root(curve, 30.0, Search(1.0, 100.0, 1.0, 30, whole=True))
    assert all(x == int(x) for x in tried)
    assert len(tried) == len(set(tried)) <= 30
    assert 13 <= found.at <= 14  # 400 / 30 = 13.33


def test_no_more_points_are_tried_than_allowed() -> None:
    found = find_root(lambda x: np.tanh(50 * (x - 0.7)) + 0.1 * WAVES, 0.0, Search(0.0, 1.0, 1e-6, 9))
    assert len(found.points) <= 9


def test_one_replication_has_no_interval() -> None:
    with pytest.raises(ValueError, match="two finite replications"):
        find_root(lambda x: np.array([x]), 0.5, Search(0.0, 1.0, 0.1))


def noisy(seed: int) -> Callable[[float], np.ndarray]:
    """Return replications of a curve whose mean meets 5 at 2: level, slope and bend differ between replications."""
    level, slope, bend = np.random.default_rng(seed).normal(0, [[1.0], [0.3], [0.1]], (3, 10))

    def values(x: float) -> np.ndarray:
        return np.asarray(5 - 1.5 * (x - 2) + 0.2 * (x - 2) ** 2 + level + slope * (x - 2) + bend * np.sin(5 * x))

    return values


def test_the_interval_holds_the_root_as_often_as_it_says() -> None:
    n = 1500
    found: list[Root] = [find_root(noisy(seed), 5.0, Search(0.0, 4.5, 0.02)) for seed in range(n)]
    covered = sum(one.low <= 2.0 <= one.high for one in found)
    assert binom.ppf(0.0005, n, 0.95) <= covered <= binom.ppf(0.9995, n, 0.95)
