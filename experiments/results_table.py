"""Set the main measures of a finished run in a table for the terminal: each cell's mean, and what it changes."""

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from experiments.report.answer import MAIN_MEASURES
from experiments.report.folder import Cell, StoredRun
from experiments.report.tables import MeasureCell, MeasureRow, describe_measure, measure_rows

MOST_CELLS = 24
STYLES = {"better": "green", "worse": "red"}


def results_table(run: StoredRun, measures: Sequence[str] = MAIN_MEASURES) -> Table:
    """Return one row for each cell, two lines high: mean, and below it the difference from the cell's baseline.

    Both are ± the half-width of a 95 % interval. A difference that is better is green, one that is worse red; it is
    dim when the interval does not decide.
    """
    shown = run.cells[:MOST_CELLS]
    left_out = len(run.cells) - len(shown)
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), caption=_caption(left_out), caption_justify="left")
    table.add_column("", no_wrap=True)
    rows = _rows(run, shown, measures)
    for row in rows:
        table.add_column(f"{row.label},\n{row.unit.replace('/', ' / ')}", justify="right", min_width=13)
    for index, cell in enumerate(shown):
        table.add_row(cell.name, *(_entry(row.cells[index]) for row in rows))
    return table


def _rows(run: StoredRun, cells: Sequence[Cell], measures: Sequence[str]) -> list[MeasureRow]:
    """Return the rows of these measures, in this order; a measure that was not taken is left out."""
    by_label = {row.label: row for row in measure_rows(run, cells)}
    labels = [describe_measure(name)[1] for name in measures]
    return [by_label[label] for label in labels if label in by_label]


def _entry(cell: MeasureCell) -> Text:
    entry = Text(cell.mean)
    if cell.difference:
        entry.append(f"\n{cell.difference}", STYLES.get(cell.verdict, "dim"))
    return entry


def _caption(left_out: int) -> str:
    text = "mean ± half-width of its 95 % interval; below, the paired difference from the baseline"
    return f"{text}; {left_out} more cells in the report" if left_out else text
