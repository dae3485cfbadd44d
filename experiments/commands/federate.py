"""Carry out `citycare federate`: train over hospitals whose patients stay where they are."""

import argparse
import shlex
from pathlib import Path

from experiments.commands.shared import DONE, Subparsers


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command and its arguments."""
    text = "train one model over hospitals without moving patients, and say what crossed the borders"
    parser = commands.add_parser("federate", parents=[common], help=text, description=text)
    what = "a file with a column of the site, or one file for each hospital"
    parser.add_argument("--data", type=Path, nargs="+", required=True, metavar="FILE", help=what)
    parser.add_argument("--schema", default="patient_case", metavar="NAME", help="their kind; default: patient_case")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="a folder for the results")
    parser.add_argument("--target", default="", help="what is predicted; default: the first target of yes or no")
    parser.add_argument("--rounds", type=int, default=100, metavar="N", help="rounds of averaging; default: 100")
    parser.add_argument(
        "--local-steps", type=int, default=5, metavar="N", help="steps of each hospital in a round; default: 5"
    )
    parser.add_argument("--ridge", type=float, default=1.0, metavar="X", help="what draws weights to zero; default: 1")
    parser.add_argument(
        "--silent", nargs="+", default=[], metavar="NAME:ROUND", help="hospitals that drop out, each from which round"
    )
    parser.add_argument("--folds", type=int, default=5, metavar="N", help="folds; default: 5")
    parser.add_argument("--repeats", type=int, default=5, metavar="N", help="repeats of the folds; default: 5")
    parser.add_argument("--seed", type=int, default=20261122, help="root seed; default: 20261122")
    parser.set_defaults(command=run_federate)


def run_federate(options: argparse.Namespace) -> int:
    """Read, train, judge, write, print.

    Raises:
        ScenarioError: with everything that is wrong with the files or the arguments, before anything is trained.
    """
    from experiments.columns import write_text
    from experiments.learning.federated import Course, as_plain, fit_federated
    from experiments.learning.federated_card import federated_card
    from experiments.learning.judged import Judging, judge_federated
    from experiments.learning.page import write_card
    from experiments.learning.sites import read_sites
    from experiments.schema import stop_at

    sites = read_sites(options.data, options.schema, options.target)
    silent = dict(map(_silent, options.silent))
    course = Course(options.rounds, options.local_steps, options.ridge, options.seed, silent)
    judging = Judging(options.folds, options.repeats, options.seed)
    names = [site.name for site in sites.sites]
    stop_at([*course.faults(names), *judging.faults(sites.sites)])
    learned = fit_federated(sites.sites, course)
    judged = judge_federated(sites.sites, course, judging)
    card = federated_card(sites, course, judging, learned, judged, _command(options))
    model = as_plain(learned, sites.terms).to_json() + "\n"
    write_card(card, options.out, [lambda folder: write_text(model, folder / "model.json")])
    print("\n".join(card.sentences))
    for bar in card.values["bars"]:
        print(f"bar: {bar['what']} {bar['low']} to {bar['high']}: {bar['value']} {'met' if bar['met'] else 'MISSED'}")
    print(f"Written: model.json, card.json, card.html in {options.out}")
    return DONE


def _silent(word: str) -> tuple[str, int]:
    """Read NAME:ROUND.

    Raises:
        ScenarioError: when it is not of that form.
    """
    from sim.faults import Fault, ScenarioError

    name, _, start = word.rpartition(":")
    if not name or not start.isdigit():
        raise ScenarioError([Fault("--silent", word, "write NAME:ROUND, for example va:20")])
    return name, int(start)


def _command(options: argparse.Namespace) -> str:
    """Return the command that does this again; files by their last name only."""
    words = ["--data", *(path.name for path in options.data), "--schema", options.schema]
    words += ["--target", options.target] if options.target else []
    words += ["--rounds", str(options.rounds), "--local-steps", str(options.local_steps)]
    words += ["--ridge", f"{options.ridge:g}"]
    words += ["--silent", *options.silent] if options.silent else []
    words += ["--folds", str(options.folds), "--repeats", str(options.repeats), "--seed", str(options.seed)]
    return shlex.join(["citycare", "federate", *words, "--out", options.out.name])
