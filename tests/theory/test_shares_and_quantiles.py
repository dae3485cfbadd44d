"""Exact shares, quantiles by order statistics, and control variates: by hand and by coverage."""

from math import inf

import numpy as np
import pytest
from scipy.stats import beta, binom

from experiments.statistics.controls import controlled_mean
from experiments.statistics.intervals import mean_interval
from experiments.statistics.order import quantile_interval, ranks
from experiments.statistics.shares import share_interval

pytestmark = pytest.mark.theory

N_REPETITIONS = 4000
LEAST, MOST = (binom.ppf(p, N_REPETITIONS, 0.95) for p in (0.0005, 0.9995))


def test_no_hit_in_ten_trials_leaves_up_to_three_tenths() -> None:
    # Clopper and Pearson: 1 - 0.025 ** (1 / n)
    found = share_interval(0, 10)
    assert (found.low, found.share) == (0.0, 0.0)
    assert found.high == pytest.approx(1 - 0.025 ** (1 / 10))
    every = share_interval(10, 10)
    assert (every.low, every.high) == (pytest.approx(0.025 ** (1 / 10)), 1.0)


def test_the_exact_interval_is_that_of_the_beta_quantiles() -> None:
    found = share_interval(3, 20)
    assert found.low == pytest.approx(beta.ppf(0.025, 3, 18))
    assert found.high == pytest.approx(beta.ppf(0.975, 4, 17))


@pytest.mark.parametrize("p", [0.01, 0.1, 0.5])
def test_the_exact_interval_never_covers_less_than_it_says(p: float) -> None:
    n = 30
    covers = [share_interval(hits, n).low <= p <= share_interval(hits, n).high for hits in range(n + 1)]
    assert float(binom.pmf(np.arange(n + 1), n, p) @ np.array(covers)) >= 0.95


def test_more_hits_than_trials_are_refused() -> None:
    with pytest.raises(ValueError, match="0 to 3 hits"):
        share_interval(4, 3)


def test_the_interval_of_a_median_of_ten_goes_from_the_second_to_the_ninth() -> None:
    # printed tables of the sign test: 2 to 9 hold the median with 97.9 %
    assert ranks(10, 0.5) == (2, 9)
    found = quantile_interval(np.arange(10.0, 0, -1), 0.5)
    assert (found.value, found.low, found.high, found.n) == (5.0, 2.0, 9.0, 10)


def test_too_few_values_leave_an_end_open() -> None:
    found = quantile_interval([1.0, 2.0, 3.0, 4.0, 5.0, np.nan], 0.9)
    assert (found.value, found.high, found.n) == (5.0, inf, 5)
    assert quantile_interval([], 0.5).low == -inf
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantile_interval([1.0], 1.0)


@pytest.mark.parametrize(("n", "p"), [(10, 0.5), (50, 0.9), (200, 0.25)])
def test_the_ranks_hold_the_quantile_with_the_binomial_probability(n: int, p: float) -> None:
    low, high = ranks(n, p)
    assert binom.cdf(high - 1, n, p) - binom.cdf(low - 1, n, p) >= 0.95
    assert binom.cdf(low - 1, n, p) <= 0.025 < binom.cdf(low, n, p)  # the next rank would miss more often
    uniform = np.sort(np.random.default_rng(1).random((N_REPETITIONS, n)), axis=1)
    below = uniform[:, low - 1] if low else np.zeros(N_REPETITIONS)
    above = uniform[:, high - 1] if high <= n else np.ones(N_REPETITIONS)
    assert ((below <= p) & (p <= above)).sum() >= LEAST


def sample(seed: int, n: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """Return values whose mean is 3 and two controls of known mean 0; the first explains 80 % of the variance."""
    rng = np.random.default_rng(seed)
    controls = rng.normal(0, 1, (N_REPETITIONS, n, 2))
    return 3 + 2 * controls[..., 0] + rng.normal(0, 1, (N_REPETITIONS, n)), controls


def test_a_controlled_mean_covers_as_often_as_it_says_and_is_narrower() -> None:
    found = [controlled_mean(y, c) for y, c in zip(*sample(20261125), strict=True)]
    assert LEAST <= sum(one.low <= 3.0 <= one.high for one in found) <= MOST
    # Lavenberg et al.: the variance shrinks by (1 - R²) (n - 2) / (n - q - 2) = 0.2 * 8 / 6
    squares = (np.array([one.mean for one in found]) - 3.0) ** 2
    wanted = 0.2 * 8 / 6 * 5 / 10
    assert abs(squares.mean() - wanted) < 3.3 * squares.std() / np.sqrt(N_REPETITIONS)
    assert np.median([one.gain for one in found]) > 2


def test_a_control_that_explains_all_leaves_no_width() -> None:
    control = np.array([[-1.0], [0.5], [2.0], [0.0], [1.0]])
    found = controlled_mean(7 + 3 * control[:, 0], control)
    assert found.mean == pytest.approx(7)
    assert found.half_width == pytest.approx(0, abs=1e-9)
    assert found.n_controls == 1


def test_controls_that_do_not_vary_or_repeat_others_are_left_out() -> None:
    rng = np.random.default_rng(3)
    y, c = rng.normal(size=8), rng.normal(size=8)
    found = controlled_mean(y, np.column_stack([c, 2 * c, np.ones(8)]))
    assert found == controlled_mean(y, c[:, None])
    assert controlled_mean(y, np.ones((8, 1))).half_width == mean_interval(y).half_width


def test_too_few_values_teach_nothing_about_controls() -> None:
    y = np.array([1.0, 2.0, 4.0])
    found = controlled_mean(y, np.array([[0.1], [0.2], [0.3]]))
    assert (found.mean, found.half_width, found.n_controls) == (
        pytest.approx(y.mean()),
        mean_interval(y).half_width,
        0,
    )
