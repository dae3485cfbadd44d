"""Carry out `citycare report`: write the report of a run again."""

import argparse
from pathlib import Path

from experiments.commands.shared import DONE, Subparsers


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command and its arguments."""
    text = "write the report of a finished run again"
    parser = commands.add_parser("report", parents=[common], help=text, description=text)
    parser.add_argument("folder", type=Path, help="the folder of a run")
    parser.set_defaults(command=report)


def report(options: argparse.Namespace) -> int:
    """Write the report of a run folder again and print the answer."""
    from experiments.report import answer, write_report
    from experiments.report.folder import read_folder

    stored = read_folder(options.folder)
    path = write_report(options.folder)
    print(f"{answer(stored).text}\nReport: {path.resolve()}")
    return DONE
