"""Offer `citycare solve PROBLEM ...`; each problem is one module of this folder.

To add a problem, write `experiments/solve/NAME.py` with

    COMMAND = Command("name", "what it decides, in one line", add_arguments, run)

    def add_arguments(parser): ...      # its own files and options; --out, --seconds, --gap and --debug are there
    def run(options) -> Told: ...       # read, solve, put in words

and add its name to `PROBLEMS` below. Then

- import numpy, pyomo and everything of `optimize` inside functions: `citycare --help` imports this module;
- read all files before solving, and raise `sim.faults.ScenarioError` with every fault at once (see
  `experiments.files.reading`): it becomes exit code 2, and nothing is written;
- return `Told(text, found=False)` when nothing fits: the text (why, from `optimize.explain`) goes to stderr, the exit
  code is 2, and nothing is written;
- return what belongs into `--out` as `Told.out`: it is written whole or not at all;
- pass `options_of(options)` to the solver.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimize.contract import SolveOptions

PROBLEMS = (
    "allocation",
    "cover",
    "plan",
    "roster",
)
FOUND, NOTHING_FITS = 0, 2


@dataclass(frozen=True, slots=True)
class Told:
    """Say what came out.

    `text` is printed; `out` is the content of the file that `--out` names (None: this problem writes none);
    `found` tells whether there is a solution.
    """

    text: str
    out: str | None = None
    found: bool = True


@dataclass(frozen=True, slots=True)
class Command:
    """Describe one problem on the command line: its name, what it decides, its arguments and what it does."""

    name: str
    summary: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], Told]


def commands() -> Iterator[Command]:
    """Yield the command of every problem, in the order of their names."""
    for name in PROBLEMS:
        yield import_module(f"experiments.solve.{name}").COMMAND


def add_problems(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Add every problem to the parser of `citycare solve`."""
    problems = parser.add_subparsers(metavar="problem", required=True)
    for command in commands():
        summary = command.summary
        own = problems.add_parser(command.name, parents=[common, _shared()], help=summary, description=summary)
        command.add_arguments(own)
        own.set_defaults(command=_carry_out, problem=command)


def _shared() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--out", type=Path, metavar="FILE", help="write the solution into this file")
    shared.add_argument("--seconds", type=_positive, default=300.0, help="stop after so many seconds (default 300)")
    shared.add_argument("--gap", type=_share, default=1e-4, help="stop this close to the bound (default 0.0001)")
    return shared


def at_least_0(text: str) -> float:
    """Read a finite number of zero or more from the command line."""
    number = _number(text)
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a number of at least 0")
    return number


def _positive(text: str) -> float:
    number = _number(text)
    if not number > 0:
        raise argparse.ArgumentTypeError(f"{text} is not more than 0")
    return number


def _share(text: str) -> float:
    number = _number(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not a share from 0 to 1")
    return number


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from error


def options_of(options: argparse.Namespace) -> "SolveOptions":
    """Return how hard to try, as `--seconds` and `--gap` say."""
    from optimize.contract import SolveOptions

    return SolveOptions(gap=options.gap, fuse_seconds=options.seconds)


def _carry_out(options: argparse.Namespace) -> int:
    """Run the problem, print what it tells, and write its file."""
    _check_out(options.out)
    told = options.problem.run(options)
    if not told.found:
        print(told.text, file=sys.stderr)
        return NOTHING_FITS
    if options.out is not None and told.out is not None:
        write_whole(options.out, told.out)
        print(f"{told.text}\nWritten to {options.out}")
    else:
        print(told.text)
    return FOUND


def _check_out(out: Path | None) -> None:
    """Refuse a file that cannot be written, before anything is solved."""
    from sim.faults import Fault, ScenarioError

    if out is not None and not out.resolve().parent.is_dir():
        raise ScenarioError([Fault("--out", str(out), "name a file in a folder that exists")])
    if out is not None and out.is_dir():
        raise ScenarioError([Fault("--out", str(out), "name a file, not a folder")])


def write_whole(path: Path, content: str) -> None:
    """Write a text file whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(content, encoding="utf-8", newline="\n")
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
