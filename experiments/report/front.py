"""Show what can be had together: cost, waits and fairness of every cell, and which cells no other one beats in all."""

from collections.abc import Sequence

import altair as alt
import numpy as np

from experiments.report.alone import shown_cells
from experiments.report.catalogue import _
from experiments.report.charts import LEGEND
from experiments.report.drawing import TREATMENT, UNDECIDED, Frame, Row, rows_chart
from experiments.report.figure import Figure, drawn
from experiments.report.findings import Finding
from experiments.report.folder import StoredRun
from experiments.report.numbers import number, scale_of, unit_in_words
from experiments.report.tables import Table, describe_measure
from experiments.report.words import decimals_of, label
from sim.units import BoolArray, FloatArray

COSTS = ("sharing_cost_per_day", "cost_per_day", "burden_cost_per_day")
FAIRNESS = ("wait_gini", "boarding_gini")


def front(run: StoredRun, lead: Finding) -> Figure | None:
    """Show all cells by cost and leading measure, sized by inequality; None without a cost, or below three cells."""
    stored = set(run.measures["measure"])
    costs, fairness = ([name for name in names if name in stored] for names in (COSTS, FAIRNESS))
    cells = [cell for cell in shown_cells(run, lead) if cell.name in set(run.measures["cell"])]
    if not costs or not fairness or len(cells) < 3:
        return None
    measures = (costs[0], lead.measure, fairness[0])
    means = np.array([[mean_of(run, cell.name, name) for name in measures] for cell in cells])
    known = np.isfinite(means).all(axis=1)
    if known.sum() < 3:
        return None
    kept = [cell for cell, one in zip(cells, known, strict=True) if one]
    rows = _rows([label(cell) for cell in kept], means[known])
    titles = [_titled(name) for name in measures]
    caption = _(
        "Each mark is a way of deciding: its mean cost, its mean in the measure that answers the question, and, the"
        " larger the mark, how unevenly things fall. Lower is better in all three; “on the front” means that no other"
        " one is at least as good in all three and better in one. Means only: close marks need not differ, see the"
        " intervals above."
    )
    columns = (_("Way of deciding"), *titles, _("On the front"))
    body = tuple(_entries(row, measures) for row in rows)
    return drawn(
        "front",
        (_("Cost, waits and fairness together"), caption),
        rows,
        lambda frame: front_chart(frame, titles),
        Table(_("Cost, waits and fairness: means"), columns, body, frozenset({0, 4})),
    )


def mean_of(run: StoredRun, cell: str, measure: str) -> float:
    """Return the mean of a measure over the replications of a cell; where it has no whole city, across hospitals."""
    table = run.measures
    mine = table[(table["cell"] == cell) & (table["measure"] == measure)]
    city = mine[mine["dimension"] == "all"]
    if city.empty:
        city = mine[(mine["dimension"] == "across") & (mine["level"] == "hospital")]
    return float(city["value"].mean()) * scale_of(describe_measure(measure)[0]) if len(city) else float("nan")


def undominated(points: FloatArray) -> BoolArray:
    """Return which rows no other row is at most as large as in every column and smaller than in one, shape (n,)."""
    no_larger = (points[:, None, :] <= points[None, :, :]).all(axis=2)
    smaller = (points[:, None, :] < points[None, :, :]).any(axis=2)
    on_front: BoolArray = np.logical_not(np.logical_and(no_larger, smaller).any(axis=0))
    return on_front


def _rows(names: Sequence[str], means: FloatArray) -> list[Row]:
    on_front = undominated(means)
    same = [[name for name, other in zip(names, means, strict=True) if (one == other).all()] for one in means]
    order = np.argsort(np.argsort(means[:, 0], kind="stable"), kind="stable")
    words = {True: _("on the front"), False: _("not on it")}
    return [
        {"name": name, "cost": float(one[0]), "wait": float(one[1]), "unfair": float(one[2]), "front": words[bool(on)]}
        | {"said": ", ".join(alike) if alike[0] == name else "", "side": "above" if place % 2 else "below"}
        for name, one, on, alike, place in zip(names, means, on_front, same, order, strict=True)
    ]


def _titled(measure: str) -> str:
    unit, title, _definition = describe_measure(measure)
    return _("{measure}, {unit}").format(measure=title, unit=unit_in_words(unit))


def _entries(row: Row, measures: Sequence[str]) -> tuple[str, ...]:
    values = [float(row[name]) for name in ("cost", "wait", "unfair")]
    shown = (number(value, decimals_of(name, abs(value) / 50)) for value, name in zip(values, measures, strict=True))
    return (str(row["name"]), *shown, str(row["front"]))


def front_chart(frame: Frame, titles: Sequence[str]) -> alt.TopLevelMixin:
    """Return the marks with their names; color and shape both say who is on the front."""
    domain = [_("on the front"), _("not on it")]
    tip = [alt.Tooltip("name:N", title=_("cell"))]
    fields = zip(("cost", "wait", "unfair"), titles, strict=True)
    tip += [alt.Tooltip(f"{field}:Q", title=title, format=".4~g") for field, title in fields]
    x = alt.X(
        "cost:Q",
        title=titles[0],
        scale=alt.Scale(zero=False, padding=50 if frame.narrow else 110),
        axis=alt.Axis(tickCount=5),
    )
    y = alt.Y("wait:Q", title=titles[1], scale=alt.Scale(zero=False, padding=24), axis=alt.Axis(tickCount=5))
    color = alt.Color("front:N", scale=alt.Scale(domain=domain, range=[TREATMENT, UNDECIDED]), legend=LEGEND)
    shape = alt.Shape("front:N", scale=alt.Scale(domain=domain, range=["circle", "diamond"]), legend=LEGEND)
    size = alt.Size("unfair:Q", scale=alt.Scale(range=[50, 420], zero=False), legend=None)
    base = rows_chart()
    marks = base.mark_point(filled=True, opacity=0.85).encode(
        x=x, y=y, color=color, shape=shape, size=size, tooltip=tip
    )
    names = (
        base.transform_filter(f"datum.side == '{side}'")
        .mark_text(dy=dy, fontSize=11, fill="var(--ink)", limit=110 if frame.narrow else 260)
        .encode(x=x, y=y, text="said:N")
        for side, dy in (("above", -17), ("below", 19))
    )
    return alt.layer(marks, *names).properties(width=frame.width - 80, height=260 if frame.narrow else 320)
