"""Carry out `citycare solve roster FILE`: staff over days and shifts, from a published text format."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.solve.command import Command, Told

if TYPE_CHECKING:
    from optimize.contract import Solved
    from optimize.roster.case import Roster, RosterCase
    from optimize.roster.search import Progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the file and how to search."""
    parser.add_argument(
        "file", type=Path, metavar="Instance7.txt", help="a shift-scheduling instance (SECTION_... text)"
    )
    parser.add_argument("--seed", type=_count, default=0, help="of the search (default 0)")
    parser.add_argument("--rounds", type=_count, help="stop after so many rounds: the same answer on every machine")
    parser.add_argument("--nights", nargs="+", default=[], metavar="SHIFT", help="shifts that count as nights")
    parser.add_argument("--night-spread-cost", type=_cost, default=0.0, metavar="COST", help="of uneven nights, each")
    parser.add_argument("--hard-cover", action="store_true", help="nobody may be missing; else it has a price")
    parser.add_argument("--check", type=Path, metavar="ROSTER", help="only judge the rosters in this file")


def _count(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number; give 0 or more")
    return int(text)


def _cost(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a cost; give 0 or more")
    return number


def run(options: argparse.Namespace) -> Told:
    """Read the instance, search with progress on stderr (Ctrl-C keeps the best), and tell cost, bound and gap."""
    from optimize.roster.planner import solve_roster
    from optimize.roster.search import Effort

    case = _case(options)
    if options.check is not None:
        return _judged(case, options.check)
    people, needs = len(case.employees), len(case.covers)
    print(
        f"{people} employees, {case.n_days} days, {len(case.shifts)} shifts, {needs} needs", file=sys.stderr, flush=True
    )
    found = solve_roster(case, Effort(options.seconds, options.rounds, options.seed, options.gap), _tell)
    return _told(case, found)


def _case(options: argparse.Namespace) -> "RosterCase":
    """Read the file and apply the options."""
    from dataclasses import replace

    from experiments.files.shift_text import read_shift_text
    from sim.faults import Fault, ScenarioError

    case = read_shift_text(options.file)
    names = [shift.name for shift in case.shifts]
    unknown = [
        Fault("--nights", name, f"name some of {', '.join(names)}") for name in options.nights if name not in names
    ]
    if unknown:
        raise ScenarioError(unknown)
    if options.night_spread_cost and not options.nights:
        raise ScenarioError(
            [Fault("--night-spread-cost", options.night_spread_cost, "say by --nights what nights are")]
        )
    return replace(
        case,
        shifts=tuple(replace(shift, night=shift.name in options.nights) for shift in case.shifts),
        cover_is_hard=options.hard_cover,
        night_spread_cost=options.night_spread_cost,
    )


def _tell(progress: "Progress") -> None:
    """Print a line about the search on stderr."""
    gap = _gap(progress.objective, progress.bound)
    line = f"  {progress.seconds:7.1f} s  objective {progress.objective:g}  {gap}  ({progress.step})"
    print(line, file=sys.stderr, flush=True)


def _gap(objective: float, bound: float | None) -> str:
    if bound is None:
        return "no bound yet"
    share = (objective - bound) / objective if objective else 0.0
    return f"bound {bound:g}  gap {100 * share:.2f} %"


def _told(case: "RosterCase", found: "Solved[Roster]") -> Told:
    from experiments.files.roster_text import write_roster_text
    from optimize.roster.check import score

    if found.solution is None or found.objective is None:
        return Told(_reasons(case), found=False)
    state = f"objective {found.objective:g}, {_gap(found.objective, found.bound)}"
    parts = ", ".join(f"{name} {cost:g}" for name, cost in score(case, found.solution).by_kind().items())
    lines = [f"{found.ending.capitalize()}: {state}, {found.seconds:.1f} s", f"Costs: {parts or 'none'}"]
    lines.append("Checked: every rule holds, and the costs add up.")
    return Told("\n".join(lines), write_roster_text(case, found.solution, (state, "checked")))


def _reasons(case: "RosterCase") -> str:
    """Say why there is no roster, as far as the exact program tells within a minute."""
    from optimize.contract import SolveOptions
    from optimize.explain import explain
    from optimize.roster.problem import RosterProblem

    conflict = explain(RosterProblem(case), SolveOptions(fuse_seconds=60.0), giving={"cover": 1.0})
    if conflict.lines:
        return conflict.text
    mend = "give more --seconds, or leave out --hard-cover to see who is missing"
    return f"No roster was found that meets every need; {mend}."


def _judged(case: "RosterCase", path: Path) -> Told:
    """Judge the rosters in a file; those that break a rule count as not found."""
    from experiments.files.roster_text import read_roster_text
    from optimize.roster.check import breaches, score

    lines, all_hold = [], True
    for number, roster in enumerate(read_roster_text(path, case), start=1):
        broken = breaches(case, roster)
        all_hold = all_hold and not broken
        judged = score(case, roster)
        parts = ", ".join(f"{name} {cost:g}" for name, cost in judged.by_kind().items())
        lines += [
            f"Roster {number}: objective {judged.total:g} ({parts or 'no costs'})",
            *(f"  {one}" for one in broken),
        ]
    return Told("\n".join(lines), found=all_hold)


COMMAND = Command("roster", "who works which shift on which day", add_arguments, run)
