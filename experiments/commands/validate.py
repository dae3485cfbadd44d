"""Carry out `citycare validate RUN --log LOG`: is what a run shows what a log shows, in weeks that no fit has seen?"""

import argparse
from pathlib import Path

from experiments.commands.calibrate import add_log_arguments
from experiments.commands.shared import DONE, SOME_FAILED, Subparsers


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    text = "compare a finished run with held-out weeks of an event log: a verdict on every quantity, and a page"
    parser = commands.add_parser("validate", parents=[common], help=text, description=text)
    parser.add_argument("run", type=Path, metavar="RUN_FOLDER", help="the folder of a run, or its manifest")
    add_log_arguments(parser)
    parser.add_argument("--cell", metavar="NAME", help="which cell, where the run has several")
    help_text = "what may differ: relative for times and arrivals; half for frequencies, a fifth for shares"
    parser.add_argument("--tolerance", type=float, default=0.1, metavar="X", help=f"{help_text}; default: 0.1")
    parser.set_defaults(command=validate_run)


def validate_run(options: argparse.Namespace) -> int:
    """Compare, print one line a quantity, and write validation.csv and validation.html into the run's folder.

    Raises:
        ScenarioError: with everything that is wrong with the log, the run or the arguments.
    """
    from experiments.commands.calibrate import columns_given
    from experiments.from_log.judged import Verdict
    from experiments.from_log.reading import read_log
    from experiments.from_log.told import summary, write_validation
    from experiments.from_log.validating import validate

    log = read_log(options.log, columns_given(options.column), options.leave_out)
    found = validate(options.run, log, options.hold_out, options.tolerance, options.cell)
    folder = options.run if options.run.is_dir() else options.run.parent
    paths = write_validation(found, options.log.name, folder)
    print(summary(found))
    print(f"Written: {', '.join(path.name for path in paths)} in {folder}")
    return DONE if all(row.verdict is not Verdict.DIFFERS for row in found.rows) else SOME_FAILED
