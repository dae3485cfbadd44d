"""Regress demand on calendar, holidays and looks back: a linear and a log-linear member."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from policies.forecast.base import Expectation, Lesson, level_and_looks
from policies.forecast.features import calendar_columns, knows_seasons
from policies.forecast.series import HourlySeries
from sim.units import FloatArray, IntArray

LARGEST_RATIO = 4.0
"""Looks back are kept below four times the level: in sparse series a single patient would be more than that."""


@dataclass(slots=True)
class LinearRegression:
    """Fit ratio = b + x'w by weighted ridge regression; x are 208 calendar columns and 9 looks back.

    With Poisson noise the ratio has variance 1 / level, so the weights are levels, and the penalty 1 / `effect_sd`²
    says beforehand that an effect is about so large (a Gaussian prior).
    """

    effect_sd: float = 0.5

    def fit(self, series: HourlySeries, lead_h: int) -> Expectation:
        """Learn the weights of all columns."""
        from sklearn.linear_model import Ridge

        lesson = Lesson.of(series, lead_h)
        regression = Ridge(alpha=self.effect_sd**-2)
        return _fitted(regression, series, lesson, lead_h, is_log=False)


@dataclass(slots=True)
class PoissonRegression:
    """Fit log ratio = b + x'w by Poisson regression with the level as exposure; columns and prior as in the linear one.

    min Σ_i level_i * d(ratio_i, exp(b + x_i'w)) / 2 + |w|² / (2 `effect_sd`²),  d the Poisson deviance
    """

    effect_sd: float = 0.5
    n_steps: int = 30

    def fit(self, series: HourlySeries, lead_h: int) -> Expectation:
        """Learn the weights of all columns by Newton steps."""
        from sklearn.linear_model import PoissonRegressor

        lesson = Lesson.of(series, lead_h)
        # The library divides the sum by the sum of weights, so the penalty is divided too.
        alpha = self.effect_sd**-2 / lesson.level.sum()
        regression = PoissonRegressor(alpha=alpha, solver="newton-cholesky", max_iter=self.n_steps, tol=1e-6)
        return _fitted(regression, series, lesson, lead_h, is_log=True)


def _fitted(regression: Any, series: HourlySeries, lesson: Lesson, lead_h: int, is_log: bool) -> Expectation:
    from threadpoolctl import threadpool_limits

    seasons = knows_seasons(series)
    columns = np.concatenate((calendar_columns(series, lesson.at, seasons), _filled(lesson.looks)), axis=1)
    with threadpool_limits(1):  # the same last bits on any number of cores
        regression.fit(columns, lesson.ratio, sample_weight=lesson.level)
    return _LinearExpectation(lead_h, seasons, np.ravel(regression.coef_), float(regression.intercept_), is_log)


@dataclass(frozen=True, slots=True, eq=False)
class _LinearExpectation:
    """Hold what a regression has learned as plain numbers: weights (217,) and an intercept."""

    lead_h: int
    seasons: bool
    weights: FloatArray
    intercept: float
    is_log: bool

    def mean(self, series: HourlySeries, at: IntArray) -> FloatArray:
        level, looks = level_and_looks(series, self.lead_h, at)
        columns = np.concatenate((calendar_columns(series, at, self.seasons), _filled(looks)), axis=1)
        score = np.einsum("nk,k->n", columns, self.weights) + self.intercept
        expected: FloatArray = level * (np.exp(score) if self.is_log else np.maximum(score, 0.0))
        return expected


def _filled(looks: FloatArray) -> FloatArray:
    """Return looks back without gaps: what is unknown counts as the level."""
    return np.minimum(np.nan_to_num(looks, nan=1.0), LARGEST_RATIO)
