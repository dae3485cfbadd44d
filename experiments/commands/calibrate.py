"""Carry out `citycare calibrate ...`: move numbers of a model until it agrees with what is known."""

import argparse
import shlex
import sys
from pathlib import Path

from experiments.commands.shared import DONE, SOME_FAILED, Subparsers


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command, with a parser of its own for everything that can be calibrated."""
    text = "move numbers of a model until it agrees with what is known"
    kinds = commands.add_parser("calibrate", help=text, description=text).add_subparsers(metavar="what", required=True)
    _add_city(kinds, common)


def _add_city(kinds: Subparsers, common: argparse.ArgumentParser) -> None:
    text = "calibrate the folder of a city: its settings.csv, a table of residuals and a page"
    city = kinds.add_parser("city", parents=[common], help=text, description=text)
    city.add_argument("folder", type=Path, help="a folder of city files, as `citycare import city` writes it")
    city.add_argument("--targets", type=Path, metavar="YAML", help="targets, hourly shares or parameters of your own")
    city.add_argument("--weeks", type=float, default=2.0, help="weeks that are observed; default: 2")
    city.add_argument("--warm-up-weeks", type=float, default=1.0, help="weeks before them; default: 1")
    city.add_argument("--replications", type=int, default=3, metavar="N", help="to search on; default: 3")
    city.add_argument("--check", type=int, default=8, metavar="N", help="held out, to check on; default: 8")
    city.add_argument("--workers", type=int, default=0, help="worker processes; 0, the default, for all cores")
    city.add_argument("overrides", nargs="*", metavar="field=value", help="what else holds for the baseline")
    city.set_defaults(command=calibrate_city, overrides=[])


def calibrate_city(options: argparse.Namespace) -> int:
    """Search, check on held-out replications, write what came out into the folder, and print it.

    Raises:
        ScenarioError: with everything that is wrong with the folder, the targets or the arguments.
    """
    print("Calibrating the city; this takes some minutes", flush=True)
    from experiments.calibration.aims import read_aims
    from experiments.calibration.city import Effort, calibrate
    from experiments.calibration.written import summary, write_calibration
    from experiments.means import n_cores

    effort = Effort(options.weeks, options.warm_up_weeks, options.replications, options.check, options.workers)
    effort = effort.with_workers(n_cores())
    aims = read_aims(options.targets)
    done = calibrate(options.folder, aims, effort, options.overrides, _tell)
    rest = write_calibration(options.folder, done, aims, _command(options))
    print(summary(done, rest, options.folder))
    return DONE if done.landed else SOME_FAILED


def _tell(line: str) -> None:
    print(f"  {line}", file=sys.stderr, flush=True)


def _command(options: argparse.Namespace) -> str:
    """Return the command that does this again; folders by their last name only."""
    words = ["citycare", "calibrate", "city", options.folder.resolve().name]
    words += ["--targets", options.targets.name] if options.targets else []
    words += ["--weeks", f"{options.weeks:g}", "--warm-up-weeks", f"{options.warm_up_weeks:g}"]
    words += ["--replications", str(options.replications), "--check", str(options.check)]
    return shlex.join([*words, *options.overrides])
