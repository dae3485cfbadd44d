"""Draw how many patients are where over a day: one panel of lines for each place."""

from collections.abc import Sequence

import altair as alt

from experiments.report.catalogue import _
from experiments.report.charts import square_legend
from experiments.report.drawing import BASELINE, TREATMENT, Frame, rows_chart


def counts_chart(frame: Frame, places: Sequence[str], cells: Sequence[str], first_hour: int) -> alt.TopLevelMixin:
    """Return the panels three a line, or two on a narrow frame; `first_hour` is the hour of the day at the left."""
    columns = 2 if frame.narrow else 3
    width = frame.width // columns - 50
    tip = [
        alt.Tooltip("place:N", title=_("place")),
        alt.Tooltip("cell:N", title=_("cell")),
        alt.Tooltip("n:Q", title=_("patients")),
    ]
    colors = alt.Scale(domain=list(cells), range=[BASELINE, TREATMENT][: len(cells)])
    label = f"(datum.value + {first_hour}) % 24 + ':00'"
    hours = alt.Axis(values=[0, 12, 24] if frame.narrow else [0, 6, 12, 18, 24], labelExpr=label, grid=False)
    lines = (
        rows_chart()
        .mark_line(strokeWidth=1.6)
        .encode(
            x=alt.X("hour:Q", title=None, axis=hours),
            y=alt.Y("n:Q", title=None, axis=alt.Axis(tickCount=3)),
            color=alt.Color("cell:N", scale=colors, legend=square_legend(frame)),
            tooltip=tip,
        )
    )
    panels = (
        lines.transform_filter(alt.FieldEqualPredicate(field="place", equal=name)).properties(
            width=width, height=90, title=name
        )
        for name in places
    )
    return alt.concat(*panels, columns=columns, spacing=20)
