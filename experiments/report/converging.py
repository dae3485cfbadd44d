"""Show how the intervals of the leading measure narrow as replications are added, one after the other."""

import altair as alt
import numpy as np

from experiments.report.catalogue import _
from experiments.report.charts import difference_title
from experiments.report.drawing import TREATMENT, Frame, Row, rows_chart
from experiments.report.figure import Figure, drawn
from experiments.report.findings import Finding, pair_differences
from experiments.report.folder import StoredRun
from experiments.report.numbers import number, plus_minus, signed
from experiments.report.tables import Table, describe_measure
from experiments.report.words import decimals_of, label
from experiments.statistics import mean_interval


def converging(run: StoredRun, lead: Finding) -> Figure | None:
    """Show the mean difference and its interval after 2, 3, ... replications; None for fewer than three."""
    changes = pair_differences(run, lead)
    if len(changes) < 3:
        return None
    found = [mean_interval(changes[:n]) for n in range(2, len(changes) + 1)]
    rows: list[Row] = [
        {"n": n, "mean": one.mean, "low": one.low, "high": one.high, "shown": plus_minus(one.mean, one.half_width, 1)}
        for n, one in enumerate(found, start=2)
    ]
    title = describe_measure(lead.measure)[1]
    half_widths = np.array([one.half_width for one in found])
    decimals = decimals_of(lead.measure, float(half_widths[-1]))
    caption = _(
        "{measure}: the mean difference of “{treatment}” to the baseline and its 95 % interval, after each replication"
        " in the order of their numbers. An interval that still jumps at the right end asks for more replications."
        " Looking on until it leaves zero would make it too narrow; how many replications there are was set before, or"
        " by rounds that account for looking."
    ).format(measure=title, treatment=label(lead.treatment))
    body = tuple(
        (str(n), signed(one.mean, decimals), number(one.half_width, decimals)) for n, one in enumerate(found, start=2)
    )
    columns = (_("Replications"), _("Mean difference"), _("Half-width"))
    table = Table(_("Mean difference and half-width after each replication"), columns, body, frozenset())
    unit = lead.words.unit
    return drawn(
        "convergence",
        (_("Are there enough replications?"), caption),
        rows,
        lambda frame: convergence_chart(frame, unit),
        table,
    )


def convergence_chart(frame: Frame, unit: str) -> alt.TopLevelMixin:
    """Return the band of the intervals and the line of the means, about a line at zero."""
    tip = [alt.Tooltip("n:Q", title=_("replications")), alt.Tooltip("shown:N", title=_("difference"))]
    x = alt.X("n:Q", title=_("replications"), axis=alt.Axis(tickMinStep=1, grid=False, format="d"))
    y = alt.Y("low:Q", title=difference_title(frame, unit), axis=alt.Axis(tickCount=5))
    base = rows_chart()
    band = base.mark_area(opacity=0.6, color="var(--heat-1)").encode(x=x, y=y, y2="high:Q")
    line = base.mark_line(color=TREATMENT, point={"filled": True, "size": 40, "color": TREATMENT})
    zero: alt.Chart = alt.Chart(alt.InlineData([{}])).mark_rule(color="var(--strong-rule)")
    layers = (band, line.encode(x=x, y="mean:Q", tooltip=tip), zero.encode(y=alt.YDatum(0.0, type="quantitative")))
    return alt.layer(*layers).properties(width=frame.width - 70, height=200)
