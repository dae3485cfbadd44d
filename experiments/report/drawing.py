"""Draw figures: one dress for all charts, static pictures, and the script that makes them answer to a pointer.

Every color is a CSS variable of the page, so one picture serves light, dark and print. Widths come in two: a wide
one for desks and paper, a narrow one for phones.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import altair as alt
import vl_convert

VEGA_LITE = "6.4"
ROWS = "rows"
BASELINE, TREATMENT, BETTER, WORSE, UNDECIDED = (
    f"var(--{name})" for name in ("baseline", "treatment", "better", "worse", "undecided")
)
HEAT = tuple(f"var(--heat-{step})" for step in range(7))
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Frame:
    """Give the room a chart has, in pixels; `narrow` charts stack what wide ones set side by side."""

    width: int
    narrow: bool = False


WIDE, NARROW = Frame(900), Frame(340, narrow=True)


def rows_chart() -> alt.Chart:
    """Return an empty chart of the figure's rows."""
    return alt.Chart(alt.NamedData(ROWS))


def specification(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """Return a chart in Vega-Lite, dressed, without its rows."""
    spec: dict[str, Any] = chart.to_dict(validate=False)  # the parts were checked when they were made
    return spec | {"config": dress(), "background": "transparent", "padding": 2}


def dress() -> dict[str, Any]:
    """Return the look of every chart: quiet axes, no frames, the colors and letters of the page."""
    axis = {
        "domain": False,
        "ticks": False,
        "gridColor": "var(--rule)",
        "labelColor": "var(--muted)",
        "titleColor": "var(--muted)",
        "titleFontWeight": "normal",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "labelPadding": 6,
        "titlePadding": 8,
    }
    words = {"labelColor": "var(--muted)", "titleColor": "var(--muted)", "labelFontSize": 12, "titleFontSize": 12}
    return {
        "aria": False,
        "font": "Arial, Helvetica, sans-serif",
        "axis": axis,
        "axisY": {"labelColor": "var(--ink)"},
        "legend": {**words, "titleFontWeight": "normal"},
        "header": {**words, "labelColor": "var(--ink)", "labelFontWeight": "bold"},
        "title": {"color": "var(--ink)", "fontSize": 13, "anchor": "start", "fontWeight": "bold", "offset": 10},
        "view": {"stroke": None},
        "scale": {"bandPaddingInner": 0.3},
    }


def static_picture(spec: Mapping[str, Any], rows: Sequence[Row]) -> str:
    """Return a chart with its rows as SVG, which needs no script."""
    datasets = {**spec.get("datasets", {}), ROWS: list(rows)}
    return vl_convert.vegalite_to_svg({**spec, "datasets": datasets}, vl_version=VEGA_LITE)


@lru_cache(maxsize=1)
def live_script() -> str:
    """Return the page's own module script: Vega with all it needs, and the lines that start it."""
    templates = files("experiments.report").joinpath("templates")
    snippet = "\n".join(
        templates.joinpath(name).read_text(encoding="utf-8") for name in ("tables.js", "page.js", "watch.js")
    )
    script = vl_convert.javascript_bundle(snippet, vl_version=VEGA_LITE)
    if "</script" in script.lower() or "<!--" in script:
        raise ValueError("the Vega bundle holds a closing script tag and cannot stand in a page")
    return script


def in_columns(rows: Sequence[Row]) -> dict[str, Any]:
    """Return rows as columns, words as numbers of their place in a list: a tenth of the size, undone by the script."""
    fields = rows[0].keys() if rows else ()
    return {field: _column([row[field] for row in rows]) for field in fields}


def _column(values: list[Any]) -> Any:
    if not all(isinstance(value, str) for value in values):
        return values
    words = {word: place for place, word in enumerate(dict.fromkeys(values))}
    return {"words": list(words), "places": [words[value] for value in values]}


def embedded_json(value: object) -> str:
    """Return JSON that may stand inside a script element: no character of it can close the element."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), sort_keys=True, allow_nan=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
