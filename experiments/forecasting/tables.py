"""Set scores and forecasts in tables, every number already in words."""

from collections.abc import Callable, Sequence

import numpy as np

from experiments.forecasting.counts import Counts
from experiments.forecasting.evaluation import Expected
from experiments.forecasting.scores import NOISE_FLOOR, Score
from experiments.forecasting.split import Split
from experiments.report.numbers import decimals_for, number, plus_minus
from experiments.report.tables import Table
from policies.forecast.series import HOUR

CHOSEN = "★"


def mase_table(scores: Sequence[Score], period: str) -> Table:
    """Return the scaled error of every member on every series; the chosen one has a star."""

    def cell(score: Score) -> str:
        star = f"{CHOSEN} " if score.chosen else ""
        return star + plus_minus(score.mase, score.mase_half_width, 3)

    caption = f"Mean absolute scaled error (MASE), by the {period}; below 1 is better than the count of a week before"
    return _by_member(scores, period, caption, cell)


def coverage_table(scores: Sequence[Score], period: str) -> Table:
    """Return how often the 90 % intervals of every member cover."""

    def cell(score: Score) -> str:
        return plus_minus(100 * score.coverage_share, 100 * score.coverage_half_width, 1)

    caption = f"Share of periods within the 90\u00a0% interval in percent, by the {period}"
    return _by_member(scores, period, caption, cell)


def error_table(scores: Sequence[Score], period: str) -> Table:
    """Return the errors in patients: on the test, and in the periods held out of the learned ones."""
    columns = (
        "Series",
        "Member",
        "Mean count",
        "Error of the median",
        "Held-out error",
        "Forecast − count",
        "Interval width",
        "Scale",
    )
    rows = tuple(
        (
            score.series,
            _heading(score.member),
            number(score.mean_count, 2),
            number(score.mae, 3),
            number(score.held_out_mae, 3),
            number(score.bias, decimals_for(score.mae * 0.1)),
            number(score.interval_width, 1),
            number(score.scale, 3),
        )
        for score in scores
        if score.period == period
    )
    return Table(f"Errors in patients, by the {period}", columns, rows, frozenset({0, 1}))


def _by_member(scores: Sequence[Score], period: str, caption: str, cell: Callable[[Score], str]) -> Table:
    found = {(score.series, score.member): cell(score) for score in scores if score.period == period}
    series = dict.fromkeys(name for name, _ in found)
    members = dict.fromkeys(member for _, member in found if member != NOISE_FLOOR)
    ordered = (*members, NOISE_FLOOR)
    rows = tuple((name, *(found[name, member] for member in ordered)) for name in series)
    return Table(caption, ("Series", *map(_heading, ordered)), rows)


def _heading(member: str) -> str:
    return "Pure chance (Poisson)" if member == NOISE_FLOOR else member.replace("_", " ").capitalize()


def next_table(expected: Expected) -> Table:
    """Return what is expected of the hours that follow the file."""
    coming = np.flatnonzero(expected.at >= len(expected.series))
    moments = expected.series.moments(expected.at)
    rows = tuple(
        (
            str(moments[i]).replace("T", " ") + ":00",
            number(float(expected.mean[i]), 1),
            f"{number(float(expected.low[i]), 1)} to {number(float(expected.high[i]), 1)}",
        )
        for i in coming.tolist()
    )
    caption = f"{expected.series.name}: the next {len(rows)} hours as “{expected.member}” expects them"
    return Table(caption, ("Hour", "Expected", "90\u00a0% interval"), rows)


def reader_table(counts: Counts, split: Split) -> Table:
    """Return what was read and how it was divided."""
    series = counts.series[0]
    test_from = series.start + split.test_from * HOUR
    rows = (
        ("File", counts.file),
        ("SHA-256", counts.sha256),
        ("Hours", f"{len(series):,}, from {series.start} to {series.start + (len(series) - 1) * HOUR}"),
        (
            "Learned from",
            f"all hours before {test_from}, of them the last {split.held_out_h:,} for the intervals first",
        ),
        ("Judged on", f"{len(series) - split.test_from:,} hours"),
        ("Hidden from each forecast", f"the last {split.lead_h} hours"),
    )
    return Table("What was read, and how it was divided", ("", ""), rows, frozenset({0, 1}))
