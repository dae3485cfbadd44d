"""Carry out `citycare solve cover FILE`: meet requirements at the least cost."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.solve.command import Command, Told, options_of

if TYPE_CHECKING:
    from experiments.service_plan import ServicePlan


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the file and the demand for whole levels."""
    parser.add_argument("file", type=Path, metavar="medical_service.csv", help="activities, requirements and costs")
    parser.add_argument("--whole", action="store_true", help="levels are whole numbers")


def run(options: argparse.Namespace) -> Told:
    """Read the covering program, solve it, and tell levels, slack and shadow prices, or why nothing fits."""
    from dataclasses import replace

    from experiments.files.service import read_service
    from experiments.schema import stop_at
    from experiments.service_plan import plan_service
    from experiments.summary import service

    sheet, case = read_service(options.file)
    stop_at(sheet.all_faults())
    assert case is not None  # a sheet without faults holds a program
    plan = plan_service(str(options.file), replace(case, whole=options.whole), options_of(options))
    return Told(service(plan), _table(plan), plan.cost is not None)


def _table(plan: "ServicePlan") -> str:
    """Write the levels as comma-separated text."""
    import csv
    import io

    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["activity", "level", "unit_cost", "cost"])
    rows.writerows([one.name, one.level, one.unit_cost, one.level * one.unit_cost] for one in plan.activities)
    return text.getvalue()


COMMAND = Command("cover", "how much of each activity meets all requirements at the least cost", add_arguments, run)
