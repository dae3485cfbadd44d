"""Draw how probabilities agree with what happened, how well they rank, and what an alarm is worth."""

from collections.abc import Sequence

import altair as alt
import numpy as np

from experiments.model_card import Estimate
from experiments.report.charts import names_axis, names_width, square_legend
from experiments.report.drawing import BASELINE, TREATMENT, UNDECIDED, WORSE, Frame, rows_chart
from experiments.report.figure import Figure, drawn
from experiments.report.numbers import number, plus_minus
from experiments.report.tables import Table
from experiments.train.figures import alarm_curve, decision_curve, reliability, roc_curve
from experiments.train.trained import Trained
from policies.diagnosis.second_reader import nurse_alarm
from sim.units import ACUITIES

THRESHOLDS = tuple(float(t) for t in np.round(np.arange(0.02, 0.61, 0.02), 2))
MODEL, NURSE, ALL, NOBODY = "model", "nurse’s level 1 or 2", "alarm for everybody", "alarm for nobody"
COLORS = {MODEL: TREATMENT, NURSE: WORSE, ALL: UNDECIDED, NOBODY: BASELINE}
DASHES = {MODEL: [1, 0], NURSE: [6, 3], ALL: [2, 3], NOBODY: [1, 0]}
SHARES = alt.Scale(domain=[0, 1])
FIFTHS = alt.Axis(values=[0, 0.2, 0.4, 0.6, 0.8, 1])
ROW_HEIGHT = 26


def figures_drawn(trained: Trained) -> list[Figure]:
    """Return all figures of a card in the order in which they are shown."""
    return [reliability_figure(trained), roc_figure(trained), benefit_figure(trained)]


def _side(frame: Frame) -> int:
    return min(frame.width - 70, 420)


def reliability_figure(trained: Trained) -> Figure:
    """Show promised and observed shares by groups of equally many patients."""
    groups = reliability(trained.of_model)
    rows = [
        {"promised": p, "observed": seen, "low": max(seen - half, 0.0), "high": min(seen + half, 1.0)}
        for p, seen, half, _ in groups
    ]
    body = tuple((number(p, 3), plus_minus(seen, half, 3), f"{n:,}") for p, seen, half, n in groups)
    caption = (
        f"Each point is a tenth of the patients, by what “{trained.plan.model}” promised out of fold; its bar is a"
        " 95 % interval. On the line promises are kept."
    )
    table = Table("Promised and observed shares", ("Promised", "Observed", "Patients"), body)
    return drawn("reliability", ("Are the probabilities true?", caption), rows, _drawn_reliability, table)


def _drawn_reliability(frame: Frame) -> alt.TopLevelMixin:
    base = rows_chart().encode(x=alt.X("promised:Q", title="promised share", scale=SHARES, axis=FIFTHS))
    bars = base.mark_rule(color=TREATMENT, opacity=0.5, strokeWidth=2).encode(
        y=alt.Y("low:Q", title="observed share", scale=SHARES, axis=FIFTHS), y2="high:Q"
    )
    points = base.mark_point(filled=True, size=60, opacity=1, color=TREATMENT).encode(y="observed:Q")
    side = _side(frame)
    return alt.layer(_diagonal(), bars, points).properties(width=side, height=side)


def _diagonal() -> alt.Chart:
    ends = alt.Chart(alt.InlineData([{"at": 0.0}, {"at": 1.0}]))
    line: alt.Chart = ends.mark_line(color=BASELINE, strokeDash=[4, 4]).encode(x="at:Q", y="at:Q")
    return line


def roc_figure(trained: Trained) -> Figure:
    """Show sensitivity against false alarms: of the model at every threshold, of the nurse at each of her levels."""
    crossed = trained.of_model
    curve = [{"which": MODEL, "false": x, "found": y, "name": ""} for x, y in roc_curve(crossed.mean_p, crossed.y)]
    nurse = nurse_points(trained)
    points = [{"which": "nurse", "false": x, "found": y, "name": name} for name, x, y in nurse]
    body = tuple((name, number(y, 3), number(x, 3)) for name, x, y in nurse)
    caption = f"The line is “{trained.plan.model}” at every threshold, the mean of its repeats." + (
        " Points are the nurse’s level, taken for an alarm at 1, at 2 or more urgent, and so on: a point above the line"
        " is better than the model."
        if points
        else ""
    )
    table = Table("Where the nurse stands", ("Alarm at", "Found", "False alarms"), body)
    return drawn("roc", ("Who is found, at how many false alarms?", caption), [*curve, *points], _drawn_roc, table)


def nurse_points(trained: Trained) -> list[tuple[str, float, float]]:
    """Return name, share of false alarms and sensitivity of the nurse's levels; none where no nurse gave any."""
    nurse, y = trained.records.nurse, trained.of_model.y
    known = np.isfinite(nurse)
    if not known.any() or y[known].all() or not y[known].any():
        return []
    level, y = nurse[known], y[known]
    shares = [((level <= cut)[~y].mean(), (level <= cut)[y].mean()) for cut in range(1, ACUITIES)]
    return [(f"level {cut}", float(x), float(found)) for cut, (x, found) in enumerate(shares, 1)]


