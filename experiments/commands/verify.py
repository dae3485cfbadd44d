"""Carry out `citycare verify`: every number of a report again, from the tables of its run."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.commands.shared import DONE, SOME_FAILED, Subparsers, project_version

if TYPE_CHECKING:
    from experiments.verify.verifying import Verified

MOST_SHOWN = 40


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command and its arguments."""
    text = "recompute every number of a report from the tables of its run, and list what does not agree"
    parser = commands.add_parser("verify", parents=[common], help=text, description=text)
    parser.add_argument("folder", type=Path, help="the folder of a run")
    parser.add_argument("--replays", type=int, default=2, metavar="N", help="replications to run again, 2 if not given")
    parser.add_argument("--all", action="store_true", help="show every mismatch, not only the first ones")
    parser.add_argument("--plugin", action="append", default=[], metavar="FILE.py", help="a file with policies")
    parser.set_defaults(command=verify_run)


def verify_run(options: argparse.Namespace) -> int:
    """Verify a run, say what does not agree, record it in the folder, and return 0 when all agrees, else 1.

    When all agrees, the report is written again, so that it says when it was verified.

    Raises:
        ScenarioError: when it is not the folder of a finished run, or the number of replays is below 0.
    """
    from experiments.schema import stop_at
    from experiments.verify.verifying import verify
    from sim.faults import Fault

    stop_at([Fault("--replays", options.replays, "give 0 or more")] if options.replays < 0 else [])
    found = verify(options.folder, options.replays, options.plugin)
    _record(options.folder, found)
    print("\n".join(said(found, len(found.mismatches) if options.all else MOST_SHOWN)))
    return SOME_FAILED if found.mismatches else DONE


def said(found: "Verified", most: int) -> list[str]:
    """Return what was verified and what does not agree, `most` mismatches at most, in lines."""
    lines = [
        f"Measured again from tables: {found.n_measured:,} of {found.n_measures:,} values; the others only in replays.",
        f"Compared again: {found.n_compared:,} values. Run again: {', '.join(found.replays) or 'none'}.",
    ]
    if not found.mismatches:
        return [*lines, "Verified: everything agrees."]
    n = len(found.mismatches)
    lines += [f"{n:,} mismatch{'' if n == 1 else 'es'}:", *(f"  {one}" for one in found.mismatches[:most])]
    return [*lines, f"  and {n - most:,} more; --all shows them"] if n > most else lines


def _record(folder: Path, found: "Verified") -> None:
    """Write the record, and the report again if all agrees."""
    from datetime import UTC, datetime

    from experiments.report.page import write_report
    from experiments.store import REPORT
    from experiments.verify.record import Record, write_record

    counts = (found.n_measured, found.n_measures, found.n_compared, len(found.replays), len(found.mismatches))
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    write_record(Record(moment, project_version(), *counts), folder)
    if not found.mismatches and (folder / REPORT).is_file():
        write_report(folder)
