"""Carry out `citycare calibrate ...`: move numbers of a model until it agrees with what is known."""

import argparse
import shlex
import sys
from pathlib import Path

from experiments.commands.shared import DONE, SOME_FAILED, Subparsers


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command, with a parser of its own for everything that can be calibrated."""
    text = "move numbers of a model until it agrees with what is known"
    parser = commands.add_parser("calibrate", parents=[common], help=text, description=text)
    _add_log(parser)
    _add_city(parser.add_subparsers(metavar="what"), common)


def _add_log(parser: argparse.ArgumentParser) -> None:
    """Let `citycare calibrate --log LOG --out FOLDER` fit a model to an event log."""
    add_log_arguments(parser, required=False)
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where the fitted model goes; default: fitted_LOG")
    help_text = "let observed delays stand for queues: no pools are fitted"
    parser.add_argument("--delays", action="store_true", help=help_text)
    parser.set_defaults(command=calibrate_log)


def add_log_arguments(parser: argparse.ArgumentParser, required: bool = True) -> None:
    """Add what says which log is read, how, and which part of it is held out."""
    parser.add_argument("--log", type=Path, required=required, metavar="LOG", help="an event log: LOG.csv or LOG.xes")
    text = "which column holds what: case, activity, timestamp, start, lifecycle, resource or hospital"
    parser.add_argument("--column", action="append", default=[], metavar="WHAT=NAME", help=text)
    parser.add_argument("--hold-out", type=float, default=0.3, metavar="SHARE", help="the last weeks; default: 0.3")
    parser.add_argument("--leave-out", action="store_true", help="go on without faulty rows")


def columns_given(given: "list[str]") -> dict[str, str]:
    """Return what `--column` says, by role."""
    return {role.strip(): name.strip() for role, _, name in (one.partition("=") for one in given)}


def calibrate_log(options: argparse.Namespace) -> int:
    """Fit arrivals, durations and routing to the first weeks of a log, write a study that runs, and print the fit.

    Raises:
        ScenarioError: with everything that is wrong with the log, its columns and its rows, or the arguments.
    """
    from experiments.schema import stop_at
    from sim.faults import Fault

    if options.log is None:
        stop_at(
            [Fault("calibrate", None, "name a log with --log LOG.csv, or a city with `citycare calibrate city FOLDER`")]
        )
    from experiments.from_log.fitting import fit_to_log

    folder = options.out or Path(f"fitted_{options.log.stem}")
    given = columns_given(options.column)
    print(fit_to_log(options.log, folder, given, options.hold_out, (options.leave_out, not options.delays)))
    return DONE


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
