"""Carry out `citycare check`: list all faults of a city or a study, and run nothing."""

import argparse
from pathlib import Path

from experiments.commands.shared import DONE, Subparsers, checked, composed, configured, from_files


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command and its arguments."""
    text = "check a folder of city files, or a study, without running anything; list all faults"
    parser = commands.add_parser("check", parents=[common, configured()], help=text, description=text)
    parser.add_argument("folder", type=Path, help="a folder with medical_resource.csv and so on, or one with conf/")
    parser.add_argument("overrides", nargs="*", metavar="field=value", help="what to change, in Hydra's notation")
    parser.set_defaults(command=check)


def check(options: argparse.Namespace) -> int:
    """Check a folder of city files, or a study, without running anything."""
    from rich.console import Console

    from experiments import summary
    from experiments.service_plan import service_plans

    if (options.folder / "conf").is_dir():
        options.config_dir = options.config_dir or options.folder
    else:
        options.overrides = [*from_files(options.folder), *options.overrides]
    cells = composed(options)
    scenario = checked(cells)[0]
    print(f"{options.folder} is in order; nothing was run.\n{summary.plan(cells, scenario, Console().width)}\n")
    print(summary.expected_load(scenario))
    for plan in service_plans([cell.settings.city.folder for cell in cells]):
        print(f"\n{summary.service(plan)}")
    return DONE
