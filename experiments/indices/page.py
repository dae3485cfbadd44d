"""Show the indices of a sensitivity analysis: bars with intervals, the largest first, and the table of all of them."""

from math import isfinite
from pathlib import Path

import altair as alt

from experiments.indices.answered import MAIN, Answered, in_words, title
from experiments.indices.asked import Method
from experiments.measures import MEASURES
from experiments.report.drawing import BASELINE, Frame, rows_chart, specification, static_picture
from experiments.report.tables import Table
from experiments.space.page import Page, Section, both_widths
from experiments.space.page import write_page as write

MOST_BARS = 20
AXES = {
    "mu_star": "mean absolute change over the range, {unit}",
    "total": "share of the variance that it has a part in",
}
CAPTIONS = {
    Method.MORRIS: "Mean absolute change of the measure per range of each setting (Morris), with 95 % intervals.",
    Method.SOBOL: "Total indices (Sobol): the share of variance in which a setting has a part, with 95 % intervals.",
}
LIMITS = (
    "Intervals cover which points were drawn and the play of chance between replications. They do not cover ranges that"
    " were chosen too narrow, nor whether the assumptions of the model hold."
)


def write_page(answered: Answered) -> Path:
    """Write `report.html` beside the indices and return its path; equal answers give equal bytes."""
    sections = [section(answered, measure) for measure in answered.question.measures]
    return write(Page("sensitivity", title(answered.question), in_words(answered), LIMITS, sections), answered.folder)


def section(answered: Answered, measure: str) -> Section:
    """Return the figure and the table of one measure."""
    caption = CAPTIONS[answered.question.method]
    if len(answered.question.space.ranges) > MOST_BARS:
        caption += f" The first {MOST_BARS} are drawn."
    pictures = both_widths(lambda frame: picture(answered, measure, frame))
    return Section(MEASURES[measure].label, caption, pictures, table(answered, measure))


def picture(answered: Answered, measure: str, frame: Frame) -> str:
    """Return bars of the leading index, the largest on top."""
    ranked = [(one, index) for one, index in answered.ranked(measure) if isfinite(index.value)][:MOST_BARS]
    rows = [{"setting": one.key, "value": index.value, "low": index.low, "high": index.high} for one, index in ranked]
    axis = AXES[MAIN[answered.question.method]].format(unit=MEASURES[measure].unit)
    y = alt.Y("setting:N", sort=None, title=None, axis=alt.Axis(labelLimit=frame.width // 3))
    base = rows_chart().encode(y=y)
    bars = base.mark_bar(color=BASELINE, height=10).encode(x=alt.X("value:Q", title=axis))
    lines = base.mark_rule(color="var(--ink)").encode(x=alt.X("low:Q", title=axis), x2="high:Q")
    chart = alt.layer(bars, lines).properties(width=frame.width - frame.width // 3 - 40, height=alt.Step(22))
    return static_picture(specification(chart), rows)


def table(answered: Answered, measure: str) -> Table:
    """Return every index of a measure, settings in the order of the figure."""
    names = list(dict.fromkeys(one.name for one in answered.indices[measure]))
    of = {(one.name, one.parameter): one for one in answered.indices[measure]}
    rows = []
    for found, first in answered.ranked(measure):
        entries = [of[name, first.parameter] for name in names]
        spans = [f"{one.value:.4g} ({one.low:.4g} to {one.high:.4g})" for one in entries]
        rows.append((found.key, found.what, f"{found.low:g} to {found.high:g}", *spans))
    columns = ("setting", "what it is", "range", *(name.replace("_", " ") for name in names))
    return Table("All indices, with 95\u00a0% intervals", columns, tuple(rows), frozenset({0, 1}))
