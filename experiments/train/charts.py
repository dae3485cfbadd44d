"""Draw how probabilities agree with what happened, and what an alarm is worth at every threshold."""

from collections.abc import Sequence

import altair as alt
import numpy as np

from experiments.report.charts import square_legend
from experiments.report.drawing import BASELINE, TREATMENT, WORSE, Frame, rows_chart
from experiments.report.figure import Figure, drawn
from experiments.report.numbers import number, plus_minus
from experiments.report.tables import Table
from experiments.train.figures import decision_curve, reliability
from experiments.train.trained import Trained

THRESHOLDS = tuple(float(t) for t in np.round(np.arange(0.02, 0.61, 0.02), 2))
MODEL, ALL, NOBODY = "model", "alarm for everybody", "alarm for nobody"


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
    scale = alt.Scale(domain=[0, 1])
    base = rows_chart().encode(x=alt.X("promised:Q", title="promised share", scale=scale))
    bars = base.mark_rule(color=TREATMENT, opacity=0.5).encode(
        y=alt.Y("low:Q", title="observed share", scale=scale), y2="high:Q"
    )
    points = base.mark_point(filled=True, size=60, opacity=1, color=TREATMENT).encode(y="observed:Q")
    line = rows_chart().mark_line(color=BASELINE, strokeDash=[4, 4]).encode(x="promised:Q", y="promised:Q")
    side = min(frame.width - 70, 420)
    return alt.layer(line, bars, points).properties(width=side, height=side)


def benefit_figure(trained: Trained) -> Figure:
    """Show net benefit over thresholds: of the model, of alarms for everybody, of none."""
    curve = decision_curve(trained.of_model, THRESHOLDS)
    least = -0.05
    rows = [
        {"threshold": t, "which": which, "benefit": max(worth, least)}
        for t, model, everybody in curve
        for which, worth in ((MODEL, model), (ALL, everybody), (NOBODY, 0.0))
    ]
    body = tuple((number(t, 2), number(model, 4), number(everybody, 4)) for t, model, everybody in curve)
    caption = (
        "True alarms per patient, less false ones at the price that the threshold states. A model is worth its alarms"
        f" where its line is the highest. Values below {least:g} are drawn there."
    )
    table = Table("Net benefit by threshold", ("Threshold", "Model", "Alarm for everybody"), body)
    return drawn("benefit", ("What is an alarm worth?", caption), rows, _drawn_benefit, table)


def _drawn_benefit(frame: Frame) -> alt.TopLevelMixin:
    names: Sequence[str] = (MODEL, ALL, NOBODY)
    colors = alt.Scale(domain=names, range=[TREATMENT, WORSE, BASELINE])
    chart: alt.Chart = rows_chart().mark_line(strokeWidth=2)
    made: alt.Chart = chart.encode(
        x=alt.X("threshold:Q", title="threshold probability"),
        y=alt.Y("benefit:Q", title="net benefit per patient"),
        color=alt.Color("which:N", scale=colors, legend=square_legend(frame)),
    ).properties(width=frame.width - 70, height=280)
    return made
