"""Carry out `citycare check-table`: may this table leave, or does it name too few people at once?"""

import argparse
from pathlib import Path

from experiments.commands.shared import DONE, SOME_FAILED, Subparsers


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command and its arguments."""
    text = "check before a table leaves that K people or more share every combination of some columns"
    parser = commands.add_parser("check-table", parents=[common], help=text, description=text)
    parser.add_argument("file", type=Path, metavar="FILE", help="a CSV or parquet file")
    what = "columns that others may know of a person"
    parser.add_argument("--quasi", required=True, metavar="A,B", help=what)
    parser.add_argument("--k", type=int, default=4, metavar="K", help="how many must share them; default: 4")
    parser.add_argument("--count", default="", metavar="COLUMN", help="how many people a row stands for; else one")
    parser.set_defaults(command=run_check_table)


def run_check_table(options: argparse.Namespace) -> int:
    """Read, check, print; the exit code is 1 when the table does not pass.

    Raises:
        ScenarioError: when the file cannot be read, or has no such columns.
    """
    import pandas as pd

    from experiments.learning.cells import check_table, question_faults
    from experiments.schema import stop_at
    from sim.faults import Fault, ScenarioError

    try:
        parquet = options.file.suffix == ".parquet"
        table = pd.read_parquet(options.file) if parquet else pd.read_csv(options.file, dtype=str)
    except (OSError, ValueError) as error:
        raise ScenarioError([Fault("FILE", str(options.file), f"name a CSV or parquet file: {error}")]) from error
    quasi = [word for word in options.quasi.split(",") if word]
    stop_at(list(question_faults(table, quasi, options.k, options.count)))
    found = check_table(table, quasi, options.k, options.count)
    print("\n".join(found.words()))
    return DONE if found.passed else SOME_FAILED
