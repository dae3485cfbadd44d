"""Carry out `citycare predict`: what would a cell show that was not run, and which one should be run next?"""

import argparse
from pathlib import Path

from experiments.commands.shared import DONE, Subparsers


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command and its arguments."""
    text = "predict cells that were not run from those of a finished run, and say where to run next"
    parser = commands.add_parser("predict", parents=[common], help=text, description=text)
    parser.add_argument("folder", type=Path, metavar="RUN", help="the folder of a run with several cells")
    words = "measure=M if wanted, and the settings that differ between cells; none: only say where to run next"
    parser.add_argument("overrides", nargs="*", metavar="field=value", help=words)
    parser.set_defaults(command=predict)


def predict(options: argparse.Namespace) -> int:
    """Print the prediction, how good such predictions are, and where to run next.

    Raises:
        ScenarioError: with everything that is wrong with the run or the settings, also where predictions are poor.
    """
    from experiments.predict.predicted import in_words, model_of, next_in_words, quality
    from experiments.report.folder import read_folder
    from experiments.schema import stop_at
    from experiments.space.words import own_words
    from sim.faults import Fault

    stop_at([Fault("settings", word, "write key=value") for word in options.overrides if "=" not in word])
    own, words = own_words(options.overrides, ("measure",))
    model = model_of(read_folder(options.folder), own.get("measure", ""))
    if words:
        print(in_words(model, dict(word.split("=", 1) for word in words)))
    print(quality(model))
    print(next_in_words(model))
    return DONE
