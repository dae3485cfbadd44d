"""Draw what was observed beside what is simulated: occupancy by hospital, and arrivals by hour of the day."""

from collections.abc import Sequence

import altair as alt

from experiments.report.charts import ROW_HEIGHT, names_axis, names_width
from experiments.report.drawing import TREATMENT, UNDECIDED, WORSE, Frame, rows_chart


def hospitals_chart(frame: Frame, names: Sequence[str]) -> alt.TopLevelMixin:
    """Return one line for each hospital: a hollow circle as recorded, a filled one as simulated, with its interval."""
    room = names_width(frame, names)
    base = rows_chart().encode(y=alt.Y("name:N", sort=list(names), axis=names_axis(room)))
    x = alt.X("value:Q", title="% of staffed beds in use", scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=6))
    gap = _only(base, "recorded").mark_rule(strokeWidth=1.5, color="var(--strong-rule)").encode(x="low:Q", x2="high:Q")
    interval = _only(base, "simulated").mark_rule(strokeWidth=4, opacity=0.45, color=TREATMENT)
    shape = alt.Shape("which:N", scale=alt.Scale(domain=WHICH, range=["square", "circle"]), legend=_legend(frame))
    color = alt.Color("which:N", scale=alt.Scale(domain=WHICH, range=[WORSE, TREATMENT]), legend=_legend(frame))
    point = base.mark_point(filled=True, size=55, opacity=1).encode(x=x, shape=shape, color=color)
    width, height = frame.width - room - 20, ROW_HEIGHT * len(names)
    return alt.layer(gap, interval.encode(x="low:Q", x2="high:Q"), point).properties(width=width, height=height)


WHICH = ("recorded", "simulated")


def _only(chart: alt.Chart, which: str) -> alt.Chart:
    kept: alt.Chart = chart.transform_filter(alt.FieldEqualPredicate(field="which", equal=which))
    return kept


def _legend(frame: Frame) -> alt.Legend:
    return alt.Legend(orient="top", title=None, symbolSize=80, offset=6, columns=1 if frame.narrow else 4)


def hours_chart(frame: Frame, known: Sequence[str]) -> alt.TopLevelMixin:
    """Return the shares of the hours of a day: bars as simulated, points of a kind for each that is known."""
    axis = alt.Axis(title="hour of the day", values=[0, 6, 12, 18, 24], grid=False)
    x = alt.X("hour:Q", scale=alt.Scale(domain=[0, 24], nice=False), axis=axis)
    y = alt.Y("value:Q", title="% of a day’s arrivals")
    colors = alt.Scale(domain=["simulated", *known], range=[TREATMENT, WORSE, UNDECIDED][: 1 + len(known)])
    shapes = alt.Scale(domain=["simulated", *known], range=["square", "circle", "diamond"][: 1 + len(known)])
    color = alt.Color("which:N", scale=colors, legend=_legend(frame))
    shape = alt.Shape("which:N", scale=shapes, legend=_legend(frame))
    bars = rows_chart().transform_calculate(end="datum.hour + 1").mark_rect(opacity=0.55)
    simulated = _only(bars, "simulated").encode(x=x, x2="end:Q", y=y, y2=alt.Y2Datum(0), color=color)
    middle = rows_chart().transform_calculate(middle="datum.hour + 0.5")
    others = middle.transform_filter("datum.which !== 'simulated'")
    points = others.mark_point(filled=True, size=50, opacity=1)
    at = alt.X("middle:Q", scale=alt.Scale(domain=[0, 24], nice=False))
    return alt.layer(simulated, points.encode(x=at, y=y, color=color, shape=shape)).properties(
        width=frame.width - 70, height=240 if frame.narrow else 280
    )
