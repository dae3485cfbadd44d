"""Forecasts of series whose true mean is known: scaled errors, coverage and the floor of pure chance."""

from math import sqrt

import numpy as np
import pytest
from scipy.stats import poisson, skellam

from experiments.forecasting.evaluation import judge
from experiments.forecasting.scores import NOISE_FLOOR, Score, poisson_absolute_error, seasonal_scale
from experiments.forecasting.split import Split
from policies.forecast import Forecaster, GradientBoosting, PoissonRegression, SeasonalNaive
from sim.units import FloatArray
from tests.known_counts import KnowsTruth, poisson_series, weekly_profile

pytestmark = pytest.mark.theory

MEAN, WEEKS = 40.0, 60
SPLIT = Split(lead_h=24, held_out_h=15 * 168, test_from=40 * 168)
N_TEST = (WEEKS - 40) * 168
MEMBERS: dict[str, Forecaster] = {
    "truth": KnowsTruth(MEAN),
    "seasonal_naive": SeasonalNaive(),
    "poisson": PoissonRegression(),
    "boosting": GradientBoosting(n_trees=60),
}
HIGHEST_Z = 4.0


@pytest.fixture(scope="module")
def scores() -> dict[tuple[str, str], Score]:
    judged = judge(poisson_series(WEEKS, MEAN, seed=11), MEMBERS, SPLIT)
    return {(score.member, score.period): score for score in judged.scores}


def absolute_error_by_sum(mean: float) -> float:
    counts = np.arange(0, 1000)
    return float(np.sum(np.abs(counts - poisson.median(mean)) * poisson.pmf(counts, mean)))


def exact_scale(means: FloatArray) -> float:
    """Return E|N - N'| of independent Poisson counts with these means."""
    gaps = np.arange(1, 400)
    return float(np.mean([2 * np.sum(gaps * skellam.pmf(gaps, mean, mean)) for mean in means]))


@pytest.mark.parametrize("mean", [0.1, 0.7, 1.0, 4.5, 40.0, 200.0])
def test_the_least_error_of_a_poisson_count_is_that_of_its_median(mean: float) -> None:
    assert poisson_absolute_error(np.array([mean]))[0] == pytest.approx(absolute_error_by_sum(mean))


def test_the_scale_is_the_mean_difference_of_two_weeks() -> None:
    series = poisson_series(200, MEAN, seed=5)
    # Differences of neighboring weeks share a count: correlated, so weeks apart are counted as half as many.
    exact, n = exact_scale(weekly_profile(MEAN)), 199 * 168 / 2
    assert abs(seasonal_scale(series, 1) - exact) < HIGHEST_Z * sqrt(2 * MEAN / n)


def test_who_knows_the_truth_has_the_scaled_error_of_pure_chance(scores: dict[tuple[str, str], Score]) -> None:
    exact = float(np.mean(poisson_absolute_error(weekly_profile(MEAN))))
    score = scores["truth", "hour"]
    # The median of held-out errors is itself a guess; it costs far less than the spread allowed here.
    assert abs(score.mae - exact) < HIGHEST_Z * sqrt(MEAN / N_TEST)
    assert score.mase == pytest.approx(score.mae / score.scale)
    assert scores[NOISE_FLOOR, "hour"].mae == pytest.approx(exact)


@pytest.mark.parametrize("period", ["hour", "day"])
@pytest.mark.parametrize("member", ["truth", "seasonal_naive", "poisson"])
def test_intervals_cover_what_they_promise(member: str, period: str, scores: dict[tuple[str, str], Score]) -> None:
    score = scores[member, period]
    n_scores = SPLIT.held_out_h if period == "hour" else SPLIT.held_out_h // 24
    # Seasonal naive errors of two weeks share a count, which doubles the variance of their share.
    variance = 2 * 0.9 * 0.1 * (1 / score.n_periods + 1 / n_scores)
    assert abs(score.coverage_share - 0.9) < HIGHEST_Z * sqrt(variance)


def test_learners_come_close_to_the_truth_and_the_naive_do_not(scores: dict[tuple[str, str], Score]) -> None:
    mase = {member: scores[member, "hour"].mase for member in MEMBERS}
    assert mase["truth"] < mase["poisson"] < mase["seasonal_naive"]
    assert mase["truth"] < mase["boosting"] < mase["seasonal_naive"]
    # Estimating k columns from n hours adds a share k / n to the variance; twice that leaves room for chance.
    assert mase["poisson"] < mase["truth"] * sqrt(1 + 2 * 217 / (40 * 168))


def test_the_chosen_member_is_the_best_of_the_held_out_hours(scores: dict[tuple[str, str], Score]) -> None:
    hourly = [score for (member, period), score in scores.items() if period == "hour" and member in MEMBERS]
    assert [score.member for score in hourly if score.chosen] == ["truth"]
    assert min(hourly, key=lambda score: score.held_out_mae).member == "truth"


def test_seasonal_naive_errors_are_the_scale_and_pure_chance_the_root_of_a_half() -> None:
    # For large means |N - N'| has root 2 times the spread of |N - mean|.
    means = np.full(1, 400.0)
    assert float(poisson_absolute_error(means)[0]) / exact_scale(means) == pytest.approx(sqrt(0.5), rel=1e-3)
