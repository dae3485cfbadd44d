"""Carry out `citycare train`: read records, judge members out of fold, write a model and its card."""

import argparse
import shlex
import sys
from pathlib import Path

from experiments.commands.shared import DONE, Subparsers

DIFFERENTIAL = "ddxplus"
"""The schema of aggregates that a differential diagnosis is learned from; it has one model and no folds."""


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command and its arguments."""
    text = "train a diagnosis model on patient records, and say how far it can be trusted"
    parser = commands.add_parser("train", parents=[common], help=text, description=text)
    parser.add_argument("--data", type=Path, required=True, metavar="FILE", help="a file of patient records")
    parser.add_argument("--schema", default="patient_case", metavar="NAME", help="its kind; default: patient_case")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="a folder for the results")
    parser.add_argument("--target", default="", help="what is predicted; default: the first target of the schema")
    parser.add_argument("--members", nargs="+", default=[], metavar="NAME", help="which models are compared")
    parser.add_argument("--model", default="logistic", metavar="NAME", help="which one is saved; default: logistic")
    parser.add_argument("--folds", type=int, default=5, metavar="N", help="folds; default: 5")
    parser.add_argument("--repeats", type=int, default=5, metavar="N", help="repeats of the folds; default: 5")
    parser.add_argument("--seed", type=int, default=20261122, help="root seed of folds; default: 20261122")
    parser.add_argument(
        "--miss-cost", type=float, default=4.0, metavar="X", help="a miss costs X times a false alarm; default: 4"
    )
    parser.set_defaults(command=run_train)


def run_train(options: argparse.Namespace) -> int:
    """Read, judge, write, print.

    Raises:
        ScenarioError: with everything that is wrong with the file or the arguments, before anything is written.
    """
    if options.schema == DIFFERENTIAL:
        return _train_differential(options)
    from experiments.records import read_records
    from experiments.train.plan import USUAL, Plan
    from experiments.train.trained import train
    from experiments.train.written import summary, write_trained

    records = read_records(options.data, options.schema)
    plan = Plan(
        options.target or records.schema.targets[0].name,
        tuple(options.members) or USUAL,
        options.model,
        options.folds,
        options.repeats,
        options.seed,
        options.miss_cost,
    )
    trained = train(records, plan, _tell)
    files = write_trained(trained, options.out, _command(options, plan.target))
    print(summary(trained, options.out, files))
    return DONE


def _train_differential(options: argparse.Namespace) -> int:
    """Learn a differential diagnosis from the aggregates of a folder, judge it, write, print.

    Raises:
        ScenarioError: with arguments that belong to other schemas, and when the folder cannot be read.
    """
    from experiments.columns import write_text, write_whole
    from experiments.config import compose
    from experiments.learning.page import CARD, PAGE, write_card
    from experiments.schema import stop_at
    from experiments.suggesting.card import differential_card
    from experiments.suggesting.learned import learn_differential
    from experiments.suggesting.rules import read_rules
    from experiments.suggesting.stored import MODEL
    from experiments.train.written import PREDICTIONS
    from sim.faults import Fault

    others = {"target": "", "members": [], "model": "logistic", "folds": 5, "repeats": 5, "miss_cost": 4.0}
    mend = f"leave it out: {DIFFERENTIAL} has one model, which is judged on patients of its own"
    given = [name for name, usual in others.items() if getattr(options, name) != usual]
    stop_at([Fault(f"--{name.replace('_', '-')}", str(getattr(options, name)), mend) for name in given])
    learned = learn_differential(options.data, read_rules(None, compose([])[0].settings.pathways), options.seed)
    words = ["--data", options.data.name, "--schema", DIFFERENTIAL, "--seed", str(options.seed)]
    card = differential_card(learned, shlex.join(["citycare", "train", *words, "--out", options.out.name]))
    model, rows = learned.held.to_json() + "\n", learned.predictions
    write_card(
        card,
        options.out,
        [
            lambda folder: write_text(model, folder / MODEL),
            lambda folder: write_whole(
                folder / PREDICTIONS, lambda partial: rows.to_csv(partial, index=False, float_format="%.6g")
            ),
        ],
    )
    print("\n".join(card.sentences))
    print(f"Written: {MODEL}, {CARD}, {PAGE}, {PREDICTIONS} in {options.out}")
    return DONE


def _tell(line: str) -> None:
    print(f"  {line}", file=sys.stderr, flush=True)


def _command(options: argparse.Namespace, target: str) -> str:
    """Return the command that does this again; files by their last name only."""
    words = ["--data", options.data.name, "--schema", options.schema, "--target", target]
    words += ["--members", *options.members] if options.members else []
    words += ["--model", options.model, "--folds", str(options.folds), "--repeats", str(options.repeats)]
    words += ["--seed", str(options.seed), "--miss-cost", f"{options.miss_cost:g}"]
    return shlex.join(["citycare", "train", *words, "--out", options.out.name])
