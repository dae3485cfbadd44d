"""Carry out `citycare solve-for`: which setting makes a measure meet a target, and how sure is that?"""

import argparse
import sys
from functools import partial
from pathlib import Path

from experiments.commands.shared import DONE, SOME_FAILED, Subparsers, checked, configured


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command and its arguments."""
    text = "find the setting at which a measure meets a target, with an interval"
    parser = commands.add_parser("solve-for", parents=[common, configured()], help=text, description=text)
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where to keep what was simulated")
    words = "measure=M target=T vary=KEY range=[LOW,HIGH], closest=DISTANCE points=N width=W if wanted, and overrides"
    parser.add_argument("overrides", nargs="*", metavar="field=value", help=words)
    parser.set_defaults(command=solve_for)


def solve_for(options: argparse.Namespace) -> int:
    """Search, write answer and page into the folder, print the answer; return 1 when there is none in the range.

    Raises:
        ScenarioError: with everything that is wrong with the question or the configuration.
    """
    from experiments.config import compose
    from experiments.inverse.answered import answer, default_folder, in_words
    from experiments.inverse.asked import read_question
    from experiments.inverse.page import write_page

    composer = partial(compose, config_dir=options.config_dir, plugins=options.plugin)
    question = read_question(options.overrides, composer)
    checked([question.cell_at(question.low), question.cell_at(question.high)])
    answered = answer(question, options.out or default_folder(question), _tell)
    print(in_words(answered))
    print(f"Page: {write_page(answered).resolve()}")
    return DONE if answered.root.found else SOME_FAILED


def _tell(line: str) -> None:
    print(f"  {line}", file=sys.stderr, flush=True)
