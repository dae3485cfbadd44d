"""Carry out `citycare forecast`: read, judge, write, print."""

import argparse
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.commands.shared import Subparsers
from experiments.forecasting.choices import HOLIDAYS, LONGEST_LEAD_H

if TYPE_CHECKING:
    from experiments.forecasting.evaluation import Judged
    from experiments.forecasting.split import Split
    from policies.forecast import HourlySeries


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command and its arguments."""
    text = "forecast hourly demand from past counts, and say how far every method can be trusted"
    parser = commands.add_parser("forecast", parents=[common], help=text, description=text)
    parser.add_argument("--data", type=Path, required=True, metavar="FILE", help="a CSV file of hourly counts")
    parser.add_argument("--count", nargs="+", default=[], metavar="COLUMN", help="columns of counts; default: count")
    parser.add_argument("--by", default="", metavar="COLUMN", help="the column that names the series of each row")
    parser.add_argument("--horizon", type=_lead, default=24, metavar="HOURS", help="how far ahead; default: 24")
    parser.add_argument("--test-from", default="", metavar="DATE", help="first day to be judged, such as 2019-01-01")
    parser.add_argument("--holidays", choices=HOLIDAYS, default="us", help="whose calendar; default: us")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="a folder for the results")
    parser.set_defaults(command=run_forecast)


def _lead(text: str) -> int:
    if not (text.isdigit() and 1 <= int(text) <= LONGEST_LEAD_H):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of hours from 1 to {LONGEST_LEAD_H}")
    return int(text)


def run_forecast(options: argparse.Namespace) -> int:
    """Judge all members on every series, write the results into the folder, and print what came out.

    Raises:
        ScenarioError: with everything that is wrong with the file or the arguments, before anything is written.
    """
    from experiments.forecasting.counts import read_counts
    from experiments.forecasting.split import split_of
    from experiments.forecasting.written import Results, summary, write_results
    from experiments.schema import stop_at
    from sim.faults import Fault

    if options.by and len(options.count) > 1:
        stop_at([Fault("--by", options.by, "give one column of counts with it, or leave it out")])
    counts = read_counts(options.data, options.count, options.by, options.holidays)
    splits = [split_of(series, options.horizon, options.test_from) for series in counts.series]
    judged = tuple(_judged(*pair) for pair in zip(counts.series, splits, strict=True))
    results = Results(counts, splits[0], judged, _command(options))
    write_results(results, options.out)
    print(summary(results, options.out))
    return 0


def _judged(series: "HourlySeries", split: "Split") -> "Judged":
    from experiments.forecasting.evaluation import judge
    from experiments.schema import stop_at
    from policies.forecast import FORECASTERS
    from sim.faults import Fault

    def tell(member: str) -> None:
        print(f"  {series.name}: {member} has learned", file=sys.stderr, flush=True)  # trees take seconds to grow

    try:
        return judge(series, {name: member() for name, member in FORECASTERS.items()}, split, tell)
    except ValueError as error:
        stop_at([Fault(series.name, f"{len(series)} hours", str(error))])
        raise


def _command(options: argparse.Namespace) -> str:
    """Return the command that does this again."""
    words = ["--data", str(options.data), *(["--count", *options.count] if options.count else [])]
    words += ["--by", options.by] if options.by else []
    words += ["--horizon", str(options.horizon), "--holidays", options.holidays]
    words += ["--test-from", options.test_from] if options.test_from else []
    return shlex.join(["citycare", "forecast", *words, "--out", str(options.out)])
