"""Carry out `citycare exact`: judge the engine by systems whose answers are known."""

import argparse
from pathlib import Path

from experiments.commands.shared import DONE, SOME_FAILED, Subparsers


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command and its arguments."""
    text = "run systems with exact answers (queues, networks, a published stroke unit) and judge the engine by them"
    parser = commands.add_parser("exact", parents=[common], help=text, description=text)
    parser.add_argument("overrides", nargs="*", metavar="E7 name=value", help="systems, and parameters of your own")
    parser.add_argument("--quick", action="store_true", help="fewer replications: under a minute on two cores")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table as JSON too")
    parser.add_argument("--workers", type=n_workers, default=0, help="worker processes; 0, the default, for all cores")
    parser.set_defaults(command=exact)


def exact(options: argparse.Namespace) -> int:
    """Run systems with exact answers through the engine, and compare."""
    from rich.console import Console

    from experiments.exact.command import run_exact

    agrees = run_exact(options.overrides, options.quick, options.json, options.workers, Console().width)
    return DONE if agrees else SOME_FAILED


def n_workers(text: str) -> int:
    """Read a number of workers, 0 or more."""
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of workers; give 0 or more")
    return int(text)
