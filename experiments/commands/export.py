"""Carry out `citycare export ...`: what a run holds, in formats of other tools."""

import argparse
from pathlib import Path

from experiments.commands import standards
from experiments.commands.shared import DONE, Subparsers


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command, with a parser of its own for everything that can be exported."""
    text = "write what a finished run or a city holds in formats of other tools"
    exports = commands.add_parser("export", help=text, description=text).add_subparsers(metavar="what", required=True)
    _add_log(exports, common)
    standards.add_exports(exports, common)


def _add_log(exports: Subparsers, common: argparse.ArgumentParser) -> None:
    text = "write every event of one replication: XES (IEEE 1849-2016) or CSV"
    log = exports.add_parser("log", parents=[common], help=text, description=text)
    log.add_argument("run", type=Path, metavar="RUN_FOLDER", help="the folder of a run, or its manifest")
    log.add_argument("--out", type=Path, metavar="FILE", help="FILE.xes or FILE.csv; else a file in the run's folder")
    log.add_argument("--replication", type=int, default=0, metavar="K", help="which replication, 0 if not given")
    log.add_argument("--cell", metavar="NAME", help="which cell, where the run has several")
    log.add_argument("--plugin", action="append", default=[], metavar="FILE.py", help="a file with policies")
    log.set_defaults(command=export_log)


def export_log(options: argparse.Namespace) -> int:
    """Write the events and say where; warn when rows of patients leave the run's folder.

    Raises:
        ScenarioError: when there is no such replication, it kept no patients, or the file cannot be written there.
    """
    from experiments.event_log.formats import write_csv, write_xes
    from experiments.event_log.stored import stored_events, target
    from experiments.learning.cells import check_table, first_seen
    from experiments.start_date import start_of
    from experiments.stored_cell import stored_replication

    stored = stored_replication(options.run, options.replication, options.cell, options.plugin)
    path = target(stored, options.out)
    events, start = stored_events(stored), start_of(stored.cell.settings.run.start_date)
    if path.suffix.lower() == ".csv":
        write_csv(events, start, path)
    else:
        write_xes(events, start, path, f"{stored.cell.name}, replication {stored.replication.index}")
    print(f"Wrote {len(events):,} events of {events['patient'].nunique():,} patients: {path.resolve()}")
    if not path.resolve().is_relative_to(stored.folder.resolve()):
        print("Notice: this file holds a row for everything that happened to each patient, outside the run's folder.")
        print("\n".join(check_table(first_seen(events), ("hospital", "hour")).words()[:2]))
    return DONE
