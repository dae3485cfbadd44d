"""Judging a simulated quantity: what chance allows passes, a small bias or wrong intervals do not."""

from math import inf, sqrt

import numpy as np
import pytest
from scipy.stats import binom, t

from experiments.exact.judge import BAND_ALARM, Judgement, controlled, coverage_band, judge

pytestmark = pytest.mark.unit

BLOCKS, PER_BLOCK = 160, 5


def waits(mean: float, patients: float = 400.0) -> np.ndarray:
    """Return pairs of replications with about so many patients, each of which waited about `mean` minutes."""
    rng = np.random.default_rng(5)
    n = rng.poisson(patients, (BLOCKS, PER_BLOCK)).astype(float)
    return np.stack([n * rng.normal(mean, 0.1 * mean, n.shape), n], axis=-1)


def passed(z: float = 0.0, n_covered: int = 19) -> bool:
    return Judgement(1.0, 1.0, 0.1, z, n_covered, 20, 80, (14, 20)).passed


def test_an_unbiased_quantity_passes() -> None:
    assert judge(waits(2.0), 2.0).passed


@pytest.mark.parametrize("factor", [0.97, 1.03])
def test_three_percent_of_bias_fails(factor: float) -> None:
    found = judge(waits(2.0 * factor), 2.0)
    assert not found.passed
    assert abs(found.z) > 4
    assert np.sign(found.z) == np.sign(factor - 1)


def test_a_small_case_by_hand() -> None:
    pairs = np.array([[[2.0, 1.0], [6.0, 2.0]], [[3.0, 1.0], [9.0, 4.0]]])
    found = judge(pairs, 2.0)  # gaps: 0, 2; 1, 1
    assert found.simulated == 20.0 / 8.0
    assert found.standard_error == pytest.approx(sqrt(2 / 3) / 2 / 2)
    assert found.z == pytest.approx((found.simulated - 2.0) / found.standard_error)
    assert found.n_covered == 1  # the block without spread is off by 1, the other by as much as its spread


def test_dividing_by_a_random_number_of_patients_biases_nothing() -> None:
    rng = np.random.default_rng(7)
    n = rng.integers(1, 4, (4_000, PER_BLOCK)).astype(float)  # as many minutes as n squared: long waits when many come
    exact = float((np.arange(1, 4) ** 2).sum() / np.arange(1, 4).sum())
    found = judge(np.stack([n**2, n], axis=-1), exact)
    assert abs(found.z) <= 4
    naive = (n**2 / n).mean(axis=1)
    assert abs(naive.mean() - exact) / (naive.std() / sqrt(len(naive))) > 4


def test_intervals_that_cover_too_seldom_fail_although_the_mean_is_right() -> None:
    within = np.tile([-0.01, 0.0, 0.0, 0.0, 0.01], (20, 1))
    off = np.where(np.arange(20) % 2, 1.0, -1.0)[:, None]
    found = judge(np.stack([5.0 + off + within, np.ones((20, 5))], axis=-1), 5.0)
    assert found.z == pytest.approx(0.0, abs=1e-9)
    assert found.n_covered == 0
    assert not found.passed


def test_intervals_of_normal_gaps_cover_as_often_as_they_say() -> None:
    gaps = np.random.default_rng(3).normal(0.0, 1.0, (4_000, 3))
    found = judge(np.stack([5.0 + gaps, np.ones_like(gaps)], axis=-1), 5.0)
    assert found.passed
    assert found.band[1] - found.band[0] < 120  # tight enough to tell 95 from 93 or 97 %


def test_what_never_varies_must_be_exact() -> None:
    gaps = np.zeros((4, 3))
    pairs = np.stack([gaps, np.ones((4, 3))], axis=-1)
    assert (judge(pairs, 0.0).z, judge(pairs, 0.0).n_covered, judge(pairs, 0.0).passed) == (0.0, 4, True)
    off = pairs + np.array([0.5, 0.0])
    assert judge(off, 0.0).z == inf
    assert not judge(off, 0.0).passed


@pytest.mark.parametrize(("z", "n_covered", "expected"), [(4.0, 14, True), (-4.01, 19, False), (0.0, 13, False)])
def test_both_limits_count(z: float, n_covered: int, expected: bool) -> None:
    assert passed(z, n_covered) is expected


@pytest.mark.parametrize("n", [4, 20, 160, 1000])
def test_the_band_leaves_out_at_most_its_share_and_no_count_more(n: int) -> None:
    low, high = coverage_band(n)
    half = BAND_ALARM / 2
    assert binom.cdf(low - 1, n, 0.95) <= half < binom.cdf(low, n, 0.95)
    assert binom.sf(high, n, 0.95) <= half
    assert high == n or binom.sf(high - 1, n, 0.95) > half


def test_a_table_of_a_hundred_quantities_seldom_fails_by_chance() -> None:
    found = judge(waits(2.0), 2.0)
    assert found.n_replications == BLOCKS * PER_BLOCK
    assert found.false_alarm_share == pytest.approx(2 * t.sf(4.0, BLOCKS * PER_BLOCK - 1) + 1e-4)
    assert 100 * found.false_alarm_share < 0.02


def test_control_variates_take_out_what_they_explain() -> None:
    """With gaps = 2 x control + noise, the rest is the noise, whatever the controls' own mean happens to be."""
    generator = np.random.default_rng(3)
    controls, noise = generator.standard_normal((400, 1)), 0.1 * generator.standard_normal(400)
    pairs = np.column_stack((5.0 + 2.0 * controls[:, 0] + noise, np.ones(400)))
    found = controlled(pairs, 5.0, controls)
    assert found
    assert abs(found.simulated - 5.0) < 4 * found.standard_error
    assert found.standard_error == pytest.approx(0.1 / 20, rel=0.15)
    assert found.variance_share == pytest.approx(0.01 / 4.01, rel=0.2)


def test_without_controls_or_gaps_there_is_nothing_to_take_out() -> None:
    assert controlled(np.ones((9, 2)), 1.0, np.ones((9, 1))) is None
    assert controlled(np.random.default_rng(1).random((9, 2)), 1.0, np.empty((9, 0))) is None
