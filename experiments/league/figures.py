"""Draw entries: parallel coordinates over all measures, and a panel of intervals for each."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from experiments.league.entries import Entry
from experiments.measures import MEASURES
from experiments.report.catalogue import _
from experiments.report.charts import ROW_HEIGHT, names_axis, names_width
from experiments.report.drawing import TREATMENT, Frame, rows_chart
from experiments.report.figure import Figure, drawn
from experiments.report.numbers import plus_minus, scale_of, unit_in_words
from experiments.report.tables import Table, describe_measure
from experiments.report.words import decimals_of
from experiments.statistics import mean_interval


def rows_of(entries: Sequence[Entry], measures: Sequence[str], best: str) -> list[dict[str, Any]]:
    """Return one row an entry and measure: mean, interval, place between the worst (0) and the best mean (1)."""
    rows = []
    for measure in measures:
        unit, _title, _definition = describe_measure(measure)
        found = [mean_interval(entry.of(measure) * scale_of(unit)) for entry in entries]
        means = [one.mean for one in found]
        low, high = min(means), max(means)
        for entry, one in zip(entries, found, strict=True):
            share = 0.5 if high == low else (one.mean - low) / (high - low)
            shown = plus_minus(one.mean, one.half_width, decimals_of(measure, one.half_width))
            ends = {"low": one.low, "high": one.high} if one.low == one.low else {"low": one.mean, "high": one.mean}
            rows.append(
                {"entry": entry.name, "measure": titled(measure), "mean": one.mean, "shown": shown, **ends}
                | {"share": 1.0 - share if MEASURES[measure].better == "lower" else share}
                | {"best": "yes" if entry.name == best else "no"}
            )
    return rows


def titled(measure: str) -> str:
    """Return a measure with its unit."""
    unit, title, _definition = describe_measure(measure)
    return _("{measure}, {unit}").format(measure=title, unit=unit_in_words(unit))


def profiles(entries: Sequence[Entry], measures: Sequence[str], best: str) -> Figure:
    """Show every entry as a line over all measures, from its worst mean at the bottom to the best at the top."""
    rows, titles = rows_of(entries, measures, best), [titled(measure) for measure in measures]
    caption = _(
        "One line for each way of deciding; in every measure the best mean stands at the top, or at the right on a"
        " narrow screen, and the worst at the other end (where neither direction is better, the largest stands at the"
        " top). The strong line is “{best}”, which is most probably the best in the first measure. Lines that cross"
        " show what has to be given up for what."
    ).format(best=best)
    words = (_("What is good at what"), caption)
    return drawn("profiles", words, rows, lambda frame: profiles_chart(frame, titles), _table(entries, rows, titles))


def intervals(entries: Sequence[Entry], measures: Sequence[str], best: str) -> Figure:
    """Show means with intervals, one panel for each measure."""
    rows, titles = rows_of(entries, measures, best), [titled(measure) for measure in measures]
    caption = _("Means with 95 % intervals. Who met the same patients may differ though intervals overlap.")
    names = [entry.name for entry in entries]
    words = (_("Measure by measure"), caption)
    table = _table(entries, rows, titles)
    return drawn("intervals", words, rows, lambda frame: intervals_chart(frame, names, titles), table)


def _table(entries: Sequence[Entry], rows: Sequence[dict[str, Any]], titles: Sequence[str]) -> Table:
    found = {(row["entry"], row["measure"]): row["shown"] for row in rows}
    body = tuple((entry.name, *(found[entry.name, title] for title in titles)) for entry in entries)
    return Table(_("Means ± half-widths of 95 % intervals"), (_("Way of deciding"), *titles), body)


def profiles_chart(frame: Frame, titles: Sequence[str]) -> alt.TopLevelMixin:
    """Return the lines, measures from left to right, or from top to bottom on a narrow frame."""
    tip = [
        alt.Tooltip("entry:N", title=_("cell")),
        alt.Tooltip("measure:N", title=_("measure")),
        alt.Tooltip("shown:N", title=_("mean")),
    ]
    strong = "datum.best == 'yes'"
    color = alt.condition(strong, alt.value(TREATMENT), alt.value("var(--strong-rule)"))
    width = alt.condition(strong, alt.value(3), alt.value(1.2))
    share: dict[str, Any] = {"axis": None, "scale": alt.Scale(domain=[-0.06, 1.06])}
    names = alt.Axis(title=None, labelLimit=150, labelAngle=0, grid=True, labelExpr="split(datum.label, ', ')")
    base = rows_chart()
    if frame.narrow:
        names = alt.Axis(title=None, labelLimit=150, minExtent=150, maxExtent=150, grid=True)
        across = {"y": alt.Y("measure:N", sort=list(titles), axis=names), "x": alt.X("share:Q", **share)}
    else:
        across = {"x": alt.X("measure:N", sort=list(titles), axis=names), "y": alt.Y("share:Q", **share)}
    order = alt.Order("place:Q")
    numbered = base.transform_calculate(place=f"indexof({list(titles)}, datum.measure)")
    lines = numbered.mark_line().encode(
        **across, detail="entry:N", order=order, color=color, strokeWidth=width, tooltip=tip
    )
    dots = numbered.mark_point(filled=True, size=45, opacity=1).encode(**across, color=color, tooltip=tip)
    size = {"width": frame.width - 180, "height": 44 * len(titles)}
    return alt.layer(lines, dots).properties(**(size if frame.narrow else {"width": frame.width - 40, "height": 240}))


def intervals_chart(frame: Frame, names: Sequence[str], titles: Sequence[str]) -> alt.TopLevelMixin:
    """Return one panel a measure, two a line, or below each other on a narrow frame."""
    left = names_width(frame, names)
    columns = 1 if frame.narrow else 2
    width = (frame.width - left - 20) // columns - (0 if frame.narrow else 20)
    tip = [alt.Tooltip("entry:N", title=_("cell")), alt.Tooltip("shown:N", title=_("mean"))]
    color = alt.condition("datum.best == 'yes'", alt.value(TREATMENT), alt.value("var(--undecided)"))
    panels = []
    for place, title in enumerate(titles):
        base = rows_chart().transform_filter(alt.FieldEqualPredicate(field="measure", equal=title))
        y = alt.Y("entry:N", sort=list(names), axis=names_axis(left, place % columns == 0))
        x = alt.X("low:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=4))
        line = base.mark_rule(strokeWidth=2).encode(x=x, x2="high:Q", y=y, color=color, tooltip=tip)
        mark = base.mark_point(filled=True, size=60, opacity=1).encode(x="mean:Q", y=y, color=color, tooltip=tip)
        size = {"width": width, "height": ROW_HEIGHT * len(names), "title": title}
        panels.append(alt.layer(line, mark).properties(**size))
    return alt.concat(*panels, columns=columns, spacing=24)
