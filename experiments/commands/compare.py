"""Carry out `citycare compare`: one page over several runs, or over all cells of a sweep."""

import argparse
from pathlib import Path

from experiments.commands.shared import DONE, Subparsers

OUT = Path("compare.html")


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command and its arguments."""
    text = "set several runs, or all cells of a sweep, side by side on one page, with who is probably the best"
    parser = commands.add_parser("compare", parents=[common], help=text, description=text)
    parser.add_argument("runs", type=Path, nargs="+", metavar="RUN", help="the folders of finished runs")
    parser.add_argument("--out", type=Path, default=OUT, metavar="FILE.html", help="the page; compare.html by default")
    parser.add_argument("--measure", default="", metavar="NAME", help="what ranks them, such as ed_los_min")
    parser.add_argument("--language", default="en", metavar="CODE", help='"en", "zh", ...')
    parser.set_defaults(command=compare_runs)


def compare_runs(options: argparse.Namespace) -> int:
    """Write the page and say where it is.

    Raises:
        ScenarioError: when a folder is not of a finished run, there are too few or many cells, or no such measure.
    """
    from experiments.league.page import write_comparison
    from experiments.schema import stop_at
    from sim.faults import Fault

    folder = options.out.resolve().parent
    stop_at([] if folder.is_dir() else [Fault("--out", str(options.out), "name a file in a folder that exists")])
    path = write_comparison(options.runs, options.out, options.measure, options.language)
    print(f"Comparison: {path.resolve()}")
    return DONE
