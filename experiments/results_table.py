"""Set the main measures of a finished run in a table for the terminal: each cell's mean, and what it changes."""

from collections.abc import Sequence
from textwrap import wrap

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from experiments.progress import counted
from experiments.report.findings import MAIN_MEASURES
from experiments.report.folder import Cell, StoredRun
from experiments.report.tables import MeasureCell, MeasureRow, describe_measure, measure_rows

SHOWN = (*MAIN_MEASURES, "transfers_per_day")
MOST_CELLS = 24
HEADING_WIDTH = 14
UNLIMITED = 10_000
STYLES = {"better": "green", "worse": "red"}
MEANS = "Mean ± half-width of its 95 % interval"
DIFFERENCES = "; below, the paired difference from the baseline"


def results_table(run: StoredRun, width: int, measures: Sequence[str] = SHOWN) -> Group:
    """Return a table of as many of the measures as fit into `width` characters, and a note on what it shows.

    Each cell has two lines: its mean, and below it the difference from the cell's baseline, both ± the half-width of
    a 95 % interval. A difference that is better is green, one that is worse red; it is dim when the interval does
    not decide.
    """
    shown = run.cells[:MOST_CELLS]
    rows = _rows(run, shown, measures)
    n = next((n for n in range(len(rows), 1, -1) if _width(_table(shown, rows[:n])) <= width), 1)
    compared = any(cell.difference for row in rows for cell in row.cells)
    note = f"{MEANS}{DIFFERENCES if compared else ''}.{_left_out(len(rows) - n, len(run.cells) - len(shown))}"
    return Group(_table(shown, rows[:n]), Text(note))


def _table(cells: Sequence[Cell], rows: Sequence[MeasureRow]) -> Table:
    """Return one row for each cell, one column for each measure; only names of cells may be folded."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, pad_edge=False)
    table.add_column("", overflow="fold")
    for row in rows:
        table.add_column(_heading(row), justify="right", no_wrap=True)
    for index, cell in enumerate(cells):
        table.add_row(cell.name, *(_entry(row.cells[index]) for row in rows))
    return table


def _heading(row: MeasureRow) -> str:
    """Return label and unit on lines that are not much wider than the numbers below them."""
    unit = row.unit.replace("/", " / ")
    return "\n".join([*wrap(f"{row.label},", HEADING_WIDTH), *wrap(unit, HEADING_WIDTH)])


def _width(table: Table) -> int:
    return Console(width=UNLIMITED).measure(table).maximum


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


def _left_out(n_measures: int, n_cells: int) -> str:
    """Return what the report shows beyond the table, "" when nothing of it is left out."""
    parts = (n_measures, "more measure"), (n_cells, "more cell")
    left_out = " and ".join(counted(n, noun) for n, noun in parts if n)
    return f" The report has {left_out}." if left_out else ""
