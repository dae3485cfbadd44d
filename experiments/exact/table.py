"""Print the table of judged quantities, and write it as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from textwrap import wrap

from experiments.exact.gate import Row
from experiments.exact.judge import BAND_ALARM, LEVEL, MOST_Z

HEADINGS = ("", "exact", "published", "simulated", "std. error", "z", "covered", "band", "controlled", "std. error")
MAY_BE_EMPTY = {HEADINGS.index("published"), HEADINGS.index("controlled"), HEADINGS.index("controlled") + 1}


def exact_table(rows: Sequence[Row]) -> str:
    """Return the table: a heading for each case, a line for each quantity."""
    cells = [list(HEADINGS), *(_cells(row) for row in rows)]
    empty = {column for column in MAY_BE_EMPTY if not any(line[column] for line in cells[1:])}
    cells = [[cell for column, cell in enumerate(line) if column not in empty] for line in cells]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    heading, *lines = [_aligned(line, widths) for line in cells]
    text, case = [heading], None
    for row, line in zip(rows, lines, strict=True):
        if row.case is not case:
            case = row.case
            text += ["", f"{case.system.name}  {case.system.title}: {case.words}"]
        text.append(line if row.judgement.passed else f"{line}  FAILED")
    return "\n".join(text)


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    """Return cells in columns, the first to the left, the others to the right."""
    first, *others = line
    return "  ".join([first.ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(others, widths[1:], strict=True))])


def notes(rows: Sequence[Row], width: int) -> str:
    """Return how the rows were judged, and how many failed, in lines of `width`."""
    n_failed = sum(not row.judgement.passed for row in rows)
    paragraphs = [
        f"z: (simulated - exact) / standard error, to be within {MOST_Z:g}. covered: how many {LEVEL:.0%} intervals, "
        f"one for each block of replications, hold the exact value, to be within their binomial band (outside with "
        f"a probability below {BAND_ALARM:g}). controlled: the estimate with control variates, arrivals and minutes of "
        f"service beyond their known means. By chance alone a table like this fails with a probability below "
        f"{_false_alarm(rows):.1%}.",
        f"All {len(rows)} quantities agree with their exact values."
        if n_failed == 0
        else f"{n_failed} of {len(rows)} quantities FAILED.",
    ]
    return "\n".join("\n".join(wrap(text, width, break_on_hyphens=False)) for text in paragraphs)


def _false_alarm(rows: Sequence[Row]) -> float:
    """Bound the probability that chance fails any of the rows, however they hang together."""
    return sum(row.judgement.false_alarm_share for row in rows)


def write_json(rows: Sequence[Row], path: Path) -> None:
    """Write the table as JSON; the same rows give the same bytes."""
    document = {
        "passed": all(row.judgement.passed for row in rows),
        "most_z": MOST_Z,
        "interval_level": LEVEL,
        "band_alarm": BAND_ALARM,
        "false_alarm_bound": _false_alarm(rows),
        "rows": [_record(row) for row in rows],
    }
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _record(row: Row) -> dict[str, object]:
    judged, run = row.judgement, row.case.cell.settings.run
    return {
        "system": row.case.system.name,
        "title": row.case.system.title,
        "case": row.case.words,
        "quantity": row.quantity,
        "exact": judged.exact,
        "published": row.published,
        "simulated": judged.simulated,
        "standard_error": judged.standard_error,
        "z": judged.z if abs(judged.z) < float("inf") else None,
        "covered": judged.n_covered,
        "blocks": judged.n_blocks,
        "replications": judged.n_replications,
        "band": list(judged.band),
        "controlled": None if row.controlled is None else asdict(row.controlled),
        "passed": judged.passed,
        "root_seed": run.root_seed,
        "warm_up_weeks": run.warm_up_weeks,
        "weeks": run.weeks,
    }


def _cells(row: Row) -> list[str]:
    judged = row.judgement
    return [
        f"  {row.quantity}",
        f"{judged.exact:.6g}",
        "" if row.published is None else f"{row.published:g}",
        f"{judged.simulated:.6g}",
        f"{judged.standard_error:.2g}",
        f"{judged.z:.2f}",
        f"{judged.n_covered} of {judged.n_blocks}",
        f"{judged.band[0]} to {judged.band[1]}",
        f"{row.controlled.simulated:.6g}" if row.controlled else "",
        f"{row.controlled.standard_error:.2g}" if row.controlled else "",
    ]
