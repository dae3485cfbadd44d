"""Define what a figure of the report is: rows, charts for two widths, words, and the table behind it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from experiments.report.drawing import NARROW, WIDE, Frame, Row, specification, static_picture
from experiments.report.tables import Table

Drawn = Callable[[Frame], alt.TopLevelMixin]


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """Hold a figure: what it shows in words, its rows, its specifications and static pictures, and its table."""

    name: str
    title: str
    caption: str
    rows: Sequence[Row]
    specifications: Mapping[str, Mapping[str, Any]]
    pictures: Mapping[str, str]
    table: Table


def drawn(name: str, words: tuple[str, str], rows: Sequence[Row], draw: Drawn, table: Table) -> Figure:
    """Return a figure drawn for both widths; `words` are its title and caption."""
    specs = {"wide": specification(draw(WIDE)), "narrow": specification(draw(NARROW))}
    pictures = {width: static_picture(spec, rows) for width, spec in specs.items()}
    return Figure(name, *words, rows, specs, pictures, table)
