"""Hold the commands, one module each; each is thin and leaves the work to other modules.

To add a command, write `experiments/commands/NAME.py` with `add_parser(commands, common)` and name the module in
`COMMANDS`. Import heavy libraries inside the function that does the work, so that `citycare --help` answers at once.
"""

import argparse
from importlib import import_module

from experiments.commands.shared import Subparsers

COMMANDS = (
    "run",
    "report",
    "importing",
    "calibrate",
    "validate",
    "check",
    "app",
    "init",
    "exact",
    "solve",
    "solve_for",
    "sensitivity",
    "search",
    "predict",
    "replay",
    "verify",
    "compare",
    "runs",
    "export",
    "forecast",
    "train",
    "suggest",
    "federate",
    "synthesize",
    "release",
    "check_table",
    "resources",
)


def add_parsers(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add every command, in the order in which help lists them."""
    for name in COMMANDS:
        import_module(f"experiments.commands.{name}").add_parser(commands, common)
