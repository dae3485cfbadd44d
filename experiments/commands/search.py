"""Carry out `citycare search`: which settings are best, and what is sure about it?"""

import argparse
import sys
from functools import partial
from pathlib import Path

from experiments.commands.shared import DONE, Subparsers, checked, configured


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command and its arguments."""
    text = "search ranges of settings for the best of a measure, or the front of several"
    parser = commands.add_parser("search", parents=[common, configured()], help=text, description=text)
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where to keep what is simulated")
    parser.add_argument("--dry-run", action="store_true", help="say what it would take, and run nothing")
    words = (
        "minimize=M or maximize=M or objectives=wait,cost,fairness,carbon; vary=[KEY:LOW:HIGH,...]; budget=N"
        " sampler=process|optuna if wanted; and overrides"
    )
    parser.add_argument("overrides", nargs="*", metavar="field=value", help=words)
    parser.set_defaults(command=search)


def search(options: argparse.Namespace) -> int:
    """Search, write answer and page into the folder, and print the answer.

    Raises:
        ScenarioError: with everything that is wrong with the question or the configuration.
    """
    from experiments.config import compose
    from experiments.means import n_cores
    from experiments.search.answered import answer, default_folder, in_words
    from experiments.search.asked import read_question
    from experiments.search.page import write_page
    from experiments.space.size import size_in_words

    composer = partial(compose, config_dir=options.config_dir, plugins=options.plugin)
    question = read_question(options.overrides, composer)
    cell = question.space.cell
    scenario = checked([cell, *question.space.ends()])[0]
    n_workers = min(cell.settings.run.workers or n_cores(), question.first)
    print(f"At most {size_in_words(scenario, question.budget, n_workers)}", flush=True)
    if options.dry_run:
        return DONE
    answered = answer(question, options.out or default_folder(question), _tell)
    print(in_words(answered))
    print(f"Page: {write_page(answered).resolve()}")
    return DONE


def _tell(line: str) -> None:
    print(f"  {line}", file=sys.stderr, flush=True)
