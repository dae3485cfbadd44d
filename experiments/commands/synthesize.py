"""Carry out `citycare synthesize`: patients who never lived, like those of a file of records."""

import argparse
import shlex
from pathlib import Path

from experiments.commands.shared import DONE, Subparsers

FILE = "synthetic.csv"


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command and its arguments."""
    text = "make synthetic patients like those of a file, and say how useful and how near to real ones they are"
    parser = commands.add_parser("synthesize", parents=[common], help=text, description=text)
    parser.add_argument("--data", type=Path, required=True, metavar="FILE", help="a file of patient records")
    parser.add_argument("--schema", default="patient_case", metavar="NAME", help="its kind; default: patient_case")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="a folder for the results")
    parser.add_argument("--target", default="", help="what models are judged by; default: the first of yes or no")
    parser.add_argument("--rows", type=int, default=0, metavar="N", help="how many; default: as many as it learns from")
    parser.add_argument(
        "--fitted-share", type=float, default=0.7, metavar="X", help="share of patients learned from; default: 0.7"
    )
    parser.add_argument("--repeats", type=int, default=5, metavar="N", help="splits that are judged; default: 5")
    parser.add_argument("--seed", type=int, default=20261122, help="root seed; default: 20261122")
    parser.set_defaults(command=run_synthesize)


def run_synthesize(options: argparse.Namespace) -> int:
    """Read, fit, draw, judge, write, print.

    Raises:
        ScenarioError: with everything that is wrong with the file or the arguments, before anything is written.
    """
    from experiments.columns import write_whole
    from experiments.learning.page import write_card
    from experiments.learning.synthetic import Wish, columns_of, synthesize
    from experiments.learning.synthetic_card import synthetic_card
    from experiments.records import TargetKind, read_records

    records = read_records(options.data, options.schema)
    first = next(one.name for one in records.schema.targets if one.kind is TargetKind.BINARY)
    wish = Wish(options.target or first, options.fitted_share, options.repeats, options.seed, options.rows)
    made = synthesize(records, wish)
    card = synthetic_card(records, wish, made, _command(options, wish.target))
    table = columns_of(records, made.table)

    def write(folder: Path) -> None:
        write_whole(folder / FILE, lambda partial: table.to_csv(partial, index=False, float_format="%.10g"))

    write_card(card, options.out, [write])
    print("\n".join(card.sentences))
    print(f"Written: {FILE}, card.json, card.html in {options.out}")
    return DONE


def _command(options: argparse.Namespace, target: str) -> str:
    """Return the command that does this again; files by their last name only."""
    words = ["--data", options.data.name, "--schema", options.schema, "--target", target]
    words += ["--rows", str(options.rows)] if options.rows else []
    words += ["--fitted-share", f"{options.fitted_share:g}"]
    words += ["--repeats", str(options.repeats), "--seed", str(options.seed)]
    return shlex.join(["citycare", "synthesize", *words, "--out", options.out.name])
