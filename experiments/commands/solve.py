"""Carry out `citycare solve ...`: one planning problem from files."""

import argparse

from experiments.commands.shared import Subparsers
from experiments.solve.command import add_problems


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command, with a parser of its own for every problem."""
    text = "solve one planning problem from files, or say why it has no solution"
    add_problems(commands.add_parser("solve", help=text, description=text), common)
