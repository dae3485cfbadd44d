"""A 95 % interval holds the truth in 95 % of repetitions; pairing gains what theory says."""

import numpy as np
import pytest
from scipy.stats import binom

from experiments.statistics import mean_interval, paired_difference

pytestmark = pytest.mark.theory

N_REPETITIONS = 4000
LEAST, MOST = (binom.ppf(p, N_REPETITIONS, 0.95) for p in (0.0005, 0.9995))  # right intervals miss 1 in 1000


@pytest.mark.parametrize("n", [2, 5, 10])
def test_the_interval_of_a_mean_covers_as_often_as_it_says(n: int) -> None:
    samples = np.random.default_rng(20261122).normal(3.0, 2.0, (N_REPETITIONS, n))
    intervals = [mean_interval(sample) for sample in samples]
    covered = sum(interval.low <= 3.0 <= interval.high for interval in intervals)
    assert LEAST <= covered <= MOST


def test_the_interval_of_a_paired_difference_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(20261123)
    common, own = rng.normal(0, 5, (N_REPETITIONS, 10)), rng.normal(0, 1, (2, N_REPETITIONS, 10))
    rows = zip(common + own[0], common + own[1] + 0.7, strict=True)
    differences = [paired_difference(baseline, treatment) for baseline, treatment in rows]
    covered = sum(difference.low <= 0.7 <= difference.high for difference in differences)
    assert LEAST <= covered <= MOST


def test_pairing_gains_what_the_correlation_promises() -> None:
    # Variances 2 and 2, correlation 1/2: the ratio is 4 / 2. It is (1 + F) / 2, where F is the ratio of the
    # independent variances of sum (3) and difference (1); var(log F) = 4 / n, so var(log ratio) = 2.25 / n.
    n, rng = 20_000, np.random.default_rng(20261124)
    common, own = rng.normal(0, 1, n), rng.normal(0, 1, (2, n))
    ratio = paired_difference(common + own[0], common + own[1]).variance_ratio
    assert abs(np.log(ratio / 2.0)) / np.sqrt(2.25 / n) < 3.3
