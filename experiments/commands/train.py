"""Carry out `citycare train`: read records, judge members out of fold, write a model and its card."""

import argparse
import shlex
import sys
from pathlib import Path

from experiments.commands.shared import DONE, Subparsers


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


def _tell(line: str) -> None:
    print(f"  {line}", file=sys.stderr, flush=True)


def _command(options: argparse.Namespace, target: str) -> str:
    """Return the command that does this again; files by their last name only."""
    words = ["--data", options.data.name, "--schema", options.schema, "--target", target]
    words += ["--members", *options.members] if options.members else []
    words += ["--model", options.model, "--folds", str(options.folds), "--repeats", str(options.repeats)]
    words += ["--seed", str(options.seed), "--miss-cost", f"{options.miss_cost:g}"]
    return shlex.join(["citycare", "train", *words, "--out", options.out.name])
