"""Write what came out of a forecast: scores.csv, forecasts.csv, and a page that needs no network."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd
from markupsafe import Markup

from experiments.columns import write_text, write_whole
from experiments.forecasting.counts import Counts
from experiments.forecasting.evaluation import Expected, Judged
from experiments.forecasting.scores import NOISE_FLOOR, Score
from experiments.forecasting.split import Split
from experiments.forecasting.tables import coverage_table, error_table, mase_table, next_table, reader_table
from experiments.report.page import POLICY, environment, source_hash, template_text
from experiments.schema import stop_at
from sim.faults import Fault

SCORES, FORECASTS, PAGE = "scores.csv", "forecasts.csv", "forecast.html"


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """Hold everything that is written: the counts, how they were divided, and what each series came to."""

    counts: Counts
    split: Split
    judged: tuple[Judged, ...]
    command: str

    @property
    def scores(self) -> list[Score]:
        """Return all scores, series by series."""
        return [score for judged in self.judged for score in judged.scores]

    @property
    def chosen(self) -> list[Score]:
        """Return the hourly score of the chosen member of each series."""
        return [score for score in self.scores if score.chosen and score.period == "hour"]


def write_results(results: Results, folder: Path) -> None:
    """Write the three files, each whole; equal results give equal bytes.

    Raises:
        ScenarioError: when the folder cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop_at([Fault("--out", str(folder), f"name a folder that can be written: {error.strerror}")])
    _write_csv(pd.DataFrame([asdict(score) for score in results.scores]), folder / SCORES)
    _write_csv(forecast_frame(results), folder / FORECASTS)
    write_text(page_of(results), folder / PAGE)


def _write_csv(frame: pd.DataFrame, path: Path) -> None:
    write_whole(path, lambda partial: frame.to_csv(partial, index=False, float_format="%.6g"))


def forecast_frame(results: Results) -> pd.DataFrame:
    """Return what the chosen members expected, one row for each period of the test and of the hours to come."""
    return pd.concat([_frame(expected) for judged in results.judged for expected in judged.expected])


def _frame(expected: Expected) -> pd.DataFrame:
    moments = expected.series.moments(expected.at)
    return pd.DataFrame(
        {
            "series": expected.series.name,
            "period": expected.period,
            "member": expected.member,
            "time": [str(moment) + ":00" for moment in moments],
            "count": expected.counts,
            "mean": expected.mean,
            "median": expected.median,
            "low_90": expected.low,
            "high_90": expected.high,
        }
    )


def page_of(results: Results) -> str:
    """Return the page as text."""
    style, periods = template_text("style.css"), list(dict.fromkeys(score.period for score in results.scores))
    context = {
        "policy": POLICY.format(script="'none'", style=source_hash(style)),
        "style": Markup(style),
        "sentences": sentences(results),
        "errors": [mase_table(results.scores, period) for period in periods],
        "coverage": [coverage_table(results.scores, period) for period in periods],
        "held_out": [error_table(results.scores, period) for period in periods],
        "coming": [next_table(judged.expected[0]) for judged in results.judged],
        "reader": reader_table(results.counts, results.split),
        "notes": results.counts.notes,
        "command": results.command,
    }
    return environment().get_template("forecast.html.j2").render(context)


def sentences(results: Results) -> tuple[str, ...]:
    """Return what came out, in words."""
    chosen = results.chosen
    n = len(chosen)
    first = chosen[0]
    floor = next(one for one in results.scores if one.member == NOISE_FLOOR and one.series == first.series)
    worst, low, high = max(s.mase for s in chosen), *_range([s.coverage_share for s in chosen])
    told = [
        f"For “{first.series}”, the member “{_words(first.member)}” errs {first.mase:.2f} times as much as the count of"
        f" a week before; were counts pure chance around its expectation, the best possible would be {floor.mase:.2f}.",
        f"Intervals that promise 90\u00a0% cover {low} to {high} of {first.n_periods:,} hours.",
    ]
    if n > 1:
        told.insert(1, f"Over all {n} series the ratio is at most {worst:.3f}.")
    return tuple(told)


def _range(shares: Sequence[float]) -> tuple[str, str]:
    return f"{100 * min(shares):.1f}\u00a0%", f"{100 * max(shares):.1f}\u00a0%"


def _words(name: str) -> str:
    return name.replace("_", " ")


def summary(results: Results, folder: Path) -> str:
    """Return what the command prints: a line for each series, then where the files are."""
    lines = ["series                     member           MASE   floor   90 % intervals cover"]
    floors = {s.series: s.mase for s in results.scores if s.member == NOISE_FLOOR and s.period == "hour"}
    for s in results.chosen:
        figures = f"{s.mase:6.3f}  {floors[s.series]:6.3f}   {100 * s.coverage_share:5.1f} %"
        lines.append(f"{s.series[:26]:26} {_words(s.member):15} {figures}")
    return "\n".join([*results.counts.notes, *lines, f"Written: {', '.join((SCORES, FORECASTS, PAGE))} in {folder}"])
