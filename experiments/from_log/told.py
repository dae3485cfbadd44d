"""Tell what a comparison of a run with a log came to: on the terminal, as a table and as a page."""

import csv
from io import StringIO
from pathlib import Path

from markupsafe import Markup

from experiments.columns import write_text
from experiments.from_log.judged import Row, by_quantity, overall
from experiments.from_log.validating import Validation
from experiments.report.page import POLICY, environment, source_hash, template_text
from experiments.report.tables import Table
from sim.units import MINUTES_PER_DAY

TABLE, PAGE = "validation.csv", "validation.html"
COLUMNS = ("quantity", "what", "unit", "observed", "simulated", "low", "high", "tolerance", "verdict")


def summary(found: Validation) -> str:
    """Return one line for each quantity, and what was compared."""
    lines = [f"{quantity:28} {verdict_words(rows)}" for quantity, rows in by_quantity(found.rows)]
    return "\n".join([*lines, *remarks(found)])


def verdict_words(rows: list[Row]) -> str:
    """Return the verdict on a quantity, with its largest differing row if there are several."""
    told = str(overall(rows))
    if len(rows) == 1:
        row = rows[0]
        return f"{told}: {row.observed:.4g} {row.unit} observed, {row.simulated:.4g} simulated"
    n = {verdict: sum(row.verdict == verdict for row in rows) for verdict in dict.fromkeys(row.verdict for row in rows)}
    return f"{told} ({', '.join(f'{count} of {len(rows)} {verdict}' for verdict, count in n.items())})"


def remarks(found: Validation) -> list[str]:
    """Return what a reader must know of both sides."""
    told = [
        f"{found.n_observed:,} observed cases of {found.days} held-out days, {found.n_simulated:,} simulated ones of"
        f" {found.replications} replications, each followed for {found.follow_min / MINUTES_PER_DAY:.3g} days."
    ]
    if not found.waiting_seen:
        told.append("Waiting cannot be compared: the log does not show when activities begin.")
    if found.unknown:
        told.append(f"Only one side knows: {', '.join(found.unknown)}.")
    return told


def write_validation(found: Validation, log_name: str, folder: Path) -> list[Path]:
    """Write the table and the page, each whole; equal comparisons give equal bytes."""
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in found.rows:
        numbers = (row.observed, row.simulated, row.low, row.high, row.tolerance)
        writer.writerow((row.quantity, row.what, row.unit, *(f"{one:.6g}" for one in numbers), row.verdict))
    write_text(stream.getvalue(), folder / TABLE)
    write_text(page_of(found, log_name), folder / PAGE)
    return [folder / TABLE, folder / PAGE]


def page_of(found: Validation, log_name: str) -> str:
    """Return the page as text."""
    style = template_text("style.css")
    quantities = list(by_quantity(found.rows))
    context = {
        "policy": POLICY.format(script="'none'", style=source_hash(style)),
        "style": Markup(style),
        "log": log_name,
        "sentences": [f"{quantity.capitalize()}: {verdict_words(rows)}." for quantity, rows in quantities],
        "remarks": remarks(found),
        "tables": [table_of(quantity, rows) for quantity, rows in quantities],
    }
    return environment().get_template("validation.html.j2").render(context)


def table_of(quantity: str, rows: list[Row]) -> Table:
    """Return the rows of one quantity as a table."""
    columns = ("What", "Verdict", "Observed", "Simulated", "Difference, interval", "Tolerated", "Unit")
    written = tuple(
        (
            row.what,
            str(row.verdict),
            f"{row.observed:.4g}",
            f"{row.simulated:.4g}",
            f"{row.low:+.3g} to {row.high:+.3g}",
            f"± {row.tolerance:.3g}",
            row.unit,
        )
        for row in rows
    )
    return Table(f"{quantity.capitalize()}: {overall(rows)}", columns, written, frozenset({0, 1, 6}))
