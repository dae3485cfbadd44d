"""Carry out `citycare init`: write a study to begin with."""

import argparse
from pathlib import Path

from experiments.commands.shared import DONE, Subparsers


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command and its arguments."""
    text = "write an editable study: a city, a policy, a test and an experiment"
    parser = commands.add_parser("init", parents=[common], help=text, description=text)
    parser.add_argument("folder", type=Path, help="a new folder")
    parser.set_defaults(command=init)


def init(options: argparse.Namespace) -> int:
    """Write an editable study."""
    from experiments.init import write_study

    paths = write_study(options.folder)
    print("\n".join([f"Wrote {options.folder}:", *(f"  {path}" for path in paths)]))
    print(f"Read {options.folder / 'README.md'} first.")
    return DONE
