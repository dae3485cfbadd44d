"""Show an inverse question as one page: the measure at every point that was tried, the target, and the answer."""

from math import isfinite
from pathlib import Path
from typing import Any

import altair as alt
from markupsafe import Markup

from experiments.columns import write_text
from experiments.inverse.answered import Answered, in_words
from experiments.measures import MEASURES
from experiments.report.drawing import (
    BASELINE,
    NARROW,
    TREATMENT,
    WIDE,
    Frame,
    rows_chart,
    specification,
    static_picture,
)
from experiments.report.page import POLICY, environment, source_hash, template_text
from experiments.report.tables import Table
from experiments.store import REPORT


def write_page(answered: Answered) -> Path:
    """Write `report.html` beside the answer and return its path; equal answers give equal bytes."""
    path = answered.folder / REPORT
    pictures = {name: picture(answered, frame) for name, frame in (("wide", WIDE), ("narrow", NARROW))}
    style = template_text("style.css")
    context = {
        "policy": POLICY.format(script="'none'", style=source_hash(style)),
        "style": Markup(style),
        "sentence": in_words(answered),
        "question": f"Which {answered.question.vary} brings {MEASURES[answered.question.measure].label} to the target?",
        "pictures": pictures,
        "points": points_table(answered),
    }
    write_text(environment().get_template("solved.html.j2").render(context), path)
    return path


def rows_of(answered: Answered) -> list[dict[str, Any]]:
    """Return one row for every point, in order."""
    return [
        {"x": x, "mean": one.mean, "low": one.low, "high": one.high}
        for x, one in answered.root.points.items()
        if isfinite(one.half_width)
    ]


def picture(answered: Answered, frame: Frame) -> str:
    """Return the measure over the setting with its band, the target across, and the interval of the answer."""
    question, root = answered.question, answered.root
    measure = MEASURES[question.measure]
    zero = alt.Scale(zero=False)
    x = alt.X("x:Q", title=question.vary, scale=zero)
    y = alt.Y("mean:Q", title=f"{measure.label}, {measure.unit}", scale=zero)
    base = rows_chart().encode(x=x)
    band = base.mark_area(opacity=0.25, color=BASELINE).encode(y=alt.Y("low:Q", scale=zero), y2="high:Q")
    line = base.mark_line(color=BASELINE, point=True).encode(y=y)
    target: alt.Chart = alt.Chart(alt.InlineData([{}])).mark_rule(color="var(--ink)", strokeDash=[4, 3])
    layers: list[alt.Chart] = [band, line, target.encode(y=alt.YDatum(question.target, type="quantitative"))]
    if root.found:
        low, high = (max(root.low, question.low), min(root.high, question.high))
        span: alt.Chart = alt.Chart(alt.InlineData([{}])).mark_rule(color=TREATMENT, strokeWidth=5)
        across = alt.YDatum(question.target, type="quantitative")
        layers.append(span.encode(x=alt.XDatum(low, type="quantitative"), x2=alt.X2Datum(high), y=across))
    chart = alt.layer(*layers).properties(width=frame.width - 80, height=260)
    return static_picture(specification(chart), rows_of(answered))


def points_table(answered: Answered) -> Table:
    """Return what was simulated, one row a point."""
    question = answered.question
    measure = MEASURES[question.measure]
    rows = tuple(
        (f"{x:.6g}", f"{one.mean:.5g}", f"{one.low:.5g} to {one.high:.5g}", str(one.n))
        for x, one in answered.root.points.items()
    )
    columns = (question.vary, f"{measure.label}, {measure.unit}", "95\u00a0% interval", "n")
    return Table("Every point that was simulated", columns, rows)
