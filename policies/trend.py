"""Forecast the next period of short histories by regression on time, and tell how far it missed periods held out."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
FEWEST = 4
"""Periods from which a line is fitted; with fewer the last value is the forecast."""


@dataclass(frozen=True, slots=True)
class Trend:
    """Forecasts of m series that were observed over the same periods.

    Args:
        forecast: of the next period, 0 or more; shape (m,).
        error: mean absolute error of the regression over the periods held out; shape (m,), NaN if none were.
        last_value_error: the same of repeating the last value before them, which a forecast should beat.
        n_held_out: periods at the end that were held out; the forecast itself is fitted to all periods.
    """

    forecast: FloatArray
    error: FloatArray
    last_value_error: FloatArray
    n_held_out: int


def forecast_trend(values: FloatArray) -> Trend:
    """Fit a line through each series by least squares, and forecast the next period.

    A quarter of the periods, at least one, is held out to measure the error; with fewer than four periods no line is
    fitted.

    Args:
        values: one row for each period in order, one column for each series; shape (n_periods, m).

    Raises:
        ValueError: if there is no period, or a value is not finite.
    """
    n, m = values.shape
    if n == 0 or not np.isfinite(values).all():
        raise ValueError("values has no period or numbers that are not finite; give at least one period")
    if n < FEWEST:
        return Trend(np.maximum(values[-1], 0.0), np.full(m, np.nan), np.full(m, np.nan), 0)
    n_held_out = n // 4
    known, held_out = values[:-n_held_out], values[-n_held_out:]
    missed = np.abs(_line(known, n_held_out) - held_out).mean(axis=0)
    repeated = np.abs(known[-1] - held_out).mean(axis=0)
    return Trend(_line(values, 1)[0], missed, repeated, n_held_out)


def _line(values: FloatArray, n_ahead: int) -> FloatArray:
    """Fit a line and continue it, 0 or more; shape (n_ahead, m)."""
    n = values.shape[0]
    time = np.column_stack((np.ones(n + n_ahead), np.arange(n + n_ahead)))
    coefficients, *_ = np.linalg.lstsq(time[:n], values, rcond=None)
    continued: FloatArray = time[n:] @ coefficients
    return np.maximum(continued, 0.0)
