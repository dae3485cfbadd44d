"""Show a search: objectives in pairs with the front, or one objective by the order of visits, and all points."""

from collections.abc import Sequence
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

import altair as alt

from experiments.measures import MEASURES
from experiments.report.drawing import (
    BASELINE,
    TREATMENT,
    UNDECIDED,
    Frame,
    rows_chart,
    specification,
    static_picture,
)
from experiments.report.tables import Table
from experiments.search.answered import Answered, in_words
from experiments.space.page import Page, Section, both_widths
from experiments.space.page import write_page as write

COLORS = {"front": TREATMENT, "perhaps": UNDECIDED, "beaten": BASELINE}
ZERO = alt.Scale(zero=False)
LIMITS = (
    "Only points that were tried can be named; better ones may lie between them. Intervals cover the play of chance"
    " between replications, not whether the assumptions of the model hold."
)


def write_page(answered: Answered) -> Path:
    """Write `report.html` beside the answer and return its path; equal answers give equal bytes."""
    wanted = " and ".join(one.words for one in answered.question.objectives)
    question = f"Which settings bring the {wanted}?"
    return write(Page("a search", question, in_words(answered), LIMITS, sections(answered)), answered.folder)


def sections(answered: Answered) -> list[Section]:
    """Return one figure for every pair of objectives, or one of all visits."""
    names = [one.measure for one in answered.question.objectives]
    if len(names) == 1:
        caption = "Means with 95 % intervals in the order of visits; marked is the best, and what is not surely worse."
        made = both_widths(partial(picture, answered, "visit", names[0]))
        return [Section(MEASURES[names[0]].label, caption, made, table(answered))]
    caption = "Every point by its means, with 95 % intervals; marked is the front, and what is not surely beaten."
    return [
        Section(
            f"{MEASURES[x].label} and {MEASURES[y].label}",
            caption,
            both_widths(partial(picture, answered, x, y)),
            table(answered),
        )
        for x, y in combinations(names, 2)
    ]


def rows_of(answered: Answered) -> list[dict[str, Any]]:
    """Return one row for every point that has figures: visit, standing, and each objective with its interval."""
    names = [one.measure for one in answered.question.objectives]
    visits = {levels: place + 1 for place, levels in enumerate(answered.searched.visited.values)}
    rows = []
    for levels, standing in zip(answered.searched.visited.points, answered.searched.standings, strict=True):
        row: dict[str, Any] = {"visit": visits[levels], "standing": standing}
        for name, one in zip(names, answered.intervals(levels), strict=True):
            row |= {name: one.mean, f"{name}_low": one.low, f"{name}_high": one.high}
        rows.append(row)
    return rows


def picture(answered: Answered, x: str, y: str, frame: Frame) -> str:
    """Return one objective over another one, or over the order of visits."""
    whole = alt.Axis(format="d", tickMinStep=1)
    horizontal = alt.X(f"{x}:Q", title=_title(x), scale=ZERO, axis=alt.Axis() if x in MEASURES else whole)
    vertical = alt.Y(f"{y}:Q", title=_title(y), scale=ZERO)
    color = alt.Color(
        "standing:N",
        scale=alt.Scale(domain=list(COLORS), range=list(COLORS.values())),
        legend=alt.Legend(title=None, orient="top"),
    )
    base = rows_chart().encode(color=color)
    layers: Sequence[alt.Chart] = [
        base.mark_rule(opacity=0.5).encode(x=horizontal, y=alt.Y(f"{y}_low:Q", title=_title(y)), y2=f"{y}_high:Q"),
        base.mark_point(filled=True, size=60).encode(x=horizontal, y=vertical),
    ]
    if x in MEASURES:
        across = base.mark_rule(opacity=0.5).encode(
            x=alt.X(f"{x}_low:Q", title=_title(x)), x2=f"{x}_high:Q", y=vertical
        )
        layers = [across, *layers]
    chart = alt.layer(*layers).properties(width=frame.width - 80, height=300)
    return static_picture(specification(chart), rows_of(answered))


def _title(name: str) -> str:
    return f"{MEASURES[name].label}, {MEASURES[name].unit}" if name in MEASURES else "visit"


def table(answered: Answered) -> Table:
    """Return every point: settings, standing, objectives with intervals, replications; the front first."""
    question, visited = answered.question, answered.searched.visited
    order = {"front": 0, "perhaps": 1, "beaten": 2}
    ranked = sorted(
        zip(visited.points, answered.searched.standings, visited.means[:, 0].tolist(), strict=True),
        key=lambda one: (order[one[1]], one[2]),
    )
    rows = []
    for levels, standing, _ in ranked:
        spans = [f"{one.mean:.5g} ({one.low:.5g} to {one.high:.5g})" for one in answered.intervals(levels)]
        entries = question.space.written(levels).values()
        rows.append((*entries, standing, *spans, str(visited.values[levels].shape[1])))
    measured = [MEASURES[one.measure] for one in question.objectives]
    labels = [f"{one.label}, {one.unit} (95\u00a0% interval)" for one in measured]
    columns = (*(one.key for one in question.space.ranges), "standing", *labels, "n")
    return Table("Every point that was tried", columns, tuple(rows), frozenset({len(question.space.ranges)}))
