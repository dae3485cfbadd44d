"""Judge every member on hours it has not seen, by rolling origins, and choose one without looking at them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from experiments.forecasting.scores import SHARE, Score, noise_floor, period_name, score, seasonal_scale
from experiments.forecasting.split import Split
from policies.forecast import CalibratedForecaster, Forecaster, HourlySeries, fit_calibrated
from policies.forecast.intervals import period_counts, period_starts
from sim.units import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """Hold what the chosen member expected of periods that begin at `at`; `counts` are NaN where still unknown.

    Shapes are (m,). `low` and `high` are the ends of 90 % intervals.
    """

    series: HourlySeries
    period: str
    member: str
    at: IntArray
    counts: FloatArray
    mean: FloatArray
    median: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Hold the scores of all members on one series, and what the chosen one expected."""

    scores: tuple[Score, ...]
    expected: tuple[Expected, ...]


def judge(
    series: HourlySeries, members: Mapping[str, Forecaster], split: Split, tell: Callable[[str], None] = lambda _: None
) -> Judged:
    """Let every member learn before the test, forecast the test, and expect the hours after the series.

    Each hour of the test is forecast with nothing known of it and the `lead_h` - 1 hours before: what an origin so
    early, moved along the test, knows at most. The member with the least error in held-out hours is chosen.

    Raises:
        ValueError: if a member finds nothing to learn from.
    """
    learned = series.until(split.test_from)
    fitted = {}
    for name, member in members.items():
        fitted[name] = fit_calibrated(member, learned, split.lead_h, split.held_out_h, split.periods_h)
        tell(name)
    chosen = min(fitted, key=lambda name: fitted[name][0].held_out_mae)
    scores: list[Score] = []
    for number, period_h in enumerate(split.periods_h):
        of_period = {name: calibrated[number] for name, calibrated in fitted.items()}
        scores += _scores(series, split, of_period, period_h, chosen)
    again = fit_calibrated(members[chosen], series, split.lead_h, split.held_out_h, split.periods_h)
    expected = [_expected(series, split, *pair, chosen) for pair in zip(fitted[chosen], again, strict=True)]
    return Judged(tuple(scores), tuple(expected))


def _scores(
    series: HourlySeries, split: Split, of_period: Mapping[str, CalibratedForecaster], period_h: int, chosen: str
) -> Iterator[Score]:
    at = period_starts(series, split.test_from, len(series), period_h)
    counts = period_counts(series, at, period_h)
    at, counts = at[np.isfinite(counts)], counts[np.isfinite(counts)]
    scale = seasonal_scale(series.until(split.test_from), period_h)
    for name, calibrated in of_period.items():
        forecast = calibrated.forecast(series, at)
        yield score(series.name, name, counts, forecast, scale, calibrated, name == chosen)
        if name == chosen:
            yield noise_floor(series.name, counts, forecast.mean, scale, period_h)


def _expected(
    series: HourlySeries, split: Split, tested: CalibratedForecaster, again: CalibratedForecaster, member: str
) -> Expected:
    """Return the forecasts of the test by `tested`, followed by those of the hours to come by `again`."""
    period_h, n = tested.period_h, len(series)
    past = period_starts(series, split.test_from, n, period_h)
    coming = period_starts(series, n, n + split.lead_h, period_h)
    parts = tested.forecast(series, past), again.forecast(series, coming)
    columns = zip(*((part.mean, part.median, *part.interval(SHARE)) for part in parts), strict=True)
    counts = np.concatenate((period_counts(series, past, period_h), np.full(len(coming), np.nan)))
    at = np.concatenate((past, coming))
    return Expected(series, period_name(period_h), member, at, counts, *map(np.concatenate, columns))
