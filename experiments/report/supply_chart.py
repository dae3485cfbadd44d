"""Draw supply over demand as lines over time: one panel for each kind of resource."""

from collections.abc import Mapping, Sequence
from math import ceil, floor

import altair as alt

from experiments.report.catalogue import _, later
from experiments.report.charts import square_legend, tips
from experiments.report.drawing import BASELINE, TREATMENT, WORSE, Frame, rows_chart

MOST_SHOWN = 3.0
"""R above this is drawn at this: there is enough."""

Ends = tuple[float, float]
"""Where the axis of R begins and ends."""


def supply_chart(frame: Frame, kinds: Mapping[str, Ends], cells: Sequence[str]) -> alt.TopLevelMixin:
    """Return R over the days observed, two panels a line, or below each other on a narrow frame."""
    columns = 1 if frame.narrow else 2
    width = frame.width // columns - 56
    panels = (_panel(frame, kind, ends, cells, width) for kind, ends in kinds.items())
    return alt.concat(*panels, columns=columns, spacing=24)


def _tips() -> list[alt.Tooltip]:
    words = tips({"kind": later("resource"), "cell": later("cell"), "shown": "R"})
    return [*words, alt.Tooltip("day:Q", title=_("day"), format=".2f")]


def ends_of(values: Sequence[float]) -> Ends:
    """Return the ends of an axis, on quarters, that holds all values and 1, where enough turns into too little."""
    return min(floor(4 * min(values)) / 4, 0.75), max(ceil(4 * max(values)) / 4, 1.25)


def _panel(frame: Frame, kind: str, ends: Ends, cells: Sequence[str], width: int) -> alt.LayerChart | alt.FacetChart:
    colors = alt.Scale(domain=list(cells), range=[BASELINE, TREATMENT][: len(cells)])
    x = alt.X("day:Q", title=_("days observed"), axis=alt.Axis(tickCount=4, grid=False))
    scale = alt.Scale(domain=list(ends), nice=False, zero=False)
    y = alt.Y("value:Q", title="R", scale=scale, axis=alt.Axis(tickCount=3))
    lines = (
        rows_chart()
        .transform_filter(alt.FieldEqualPredicate(field="kind", equal=kind))
        .mark_line(strokeWidth=1.4)
        .encode(x=x, y=y, color=alt.Color("cell:N", scale=colors, legend=square_legend(frame)), tooltip=_tips())
    )
    enough: alt.Chart = alt.Chart(alt.InlineData([{}])).mark_rule(color=WORSE, strokeDash=[4, 3])
    return alt.layer(enough.encode(y=alt.YDatum(1.0, type="quantitative", scale=scale)), lines).properties(
        width=width, height=110, title=kind
    )
