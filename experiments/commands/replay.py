"""Carry out `citycare replay`: one replication again, alone, compared with what the manifest keeps of it."""

import argparse
from pathlib import Path

from experiments.commands.shared import Subparsers

SAME, DIFFERENT = 0, 1


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command and its arguments."""
    text = "run one replication of a finished run again, alone, and say whether the very same happened"
    parser = commands.add_parser("replay", parents=[common], help=text, description=text)
    parser.add_argument("manifest", type=Path, metavar="MANIFEST", help="the manifest of a run, or its folder")
    parser.add_argument("--replication", type=int, required=True, metavar="K", help="which replication, from 0 on")
    parser.add_argument("--cell", metavar="NAME", help="which cell, where the run has several")
    parser.add_argument("--plugin", action="append", default=[], metavar="FILE.py", help="a file with policies")
    parser.set_defaults(command=replay)


def replay(options: argparse.Namespace) -> int:
    """Run the replication again, print whether the trace is identical, and return 0 when it is, else 1.

    Raises:
        ScenarioError: when there is no such replication, or its configuration has no meaning any more.
    """
    from experiments.replay.verdict import changed, is_same, rerun, verdict
    from experiments.stored_cell import stored_replication

    stored = stored_replication(options.manifest, options.replication, options.cell, options.plugin)
    print(f"Replaying cell {stored.cell.name}, replication {stored.replication.index}", flush=True)
    run = rerun(stored)
    print("\n".join([*verdict(stored, run), *changed(stored)]))
    return SAME if is_same(stored, run) else DIFFERENT