def _drawn_roc(frame: Frame) -> alt.TopLevelMixin:
    base = rows_chart().encode(
        x=alt.X("false:Q", title="false alarms among the others", scale=SHARES, axis=FIFTHS),
        y=alt.Y("found:Q", title="share found", scale=SHARES, axis=FIFTHS),
    )
    line = base.transform_filter(f"datum.which == '{MODEL}'").mark_line(
        color=TREATMENT, strokeWidth=2, interpolate="step-after"
    )
    nurse = base.transform_filter("datum.which == 'nurse'")
    points = nurse.mark_point(filled=True, size=70, opacity=1, color=WORSE, shape="diamond")
    names = nurse.mark_text(align="left", dx=9, dy=9, color=WORSE).encode(text="name:N")
    side = _side(frame)
    return alt.layer(_diagonal(), line, points, names).properties(width=side, height=side)


def benefit_figure(trained: Trained) -> Figure:
    """Show net benefit over thresholds: of the model, of the nurse, of alarms for everybody, of none."""
    crossed, has_nurse = trained.of_model, trained.has_nurse
    curve = decision_curve(crossed, THRESHOLDS)
    nurse = alarm_curve(nurse_alarm(trained.records.nurse), crossed.y, THRESHOLDS)
    least = -0.05
    lines = {MODEL: [model for _, model, _ in curve], **({NURSE: nurse} if has_nurse else {})}
    lines |= {ALL: [everybody for *_, everybody in curve], NOBODY: [0.0] * len(curve)}
    rows = [
        {"threshold": t, "which": which, "benefit": max(worth, least)}
        for which, worths in lines.items()
        for t, worth in zip(THRESHOLDS, worths, strict=True)
    ]
    body = tuple(
        (number(t, 2), *(number(worths[k], 4) for which, worths in lines.items() if which != NOBODY))
        for k, t in enumerate(THRESHOLDS)
    )
    caption = (
        "True alarms per patient, less false ones at the price that the threshold states. A model is worth its alarms"
        f" where its line is the highest. Values below {least:g} are drawn there."
    )
    columns = ("Threshold", *(which[0].upper() + which[1:] for which in lines if which != NOBODY))
    table = Table("Net benefit by threshold", columns, body)

    def draw(frame: Frame) -> alt.TopLevelMixin:
        return _drawn_benefit(frame, tuple(lines))

    return drawn("benefit", ("What is an alarm worth?", caption), rows, draw, table)


def _drawn_benefit(frame: Frame, names: Sequence[str]) -> alt.TopLevelMixin:
    colors, dashes = (alt.Scale(domain=names, range=[look[name] for name in names]) for look in (COLORS, DASHES))
    chart: alt.Chart = rows_chart().mark_line(strokeWidth=2)
    made: alt.Chart = chart.encode(
        x=alt.X("threshold:Q", title="threshold probability"),
        y=alt.Y("benefit:Q", title="net benefit per patient"),
        color=alt.Color("which:N", scale=colors, legend=square_legend(frame)),
        strokeDash=alt.StrokeDash("which:N", scale=dashes, legend=None),
    ).properties(width=frame.width - 70, height=280)
    return made


def groups_figure(trained: Trained) -> Figure | None:
    """Show the AUROC in each subgroup that has one; None where no subgroup has."""
    found = [
        (f"{one.column}: {one.group}".replace("_", " "), one.figures["auroc"])
        for one in trained.groups
        if one.member == trained.plan.model and "auroc" in one.figures
    ]
    if not found:
        return None
    everybody = trained.figures[trained.plan.model]["auroc"]
    named: list[tuple[str, Estimate]] = [("everybody", everybody), *found]
    rows = [
        {"name": name, "value": one.value, "low": max(one.low, 0.0), "high": min(one.high, 1.0)} for name, one in named
    ]
    body = tuple((name, plus_minus(one.value, one.half_width, 3)) for name, one in named)
    caption = f"AUROC of “{trained.plan.model}” with 95 % intervals; the line is everybody’s."
    names = [name for name, _ in named]

    def draw(frame: Frame) -> alt.TopLevelMixin:
        return _drawn_groups(frame, names, everybody.value)

    table = Table("AUROC by subgroup", ("Patients", "AUROC"), body)
    return drawn("groups", ("Does it rank some patients worse than others?", caption), rows, draw, table)


def _drawn_groups(frame: Frame, names: Sequence[str], at: float) -> alt.TopLevelMixin:
    width = names_width(frame, names)
    base = rows_chart().encode(y=alt.Y("name:N", sort=list(names), axis=names_axis(width)))
    bars = base.mark_rule(color=TREATMENT, strokeWidth=2).encode(
        x=alt.X("low:Q", title="AUROC", scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=5)), x2="high:Q"
    )
    points = base.mark_point(filled=True, size=60, opacity=1, color=TREATMENT).encode(x="value:Q")
    line = alt.Chart(alt.InlineData([{}])).mark_rule(color=BASELINE, strokeDash=[4, 4])
    everybody = line.encode(x=alt.XDatum(at, type="quantitative"))
    return alt.layer(everybody, bars, points).properties(width=frame.width - width - 40, height=ROW_HEIGHT * len(names))
