"""Carry out `citycare solve plan INSTANCE.json`: admissions, theatres, rooms and nurses together."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.solve.command import Command, Told

if TYPE_CHECKING:
    from optimize.timetable.case import Timetable, TimetableCase
    from optimize.timetable.planner import Progress

TELL_EVERY_SECONDS = 5.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the file and how to search."""
    parser.add_argument("file", type=Path, metavar="INSTANCE.json", help="an instance of the competition of 2024")
    parser.add_argument("--seed", type=_count, default=1, help="of the search (default 1)")
    parser.add_argument("--moves", type=_some, help="stop after so many moves: the same answer on every machine")
    parser.add_argument("--threads", type=_some, default=2, help="chains side by side (default 2)")
    parser.add_argument("--check", type=Path, metavar="PLAN.json", help="only judge the plan in this file")
    parser.add_argument("--why-not", nargs="+", default=[], metavar="PATIENT", help="with --check: why not admitted?")
    parser.add_argument("--keep", type=Path, metavar="PLAN.json", help="mend this plan, changing as little as needed")
    parser.add_argument(
        "--change",
        nargs="+",
        default=[],
        metavar="WHAT",
        help="with --keep: theatre=t0:2-3 (closed), nurse=n1:0-4 (ill), patient=p7:1-2 (must come), wave=5:3-4 "
        "(five emergencies), on days",
    )
    parser.add_argument("--pin", nargs="+", default=[], metavar="PATIENT", help="with --keep: not to be moved at all")


def _count(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number; give 0 or more")
    return int(text)


def _some(text: str) -> int:
    if not _count(text):
        raise argparse.ArgumentTypeError("0 is too few; give 1 or more")
    return int(text)


def run(options: argparse.Namespace) -> Told:
    """Read the instance, search with progress on stderr (Ctrl-C keeps the best), and tell cost, parts and bound."""
    from experiments.files.timetable import plan_text, read_case, read_plan
    from experiments.solve.plan_changes import cheapest_mend, explained, mended
    from experiments.solve.plan_verdict import judged
    from optimize.timetable.planner import Effort, solve_timetable

    case = read_case(options.file)
    if options.check is not None:
        plan = read_plan(case, options.check)
        reasons = explained(case, plan, options.why_not)
        if _broken(case, plan):
            return Told("\n".join([judged(case, plan), cheapest_mend(case, plan), *reasons]), found=False)
        return Told("\n".join([judged(case, plan), *reasons]))
    if options.keep is not None:
        return mended(case, read_plan(case, options.keep), options.change, options.pin)
    n_must, n = int(case.mandatory.sum()), case.n_patients
    print(f"{n} patients, {n_must} of them mandatory, {case.n_days} days", file=sys.stderr, flush=True)
    effort = Effort(options.seconds, options.moves, options.seed, options.threads)
    found = solve_timetable(case, effort, Teller())
    assert found.solution is not None  # the search always holds a plan, complete or not
    if _broken(case, found.solution):
        return Told(_not_found(case, found.solution), found=False)
    bound = _bound(case, found.objective or 0.0)
    return Told(f"{judged(case, found.solution)}\n{bound}", plan_text(case, found.solution))


class Teller:
    """Print a line about the search on stderr every few seconds."""

    def __init__(self, every_seconds: float = TELL_EVERY_SECONDS) -> None:
        """Say how often."""
        self.every_seconds, self.last = every_seconds, -every_seconds

    def __call__(self, progress: "Progress") -> None:
        """Print a line if it is time."""
        if progress.seconds - self.last < self.every_seconds:
            return
        self.last = progress.seconds
        missing = f"  {progress.n_missing} mandatory patients missing" if progress.n_missing else ""
        speed = progress.n_moves / max(progress.seconds, 1e-9) / 1e6
        line = f"  {progress.seconds:7.1f} s  cost {progress.cost}  {speed:.2f} million moves a second{missing}"
        print(line, file=sys.stderr, flush=True)


def _broken(case: "TimetableCase", plan: "Timetable") -> bool:
    from optimize.timetable.check import check

    return check(case, plan).n_violations > 0


def _not_found(case: "TimetableCase", plan: "Timetable") -> str:
    from optimize.timetable.check import check

    mend = "give more --seconds, or another --seed"
    return "\n".join(["No plan was found that keeps every rule; the best breaks:", *check(case, plan).words, mend])


def _bound(case: "TimetableCase", cost: float) -> str:
    from optimize.timetable.bounding import lower_bound

    bound = lower_bound(case)
    if bound is None:
        return "No bound was found."
    gap = (cost - bound) / cost if cost else 0.0
    return f"No plan costs less than {bound} (a linear program without genders and nurses); gap {100 * gap:.1f} %"


COMMAND = Command("plan", "who is admitted when, and to which theatre, room and nurses", add_arguments, run)
