"""Show whether a run settles: MSER-5 and trends of the hourly series of every cell, warm-up included."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import altair as alt
import numpy as np

from experiments.report.catalogue import _, later
from experiments.report.charts import square_legend
from experiments.report.drawing import BASELINE, TREATMENT, WORSE, Frame, Row, rows_chart
from experiments.report.figure import Figure, drawn
from experiments.report.folder import Cell, StoredRun, query
from experiments.report.numbers import ABSENT, number, plus_minus
from experiments.report.tables import Table, describe_measure
from experiments.report.words import label, separated
from experiments.series import SERIES_OF
from experiments.statistics.families import holm
from experiments.statistics.pairs import Difference
from experiments.statistics.steady import Truncation, mser5, trend, without_rhythm
from experiments.store import SERIES
from sim.units import MINUTES_PER_HOUR, FloatArray

ALPHA = 0.05
HOURS_PER_DAY = 24
NAMES = {"waiting_patients": later("Patients waiting for a bed")}


@dataclass(frozen=True, slots=True, eq=False)
class Settling:
    """Hold one series of one cell: its mean over replications without its rhythm, and what is found of it.

    `rise` is by how much it rises from the end of the warm-up to the end of the run; `p_value` is Holm's, over all
    series and cells of the page.
    """

    cell: Cell
    measure: str
    hourly: FloatArray
    truncation: Truncation
    rise: Difference
    p_value: float = float("nan")

    @property
    def drifts(self) -> bool:
        """Return whether the series surely goes on rising or falling after the warm-up."""
        return self.p_value <= ALPHA

    def verdict(self, warm_up_hours: float) -> str:
        """Return in a few words whether there is a steady state, and whether the warm-up reaches it."""
        if self.drifts:
            return _("no steady state: a trend")
        if not self.truncation.settled:
            return _("not settled within the run")
        return _("settled") if self.truncation.n_left_out <= warm_up_hours else _("warm-up too short")


def settlings(run: StoredRun, cells: Sequence[Cell]) -> list[Settling]:
    """Return what is found of every series that was kept, cell by cell."""
    found = [one for cell in cells for one in _of_cell(run, cell)]
    p_values = holm([one.rise.p_value for one in found])
    return [
        Settling(one.cell, one.measure, one.hourly, one.truncation, one.rise, p)
        for one, p in zip(found, p_values, strict=True)
    ]


def _of_cell(run: StoredRun, cell: Cell) -> Iterator[Settling]:
    files = run.tables(SERIES, cell.name)
    if not files:
        return
    sql = "select measure, filename, hour, value from read_parquet($files, filename = true) order by measure, hour"
    table = query(sql, files=files)
    warm_up = int(run.warm_up_min / MINUTES_PER_HOUR)
    for name in SERIES_OF:
        rows = table[table["measure"] == name]
        each = rows.pivot(index="filename", columns="hour", values="value").to_numpy(dtype=float)
        if np.isfinite(each).any():
            level = without_rhythm(each)
            mean = _known_mean(level)
            yield Settling(cell, name, mean, mser5(mean), trend(level[:, warm_up:]))


def _known_mean(series: FloatArray) -> FloatArray:
    """Return the mean over replications, hours that nobody knows filled in between their neighbors."""
    known = np.isfinite(series)
    n = known.sum(axis=0)
    mean = np.where(known, series, 0.0).sum(axis=0) / np.maximum(n, 1)
    hours = np.arange(series.shape[1])
    filled: FloatArray = np.interp(hours, hours[n > 0], mean[n > 0])
    return filled


def without_steady_state(run: StoredRun, found: Sequence[Settling]) -> set[tuple[str, str]]:
    """Return cell and measure of every mean that is refused: a steady state was asked for, and there is none."""
    runs = [cell.configuration.get("run") or {} for cell in run.cells]
    if not runs or str(runs[0].get("kind")) != "steady_state":
        return set()
    return {
        (one.cell.name, measure)
        for one in found
        if one.drifts or not one.truncation.settled
        for measure in SERIES_OF[one.measure]
    }


def settling_table(run: StoredRun, found: Sequence[Settling]) -> Table | None:
    """Return MSER-5, the trend and the verdict of every series; None where none was kept."""
    if not found:
        return None
    warm_up = run.warm_up_min / MINUTES_PER_HOUR
    columns = (
        _("Series"),
        _("Cell"),
        _("MSER-5 leaves out, h"),
        _("Warm-up, h"),
        _("Rise after the warm-up"),
        _("p (Holm)"),
        _("Verdict"),
    )
    rows = tuple(
        (
            _name(one.measure),
            label(one.cell),
            str(one.truncation.n_left_out),
            f"{warm_up:.0f}",
            plus_minus(one.rise.mean, one.rise.half_width, 2, sign=True),
            number(one.p_value, 3) if np.isfinite(one.p_value) else ABSENT,
            one.verdict(warm_up),
        )
        for one in found
    )
    return Table(_("Does the run settle, and does the warm-up reach that?"), columns, rows, frozenset({0, 1, 6}))


def settling_figure(run: StoredRun, found: Sequence[Settling]) -> Figure | None:
    """Show the series of the first two cells by day, with the warm-up; None where none was kept."""
    shown = list(dict.fromkeys(label(one.cell) for one in found))[:2]
    rows = [row for one in found if label(one.cell) in shown for row in _points(one)]
    if not rows:
        return None
    warm_up = run.warm_up_min / MINUTES_PER_HOUR / HOURS_PER_DAY
    names = list(dict.fromkeys(str(row["name"]) for row in rows))
    caption = _(
        "Means over replications in steps of six hours, from the first minute on, less the rhythm of the week where the"
        " run is long enough to know it. The dashed line ends the warm-up: nothing before it is counted."
    )
    body = tuple((str(row["name"]), str(row["cell"]), f"{row['day']:.2f}", f"{row['value']:.3f}") for row in rows)
    table = Table(_("Series from the start"), (_("Series"), _("Cell"), _("Day"), _("Mean")), body, frozenset({0, 1}))
    words = (_("Does the run settle?"), caption)
    return drawn("warm_up", words, rows, lambda frame: settling_chart(frame, names, shown, warm_up), table)


def _points(one: Settling) -> Iterator[Row]:
    n = len(one.hourly) // 6
    for place, value in enumerate(one.hourly[: n * 6].reshape(n, 6).mean(axis=1).tolist()):
        day = (place + 0.5) * 6 / HOURS_PER_DAY
        yield {"name": _name(one.measure), "cell": label(one.cell), "day": day, "value": round(value, 4)}


def settling_chart(frame: Frame, names: Sequence[str], cells: Sequence[str], warm_up: float) -> alt.TopLevelMixin:
    """Return one panel of lines for each series, two a line, or below each other on a narrow frame."""
    columns = 1 if frame.narrow else 2
    width = frame.width // columns - 70
    colors = alt.Scale(domain=list(cells), range=[BASELINE, TREATMENT][: len(cells)])
    x = alt.X("day:Q", title=_("days since the start"), axis=alt.Axis(tickCount=4, grid=False))
    y = alt.Y("value:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=3))
    end: alt.Chart = alt.Chart(alt.InlineData([{}])).mark_rule(color=WORSE, strokeDash=[4, 3])
    ended = end.encode(x=alt.XDatum(warm_up, type="quantitative"))
    lines = rows_chart().mark_line(strokeWidth=1.4)
    lines = lines.encode(x=x, y=y, color=alt.Color("cell:N", scale=colors, legend=square_legend(frame)))
    panels = (
        alt.layer(ended, lines.transform_filter(alt.FieldEqualPredicate(field="name", equal=name))).properties(
            width=width, height=110, title=name
        )
        for name in names
    )
    return alt.concat(*panels, columns=columns, spacing=24)


def _name(measure: str) -> str:
    return _(NAMES.get(measure, "")) or describe_measure(measure)[1]


def censored_rows(run: StoredRun) -> list[tuple[str, str]]:
    """Return each cell with the share of patients who were still in an emergency department at the end, in percent."""
    city = run.measures[(run.measures["measure"] == "censored_share") & (run.measures["dimension"] == "all")]
    means = city.groupby("cell", observed=True)["value"].mean().to_dict()
    return [(label(cell), f"{100 * means[cell.name]:.2f}") for cell in run.cells if cell.name in means]


def unsettled_sentence(run: StoredRun, refused: set[tuple[str, str]]) -> str:
    """Return which means are refused, "" for none."""
    if not refused:
        return ""
    names = sorted({describe_measure(measure)[1] for _cell, measure in refused})
    return _("A steady state was asked for, and there is none of {measures}: their means are refused.").format(
        measures=separated(names)
    )
