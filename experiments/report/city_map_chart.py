"""Draw the map of a city: zones, arrows and hospitals in kilometers, as wide as they are high."""

from collections.abc import Sequence

import altair as alt

from experiments.report.catalogue import _
from experiments.report.drawing import Frame, Row, rows_chart

MARGIN_SHARE = 0.18


def map_chart(frame: Frame, rows: Sequence[Row]) -> alt.TopLevelMixin:
    """Return zones below arrows below hospitals with their names; one kilometer is as long in both directions."""
    width, height = frame.width - 20, 300 if frame.narrow else 460
    scales = _scales(rows, width, height)
    x, x2 = (alt.X(f"{name}:Q", axis=None, scale=scales[0]) for name in ("x", "x2"))
    y, y2 = (alt.Y(f"{name}:Q", axis=None, scale=scales[1]) for name in ("y", "y2"))
    base = rows_chart()
    tip = [alt.Tooltip("name:N", title=_("place")), alt.Tooltip("shown:N", title=_("what"))]
    zones = base.transform_filter("datum.kind == 'zone'").mark_square(size=34, color="var(--strong-rule)", opacity=1)
    moves = base.transform_filter("datum.kind == 'move'")
    wide = alt.StrokeWidth("value:Q", scale=alt.Scale(type="sqrt", range=[1, 7], domainMin=0), legend=None)
    lines = moves.mark_rule(color="var(--treatment)", strokeCap="round").encode(
        x=x, y=y, x2="x2:Q", y2="y2:Q", strokeWidth=wide, tooltip=tip
    )
    heads = moves.mark_point(shape="circle", filled=True, color="var(--treatment)", size=45, opacity=1).encode(
        x=x2, y=y2, tooltip=tip
    )
    there = base.transform_filter("datum.kind == 'hospital'")
    size = alt.Size("value:Q", scale=alt.Scale(range=[60, 900], domainMin=0), legend=None)
    circles = there.mark_circle(color="var(--worse)", opacity=0.75, stroke="var(--paper)").encode(
        x=x, y=y, size=size, tooltip=tip
    )
    names = there.mark_text(dy=-22, fontSize=11 if frame.narrow else 13, fill="var(--ink)", limit=190)
    shown = there.mark_text(dy=26, fontSize=11, fill="var(--muted)", limit=150)
    behind = names.copy(deep=True)
    behind.mark.stroke, behind.mark.strokeWidth, behind.mark.fill = "var(--paper)", 4, "var(--paper)"
    words = [text.encode(x=x, y=y, text="name:N") for text in (behind, names)]
    layers = [zones.encode(x=x, y=y, tooltip=tip), lines, heads, circles, *words]
    if not frame.narrow:
        layers.append(shown.encode(x=x, y=y, text=alt.Text("value:Q", format=".1f")))
    return alt.layer(*layers).properties(width=width, height=height)


def _scales(rows: Sequence[Row], width: int, height: int) -> list[alt.Scale]:
    """Return the scales of both axes, with a margin, and with the same kilometers in a pixel."""
    east, north = ([float(row[name]) for row in rows] for name in ("x", "y"))
    spans = [max(max(each) - min(each), 1.0) * (1 + 2 * MARGIN_SHARE) for each in (east, north)]
    km_per_pixel = max(spans[0] / width, spans[1] / height)
    domains = [
        [middle - km_per_pixel * pixels / 2, middle + km_per_pixel * pixels / 2]
        for middle, pixels in (((max(east) + min(east)) / 2, width), ((max(north) + min(north)) / 2, height))
    ]
    return [alt.Scale(domain=domain, nice=False, zero=False) for domain in domains]
