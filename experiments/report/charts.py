"""Draw one chart for each kind of figure, for a frame: from rows of known fields to Vega-Lite, and nothing else."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

import altair as alt

from experiments.languages import ENGLISH
from experiments.report.catalogue import _, language, later
from experiments.report.drawing import BASELINE, BETTER, HEAT, TREATMENT, UNDECIDED, WORSE, Frame, rows_chart
from sim.units import HOURS_PER_WEEK

VERDICTS = (later("better"), later("undecided"), later("worse"))
ROW_HEIGHT = 24
LEGEND = {"orient": "top", "title": None, "symbolSize": 80, "offset": 6}
DIFFERENCE_TIP = {"name": later("of"), "shown": later("difference"), "verdict": later("verdict")}
WAIT_TIP = {"name": later("patients"), "cell": later("cell"), "shown": later("wait, min")}
TORNADO_TIP = {"name": later("assumption"), "setting": later("set to"), "shown": later("difference")}
DAYS = (later("Mon"), later("Tue"), later("Wed"), later("Thu"), later("Fri"), later("Sat"), later("Sun"))


@dataclass(frozen=True, slots=True)
class Panel:
    """Describe one panel of differences: the key its rows carry, its title, the unit, and the names it lists."""

    key: str
    title: str
    unit: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """Describe a heat map: its panels, the hospitals down, the limits between its colors, unit and number format."""

    cells: tuple[str, ...]
    hospitals: tuple[str, ...]
    steps: tuple[float, ...]
    unit: str
    form: str


def tips(fields: Mapping[str, str]) -> list[alt.Tooltip]:
    """Return what a pointer is told: fields of words, each with its heading."""
    return [alt.Tooltip(f"{field}:N", title=_(heading)) for field, heading in fields.items()]


def verdict_colors() -> alt.Scale:
    """Return the colors of verdicts, as rows carry them."""
    return alt.Scale(domain=[_(verdict) for verdict in VERDICTS], range=[BETTER, UNDECIDED, WORSE])


def day_of(hour: str, initial: bool = False) -> str:
    """Return a Vega expression that names the day of an hour of the week."""
    names = [_(day)[0] if initial and language() == ENGLISH else _(day) for day in DAYS]
    return f"{json.dumps(names, ensure_ascii=False)}[floor({hour} / 24)]"


def names_width(frame: Frame, names: Sequence[str], most: int = 240) -> int:
    """Return the pixels that names at the left take: what the longest needs, up to `most`, less on a narrow frame."""
    longest = max((pixels(name) for name in names), default=0.0)
    return min(20 + round(longest), 150 if frame.narrow else most)


def pixels(text: str) -> float:
    """Return about how wide a text of 12 pixels' height is; Chinese signs are as wide as they are high."""
    return sum(12.0 if east_asian_width(sign) in "WF" else 6.4 for sign in text)


def names_axis(width: int, shown: bool = True) -> alt.Axis:
    """Return a y axis of names that always takes `width` pixels, so that charts below each other line up."""
    if not shown:
        return alt.Axis(labels=False, title=None, grid=False)
    return alt.Axis(title=None, grid=False, labelLimit=width - 8, minExtent=width, maxExtent=width)


def square_legend(frame: Frame) -> dict[str, Any]:
    """Return a legend of squares above the chart, below each other on a narrow frame."""
    return {**LEGEND, "symbolType": "square", "columns": 1 if frame.narrow else 4}


def vertical_line(at: float) -> alt.Chart:
    """Return a line that marks one value of x."""
    line: alt.Chart = alt.Chart(alt.InlineData([{}])).mark_rule(color="var(--strong-rule)")
    return line.encode(x=alt.XDatum(at, type="quantitative"))


def difference_title(frame: Frame, unit: str) -> str:
    """Return the title of an axis of differences, as long as the frame allows."""
    return unit if frame.narrow else _("difference to the baseline, {unit}").format(unit=unit)


