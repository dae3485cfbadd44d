"""Carry out `citycare release`: counts of visits with noise, paid from a budget of privacy."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.commands.shared import DONE, Subparsers

if TYPE_CHECKING:
    from experiments.learning.release import Visits


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command and its arguments."""
    text = "release counts of visits with differential privacy, paid from a budget that cannot be overspent"
    parser = commands.add_parser("release", parents=[common], help=text, description=text)
    what = "the folder of a run, or a CSV file with one row for each visit"
    parser.add_argument("source", type=Path, metavar="SOURCE", help=what)
    parser.add_argument("--by", default="hospital", metavar="A,B", help="columns to count by; default: hospital")
    parser.add_argument("--per", default="week", metavar="PERIOD", help="hour, day, week or all; default: week")
    parser.add_argument("--epsilon", type=float, required=True, metavar="X", help="how much this release may tell")
    parser.add_argument("--budget", type=float, required=True, metavar="X", help="how much all releases may tell")
    parser.add_argument("--most-visits", type=int, default=1, metavar="N", help="visits of one person; default: 1")
    parser.add_argument(
        "--values", action="append", default=[], metavar="COLUMN=a,b", help="of a CSV file: values a column may have"
    )
    parser.add_argument("--time", default="arrived", metavar="COLUMN", help="of a CSV file: minutes; default: arrived")
    parser.add_argument("--hours", type=int, default=0, metavar="N", help="of a CSV file: for how long visits came")
    parser.add_argument("--replication", type=int, default=0, metavar="K", help="of a run: which; default: 0")
    parser.add_argument("--cell", metavar="NAME", help="of a run: which cell, where it has several")
    parser.add_argument(
        "--ledger", type=Path, metavar="FILE", help="the account; default: privacy.sqlite beside SOURCE"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.csv", help="the table to write")
    parser.set_defaults(command=run_release)


def run_release(options: argparse.Namespace) -> int:
    """Count, spend, add noise, write.

    Raises:
        ScenarioError: with all that is wrong, or when the budget does not allow it; then nothing is spent or written.
    """
    from experiments.columns import write_whole
    from experiments.learning.budget import FILE, parts_of, spend
    from experiments.learning.release import Question, cells_of, need_opendp, noised
    from experiments.schema import stop_at
    from sim.faults import Fault

    need_opendp()
    visits = _visits(options)
    by = tuple(word for word in options.by.split(",") if word)
    question = Question(by, options.per, options.epsilon, options.most_visits)
    parts_of(options.epsilon, "--epsilon")
    cells = cells_of(visits, question)
    if not options.out.parent.is_dir():
        stop_at([Fault("--out", str(options.out), "name a file in a folder that exists")])
    home = options.source if options.source.is_dir() else options.source.parent
    account = spend(options.ledger or home / FILE, visits.sha256, question.epsilon, options.budget, question.words())
    counts, noise = noised(cells["count"].to_numpy(), question.epsilon, question.most_visits)
    told = cells.assign(count=counts, plus_minus_95=int(noise.half_width))
    write_whole(options.out, lambda partial: told.to_csv(partial, index=False))
    print(f"Wrote {len(told):,} counts, each within ± {noise.half_width:g} of the true one with 95 %: {options.out}")
    print(f"Spent epsilon {question.epsilon:g}; {account.spent:g} of {account.budget:g} in all, {account.left:g} left.")
    return DONE


def _visits(options: argparse.Namespace) -> "Visits":
    from experiments.learning.release import read_visits, visits_of_run
    from sim.faults import Fault, ScenarioError

    if options.source.is_dir():
        return visits_of_run(options.source, options.replication, options.cell)
    values = {}
    for word in options.values:
        name, _, listed = word.partition("=")
        if not name or not listed:
            raise ScenarioError([Fault("--values", word, "write COLUMN=a,b,c")])
        values[name] = tuple(dict.fromkeys(listed.split(",")))
    return read_visits(options.source, values, options.time, options.hours)
