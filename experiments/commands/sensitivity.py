"""Carry out `citycare sensitivity`: which settings move a measure over their whole ranges?"""

import argparse
from functools import partial
from pathlib import Path

from experiments.commands.shared import DONE, SOME_FAILED, Subparsers, checked, configured


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command and its arguments."""
    text = "rank settings by how much they move a measure (Morris, Sobol), with intervals"
    parser = commands.add_parser("sensitivity", parents=[common, configured()], help=text, description=text)
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where to keep what is simulated")
    parser.add_argument("--dry-run", action="store_true", help="say what it would take, and run nothing")
    words = "method=morris|sobol measure=M vary=[KEY:LOW:HIGH,...] n=N if wanted, and overrides"
    parser.add_argument("overrides", nargs="*", metavar="field=value", help=words)
    parser.set_defaults(command=sensitivity)


def sensitivity(options: argparse.Namespace) -> int:
    """Simulate the points, write table and page into the folder, and print the answer.

    Raises:
        ScenarioError: with everything that is wrong with the question or the configuration.
    """
    from rich.console import Console

    from experiments.config import compose
    from experiments.indices.answered import answer, default_folder, in_words
    from experiments.indices.asked import read_question
    from experiments.indices.page import write_page
    from experiments.means import means_of, n_cores
    from experiments.progress import watcher_for
    from experiments.space.size import size_in_words

    composer = partial(compose, config_dir=options.config_dir, plugins=options.plugin)
    question = read_question(options.overrides, composer)
    cell = question.space.cell
    scenario = checked([cell, *question.space.ends()])[0]
    run = cell.settings.run
    n_workers = run.workers or n_cores()
    d, n = len(question.space.ranges), question.n_points * run.replications
    print(f"{d} settings, {question.n_points} points: {size_in_words(scenario, n, n_workers)}", flush=True)
    if options.dry_run:
        return DONE
    means, watcher = means_of(run, n_workers), watcher_for(Console())
    answered = answer(question, options.out or default_folder(question), watcher, means=means)
    print(in_words(answered))
    print(f"Page: {write_page(answered).resolve()}")
    return SOME_FAILED if answered.n_failed else DONE