def differences_panel(panel: Panel, width: int, title: str, axis: alt.Axis) -> alt.LayerChart | alt.FacetChart:
    """Return differences as points with intervals about a zero line; color and shape both tell the verdict."""
    y = alt.Y("name:N", sort=list(panel.names), axis=axis)
    base = rows_chart().transform_filter(alt.FieldEqualPredicate(field="panel", equal=panel.key)).encode(y=y)
    colors = verdict_colors()
    shapes = alt.Scale(domain=colors.domain, range=["circle", "square", "triangle-up"])
    color = alt.Color("verdict:N", scale=colors, legend=LEGEND)
    shape = alt.Shape("verdict:N", scale=shapes, legend=LEGEND)
    x = alt.X("low:Q", title=title, axis=alt.Axis(tickCount=max(3, min(5, width // 55))))
    interval = base.mark_rule(strokeWidth=2).encode(x=x, x2="high:Q", color=color, tooltip=tips(DIFFERENCE_TIP))
    point = base.mark_point(filled=True, size=75, opacity=1).encode(
        x="difference:Q", color=color, shape=shape, tooltip=tips(DIFFERENCE_TIP)
    )
    height = ROW_HEIGHT * len(panel.names)
    return alt.layer(vertical_line(0.0), interval, point).properties(width=width, height=height, title=panel.title)


def forest_chart(frame: Frame, panels: Sequence[Panel]) -> alt.TopLevelMixin:
    """Return the panels two a line, or below each other on a narrow frame; the names stand at the left."""
    names = names_width(frame, panels[0].names)
    columns = 1 if frame.narrow else 2
    width = (frame.width - names - 20) // columns - (0 if frame.narrow else 20)
    charts = [
        differences_panel(
            panel, width, difference_title(frame, panel.unit), names_axis(names, shown=place % columns == 0)
        )
        for place, panel in enumerate(panels)
    ]
    return alt.concat(*charts, columns=columns, spacing=28)


def gains_chart(frame: Frame, panels: Sequence[Panel]) -> alt.TopLevelMixin:
    """Return the panels below each other, their names lined up."""
    names = names_width(frame, [name for panel in panels for name in panel.names])
    width = frame.width - names - 20
    charts = [differences_panel(each, width, difference_title(frame, each.unit), names_axis(names)) for each in panels]
    return alt.vconcat(*charts, spacing=24)


def waits_chart(frame: Frame, cells: Sequence[str], acuities: Sequence[str]) -> alt.TopLevelMixin:
    """Return waits by acuity: the line spans 10 to 90 %, the bar 25 to 75 %, the gap marks the median."""
    names = names_width(frame, acuities)
    colors = alt.Scale(domain=list(cells), range=[BASELINE, TREATMENT][: len(cells)])
    base = rows_chart().encode(
        y=alt.Y("name:N", sort=list(acuities), axis=names_axis(names), scale=alt.Scale(paddingInner=0.35)),
        yOffset=alt.YOffset("cell:N", sort=list(cells), scale=alt.Scale(domain=list(cells), paddingInner=0.3)),
        color=alt.Color("cell:N", scale=colors, legend=square_legend(frame)),
        tooltip=tips(WAIT_TIP),
    )
    x = alt.X("p10:Q", title=_("minutes from arrival to provider"), axis=alt.Axis(tickCount=4 if frame.narrow else 6))
    span = base.mark_rule(strokeWidth=1.5).encode(x=x, x2="p90:Q")
    middle = base.mark_bar(height={"band": 1}, cornerRadius=1).encode(x="p25:Q", x2="p75:Q")
    median = base.mark_tick(thickness=2.5).encode(x="p50:Q", color=alt.value("var(--paper)"))
    return alt.layer(span, middle, median).properties(width=frame.width - names - 20, height=44 * len(acuities))


def heat_chart(frame: Frame, heat: Heat) -> alt.TopLevelMixin:
    """Return hospitals by hour of the week, one panel for each cell."""
    names = names_width(frame, heat.hospitals)
    # Hours of whole or half pixels: they keep edges sharp and the picture small.
    width = HOURS_PER_WEEK * (2 * (frame.width - names - 20) // HOURS_PER_WEEK) // 2
    y = alt.Y("name:N", sort=list(heat.hospitals), axis=names_axis(names), scale=alt.Scale(paddingInner=0.08))
    moment = f"{day_of('datum.hour')} + ' ' + datum.hour % 24 + ':00'"
    tip = [
        *tips({"name": later("hospital"), "moment": later("hour")}),
        alt.Tooltip("value:Q", title=heat.unit, format=heat.form),
    ]
    hours = rows_chart().transform_calculate(end="datum.hour + 1", moment=moment).mark_rect()
    chart = hours.encode(x=week_axis(frame), x2="end:Q", y=y, color=heat_color(frame, heat), tooltip=tip)
    panels = [
        chart.transform_filter(alt.FieldEqualPredicate(field="cell", equal=cell)).properties(
            width=width, height=20 * len(heat.hospitals), title=cell
        )
        for cell in heat.cells
    ]
    return alt.vconcat(*panels, spacing=16)


def week_axis(frame: Frame) -> alt.X:
    """Return an x axis of the hours of a week that names the days."""
    noons = [12 + 24 * day for day in range(7)]
    days = alt.Axis(title=None, grid=False, values=noons, labelExpr=day_of("datum.value", initial=frame.narrow))
    return alt.X("hour:Q", scale=alt.Scale(domain=[0, HOURS_PER_WEEK], nice=False), axis=days)


def heat_color(frame: Frame, heat: Heat) -> alt.Color:
    """Return the seven colors of a heat map, between its limits."""
    scale = alt.Scale(type="threshold", domain=list(heat.steps), range=HEAT)
    length = 180 if frame.narrow else 280
    legend = alt.Legend(orient="top", title=heat.unit, direction="horizontal", gradientLength=length)
    return alt.Color("value:Q", scale=scale, legend=legend)


def tornado_chart(frame: Frame, assumptions: Sequence[str], unit: str, center: float) -> alt.TopLevelMixin:
    """Return for each assumption the differences at both ends of its range, as marks tied to the one at its default.

    Both ends may lie on the same side of the default, where bars would hide each other.
    """
    names = names_width(frame, assumptions, most=330)
    domain = [_("low end of the range"), _("high end of the range")]
    ends = alt.Scale(domain=domain, range=[BASELINE, TREATMENT])
    legend = {**LEGEND, "columns": 1 if frame.narrow else 4}
    shapes = alt.Shape("end:N", scale=alt.Scale(domain=domain, range=["circle", "diamond"]), legend=legend)
    base = rows_chart().encode(y=alt.Y("name:N", sort=list(assumptions), axis=names_axis(names)))
    color = alt.Color("end:N", scale=ends, legend=legend)
    x = alt.X(
        "difference:Q",
        title=difference_title(frame, unit),
        scale=alt.Scale(zero=False),
        axis=alt.Axis(tickCount=4 if frame.narrow else 6),
    )
    tie = base.mark_rule(strokeWidth=2).encode(x=x, x2=alt.datum(center), color=alt.value("var(--strong-rule)"))
    interval = base.mark_rule(color="var(--ink)").encode(x="low:Q", x2="high:Q", tooltip=tips(TORNADO_TIP))
    end = base.mark_point(filled=True, size=80, opacity=1).encode(
        x=x, color=color, shape=shapes, tooltip=tips(TORNADO_TIP)
    )
    chart = alt.layer(tie, interval, end, vertical_line(center))
    return chart.properties(width=frame.width - names - 20, height=ROW_HEIGHT * len(assumptions))
