"""Draw a flow (Sankey 1898): nodes in layers from left to right, links as bands between them, all in shares of height.

Links lie at each node in the order of the nodes they lead to, so that bands cross as little as the layers allow.
"""

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np

from experiments.report.catalogue import _
from experiments.report.drawing import Frame, Row, rows_chart
from experiments.report.numbers import number

N_POINTS = 17
NODE_WIDTH = 0.03
BETWEEN = 0.05
"""Free height between two nodes of a layer, as a share of the whole."""

Link = tuple[str, str]
Ends = tuple[float, float]


def node_ends(amounts: Mapping[Link, float], layers: Mapping[str, int]) -> dict[str, Ends]:
    """Return bottom and top of every node: as high as what flows in or out, the fullest layer filling the height."""
    forward = {link: n for link, n in amounts.items() if layers[link[0]] < layers[link[1]]}
    size = {
        node: max(
            sum(n for link, n in forward.items() if link[0] == node),
            sum(n for link, n in forward.items() if link[1] == node),
        )
        for node in layers
    }
    shown = [[node for node in layers if layers[node] == layer and size[node] > 0] for layer in set(layers.values())]
    free = BETWEEN * max(len(nodes) - 1 for nodes in shown)
    unit = (1.0 - free) / max(sum(size[node] for node in nodes) for nodes in shown)
    ends: dict[str, Ends] = {}
    for nodes in shown:
        top = 1.0
        for node in nodes:
            ends[node] = (top - size[node] * unit, top)
            top -= size[node] * unit + BETWEEN
    return ends


def link_rows(amounts: Mapping[Link, float], layers: Mapping[str, int], names: Mapping[str, str]) -> list[Row]:
    """Return the points of every band that goes forward: kind, link, x, low, high, and what a pointer is told."""
    ends, last = node_ends(amounts, layers), max(layers.values())
    used: dict[tuple[str, str], float] = {}
    rows: list[Row] = []
    heights = _heights(amounts, layers, ends)
    for start, end in sorted(heights, key=lambda link: (layers[link[0]], -ends[link[0]][1], -ends[link[1]][1])):
        height = heights[start, end]
        tops = [_take(used, ends, node, side, height) for node, side in ((start, "out"), (end, "in"))]
        x = np.linspace(layers[start] / last * (1 - NODE_WIDTH) + NODE_WIDTH, layers[end] / last * (1 - NODE_WIDTH))
        x = x[np.linspace(0, len(x) - 1, N_POINTS).round().astype(int)]
        share = np.linspace(0.0, 1.0, len(x))
        eased = share * share * (3 - 2 * share)
        high = tops[0] + (tops[1] - tops[0]) * eased
        shown = f"{names[start]} → {names[end]}: {number(amounts[start, end], 1)}"
        rows += [
            _row("link", names[start], shown, (round(float(at), 4), round(float(at), 4)), (top - height, top))
            for at, top in zip(x, high.tolist(), strict=True)
        ]
    return rows


def _heights(amounts: Mapping[Link, float], layers: Mapping[str, int], ends: Mapping[str, Ends]) -> dict[Link, float]:
    """Return the height of every band that goes forward."""
    forward = {link: n for link, n in amounts.items() if layers[link[0]] < layers[link[1]]}
    whole = {node: top - low for node, (low, top) in ends.items()}
    size = {node: max(sum(n for link, n in forward.items() if link[at] == node) for at in (0, 1)) for node in ends}
    unit = next(whole[node] / size[node] for node in ends)
    return {link: n * unit for link, n in forward.items()}


def _take(used: dict[tuple[str, str], float], ends: Mapping[str, Ends], node: str, side: str, height: float) -> float:
    """Return the top of the next band at this side of a node, and mark its height as taken."""
    top = ends[node][1] - used.get((node, side), 0.0)
    used[node, side] = used.get((node, side), 0.0) + height
    return top


def node_rows(amounts: Mapping[Link, float], layers: Mapping[str, int], names: Mapping[str, str]) -> list[Row]:
    """Return one row a node: its box, and its name with what flows through it."""
    last = max(layers.values())
    rows = []
    for node, ends in node_ends(amounts, layers).items():
        x = layers[node] / last * (1 - NODE_WIDTH)
        through = max(sum(n for link, n in amounts.items() if link[at] == node) for at in (0, 1))
        kind = "last" if layers[node] == last else "node"
        rows.append(_row(kind, names[node], f"{names[node]} {number(through, 0)}", (x, x + NODE_WIDTH), ends))
    return rows


def _row(kind: str, name: str, shown: str, x: Ends, y: Ends) -> Row:
    values = {"x": x[0], "x2": x[1], "low": y[0], "high": y[1]}
    return {"kind": kind, "name": name, "shown": shown} | {key: round(value, 4) for key, value in values.items()}


def flow_chart(frame: Frame) -> alt.TopLevelMixin:
    """Return bands below boxes below names; names of the last layer stand at its left."""
    tip = [alt.Tooltip("shown:N", title=_("patients a day"))]
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    y = alt.Y("low:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    base = rows_chart()
    bands = (
        base.transform_filter("datum.kind == 'link'")
        .mark_area(opacity=0.75, color="var(--heat-2)")
        .encode(x=x, y=y, y2="high:Q", detail="shown:N", tooltip=tip)
    )
    boxes = base.transform_filter("datum.kind != 'link'").mark_rect(color="var(--treatment)")
    words: dict[str, Any] = {"fontSize": 11 if frame.narrow else 13, "fill": "var(--ink)", "baseline": "middle"}
    middle = base.transform_calculate(mid="datum.low + (datum.high - datum.low) * (datum.x > 0.05 ? 0.6 : 0.4)")
    names = middle.transform_filter("datum.kind == 'node'").mark_text(
        align="left", dx=14 if frame.narrow else 32, **words
    )
    last = middle.transform_filter("datum.kind == 'last'").mark_text(align="right", dx=-6, **words)
    text = alt.Text("shown:N")
    return alt.layer(
        bands,
        boxes.encode(x=x, x2="x2:Q", y=y, y2="high:Q", tooltip=tip),
        names.encode(x=x, y=alt.Y("mid:Q", axis=None), text=text),
        last.encode(x=x, y=alt.Y("mid:Q", axis=None), text=text),
    ).properties(width=frame.width - 20, height=300 if frame.narrow else 380)
