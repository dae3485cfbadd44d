"""Carry out `citycare run`: replications, statistics and the report of a configuration, experiment or sweep."""

import argparse
import shlex
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.commands.shared import DONE, SOME_FAILED, Subparsers, checked, composed, configured, project_version

if TYPE_CHECKING:
    from rich.console import Console

    from experiments.means import Means
    from experiments.study import Study


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command and its arguments."""
    text = "run a configuration, an experiment or a sweep, and write its report"
    parser = commands.add_parser("run", parents=[common, configured()], help=text, description=text)
    parser.add_argument("-m", "--multirun", action="store_true", help="run every combination of a,b,c values")
    parser.add_argument("--dry-run", action="store_true", help="say what it would take, and run nothing")
    parser.add_argument("overrides", nargs="*", metavar="field=value", help="what to change, in Hydra's notation")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Run what the overrides ask for, write the report, and print the answer."""
    print(f"CityCare {project_version()}: reading the configuration", flush=True)
    from rich.console import Console

    from experiments import summary
    from experiments.dry_run import at_most, dry_run, estimates, takes
    from experiments.means import fitting_workers, means_of, n_cores
    from experiments.progress import watcher_for
    from experiments.rounds.loop import run_until
    from experiments.study import run_study, study_of

    cells, console = composed(options), Console()
    scenarios = checked(cells)
    settings, found = cells[0].settings.run, estimates(cells, scenarios)
    n_workers = settings.workers or (0 if settings.address else n_cores())
    if not settings.address:
        n_workers = fitting_workers(n_workers, max(one.memory_bytes for one in found))
    means = means_of(settings, n_workers)
    if options.dry_run:
        print(summary.plan(cells, scenarios[0], console.width))
        print(f"\n{dry_run(cells, n_workers or 1)}\n{summary.bounds(means)}")
        return DONE
    size = takes(found, settings.replications, n_workers or 1) + at_most(cells, found, n_workers or 1)
    size = f"{size}; {summary.bounds(means)}"
    print(summary.plan(cells, scenarios[0], console.width, size), flush=True)
    study = study_of(cells, shlex.join(["citycare", "run", *options.words]))
    folder = Path(settings.folder) if settings.folder else study.default_folder
    watch = partial(watcher_for, console)
    outcome = run_until(study, settings, lambda one: run_study(one, folder, n_workers, watch(), means=means))
    if outcome.n_done == 0:
        print(f"Nothing was finished: all {outcome.n_failed} replications failed; see {folder / 'manifest.json'}")
        return SOME_FAILED
    if settings.sensitivity_replications:
        _vary_assumptions(folder, study, console, means)
    _show(folder, summary.suggestion(options.words, len(cells)), console)
    return SOME_FAILED if outcome.n_failed else DONE


def _vary_assumptions(folder: Path, study: "Study", console: "Console", means: "Means") -> None:
    """See how the leading difference of a run moves with every assumption."""
    from experiments.progress import watcher_for
    from experiments.report import answer
    from experiments.report.folder import read_folder
    from experiments.sensitivity import leading_pair, run_sensitivity

    stored = read_folder(folder)
    lead = answer(stored).lead
    if lead:
        print("\nHow much does the answer hang on assumptions? Each goes to the ends of its range.", flush=True)
        pair = leading_pair(study.cells, lead.baseline.name, lead.treatment.name)
        run_sensitivity(folder, study, pair, watcher_for(console), means)


def _show(folder: Path, suggestion: str, console: "Console") -> None:
    """Write the report of a run and print what it says."""
    from experiments import summary
    from experiments.report import answer, write_report
    from experiments.report.folder import read_folder
    from experiments.results_table import results_table

    path, stored = write_report(folder), read_folder(folder)
    print()
    console.print(results_table(stored, console.width))
    print()
    if stored.manifest.get("failures"):
        print(summary.failures(stored) + "\n")
    print(summary.closing(answer(stored), path, suggestion, console.width))
