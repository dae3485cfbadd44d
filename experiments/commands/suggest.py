"""Carry out `citycare suggest`: rank care pathways for cases, with their basis and evidence, or abstain."""

import argparse
from pathlib import Path

from experiments.commands.shared import DONE, Subparsers, composed, configured


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command and its arguments."""
    text = "suggest care pathways for cases, ranked, with basis and evidence; or abstain and say why"
    parser = commands.add_parser("suggest", parents=[common, configured()], help=text, description=text)
    what = "a folder that `citycare train --schema ddxplus` wrote"
    parser.add_argument("--model", type=Path, required=True, metavar="FOLDER", help=what)
    parser.add_argument("--case", type=Path, required=True, metavar="FILE", help="case,evidence,answer (yes or no)")
    parser.add_argument("--rules", type=Path, metavar="FILE", help="rules of your own: first,last,pathway,basis,source")
    parser.add_argument("--least-p", type=float, default=0.5, metavar="X", help="abstain below; default: 0.5")
    parser.add_argument("--least-answers", type=int, default=3, metavar="N", help="abstain with fewer; default: 3")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the suggestions as JSON, too")
    parser.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help="which pathways there are")
    parser.set_defaults(command=run_suggest)


def run_suggest(options: argparse.Namespace) -> int:
    """Read model, rules and cases, and print a suggestion for each case.

    Raises:
        ScenarioError: with everything that is wrong with the files or the arguments.
    """
    import json

    from experiments.columns import write_text
    from experiments.schema import stop_at
    from experiments.suggesting.cases import read_cases
    from experiments.suggesting.rules import read_rules, suggester_of
    from experiments.suggesting.stored import read_differential
    from experiments.suggesting.told import NOTICE, values_of, words_of
    from sim.faults import Fault

    faults = [] if 0 < options.least_p <= 1 else [Fault("--least-p", options.least_p, "give a share above 0, up to 1")]
    if options.least_answers < 1:
        faults.append(Fault("--least-answers", options.least_answers, "give a whole number, 1 or more"))
    stop_at(faults)
    rules = read_rules(options.rules, composed(options)[0].settings.pathways)
    held = read_differential(options.model)
    cases = read_cases(options.case, held.model.evidences)
    suggester = suggester_of(held.model, held.icd10, rules, options.least_p, options.least_answers)
    found = suggester.suggest(cases.answers)
    for name, one in zip(cases.names, found, strict=True):
        print("\n".join(words_of(name, one, held)))
    print(NOTICE)
    if options.out:
        text = json.dumps(values_of(cases, found, held), ensure_ascii=False, indent=1, allow_nan=False)
        try:
            write_text(text + "\n", options.out)
        except OSError as error:
            stop_at([Fault("--out", str(options.out), f"name a file that can be written: {error.strerror}")])
    return DONE
