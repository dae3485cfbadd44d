"""Show how well and how fast problems were solved: gaps of the solver, and seconds spent on deciding."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from experiments.report.alone import shown_cells
from experiments.report.catalogue import _
from experiments.report.charts import ROW_HEIGHT, names_axis, names_width
from experiments.report.drawing import TREATMENT, Frame, Row, rows_chart
from experiments.report.figure import Figure, drawn
from experiments.report.findings import Finding
from experiments.report.folder import Cell, StoredRun, query
from experiments.report.numbers import ABSENT, number
from experiments.report.tables import Table
from experiments.report.words import label
from experiments.store import TIMINGS

DECIDE = "decide"


def solving(run: StoredRun, lead: Finding) -> Figure | None:
    """Show the gaps of all problems and the seconds of a decision, cell by cell; None where nothing was solved."""
    seconds = seconds_by_cell(run)
    made = [(cell, gaps_of(run, cell.name)) for cell in shown_cells(run, lead)]
    solved = [(cell, found) for cell, found in made if found["n"]]
    if not solved:
        return None
    rows = [_row(cell, found, seconds.get(cell.name)) for cell, found in solved]
    caption = _(
        "The gap says by how much, in percent, a better plan could at most be better than the one that was carried out:"
        " the mark is the median, the line reaches the ninth decile. Seconds are those of this machine for one"
        " replication, all decisions together; they change no result, and are the only figures here that a second run"
        " would not repeat."
    )
    heads = (
        _("Way of deciding"),
        _("Problems solved"),
        _("Median gap, %"),
        _("Nine of ten below, %"),
        _("Largest gap, %"),
    )
    body = tuple(_entries(cell, found, seconds.get(cell.name)) for cell, found in solved)
    table = Table(_("Gaps of the solver, and time"), (*heads, _("Seconds a replication")), body)
    names = [str(row["name"]) for row in rows]
    words = (_("How well problems are solved"), caption)
    return drawn("solver", words, rows, lambda frame: solver_chart(frame, names), table)


def gaps_of(run: StoredRun, cell: str) -> dict[str, Any]:
    """Return how many decisions of a cell have a gap, and its median, ninth decile and maximum, in percent."""
    files = run.tables("decisions", cell)
    if not files:
        return {"n": 0}
    found = query(
        """
        SELECT count(*) AS n, 100 * quantile_cont(gap, 0.5) AS median, 100 * quantile_cont(gap, 0.9) AS p90,
            100 * max(gap) AS largest
        FROM (SELECT CAST(gap AS DOUBLE) AS gap FROM read_parquet($files, union_by_name = true)) WHERE isfinite(gap)
        """,
        files=files,
    )
    return {str(name): value for name, value in found.iloc[0].items()}


def seconds_by_cell(run: StoredRun) -> dict[str, float]:
    """Return the mean seconds of deciding in one replication by cell; nothing where they were not kept."""
    path = run.path / TIMINGS
    if not path.is_file():
        return {}
    table = pd.read_parquet(path)
    means = table[table["part"] == DECIDE].groupby("cell")["seconds"].mean()
    return {str(cell): float(value) for cell, value in means.items()}


def _row(cell: Cell, found: dict[str, Any], seconds: float | None) -> Row:
    values = {name: round(float(found[name]), 6) for name in ("median", "p90", "largest")}
    return {"name": label(cell), "seconds": round(seconds or 0.0, 4)} | values


def _entries(cell: Cell, found: dict[str, Any], seconds: float | None) -> tuple[str, ...]:
    gaps = (number(float(found[name]), 3) for name in ("median", "p90", "largest"))
    return (label(cell), f"{int(found['n']):,}", *gaps, ABSENT if seconds is None else number(seconds, 2))


def solver_chart(frame: Frame, names: Sequence[str]) -> alt.TopLevelMixin:
    """Return gaps beside seconds, or above them on a narrow frame."""
    left = names_width(frame, names)
    width = frame.width - left - 30 if frame.narrow else (frame.width - left - 60) // 2
    base = rows_chart()
    tip = [alt.Tooltip("name:N", title=_("cell"))]
    tip += [alt.Tooltip(f"{name}:Q", title=title, format=".3~g") for name, title in _gap_titles().items()]

    def y(shown: bool) -> alt.Y:
        return alt.Y("name:N", sort=list(names), axis=names_axis(left, shown))

    x = alt.X("median:Q", title=_("gap, %"), axis=alt.Axis(tickCount=4))
    line = base.mark_rule(strokeWidth=2, color=TREATMENT).encode(x=x, x2="p90:Q", y=y(True), tooltip=tip)
    mark = base.mark_point(filled=True, size=75, opacity=1, color=TREATMENT).encode(x=x, y=y(True), tooltip=tip)
    size = {"width": width, "height": ROW_HEIGHT * len(names)}
    seconds = alt.X("seconds:Q", title=_("seconds a replication"), axis=alt.Axis(tickCount=4))
    time = base.mark_bar(color="var(--heat-3)").encode(x=seconds, y=y(frame.narrow), tooltip=tip)
    panels = (alt.layer(line, mark).properties(**size), time.properties(**size))
    return alt.vconcat(*panels, spacing=20) if frame.narrow else alt.hconcat(*panels, spacing=20)


def _gap_titles() -> dict[str, str]:
    return {"median": _("median gap, %"), "p90": _("nine of ten below, %"), "largest": _("largest gap, %")}
