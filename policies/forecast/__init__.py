"""Forecast demand: members that expect counts by the hour, intervals around them, and the staff they ask for."""

from policies.forecast.base import Expectation, Forecaster
from policies.forecast.boosting import GradientBoosting
from policies.forecast.calendar import us_federal_holidays
from policies.forecast.combination import Combination
from policies.forecast.intervals import CalibratedForecaster, Forecast, fit_calibrated
from policies.forecast.linear import LinearRegression, PoissonRegression
from policies.forecast.naive import MovingAverage, SeasonalNaive
from policies.forecast.series import HourlySeries
from policies.forecast.staffing import staff_required

FORECASTERS: dict[str, type[Forecaster]] = {
    "seasonal_naive": SeasonalNaive,
    "moving_average": MovingAverage,
    "linear": LinearRegression,
    "poisson": PoissonRegression,
    "boosting": GradientBoosting,
    "combination": Combination,
}
"""The members by name; each keeps the promises that the conformance test states."""

__all__ = [
    "FORECASTERS",
    "CalibratedForecaster",
    "Combination",
    "Expectation",
    "Forecast",
    "Forecaster",
    "GradientBoosting",
    "HourlySeries",
    "LinearRegression",
    "MovingAverage",
    "PoissonRegression",
    "SeasonalNaive",
    "fit_calibrated",
    "staff_required",
    "us_federal_holidays",
]
