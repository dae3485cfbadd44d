"""Carry out `citycare solve allocation FOLDER`: which units of each resource type move to which place."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.solve.command import Command, Told, at_least_0, options_of

if TYPE_CHECKING:
    from experiments.files.allocation import History
    from optimize.allocation_case import AllocationCase
    from policies.trend import Trend
    from sim.faults import Fault


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the folder, the costs and the limits."""
    help_ = "a folder with medical_resource.csv (type, place, period, resource_supply, resource_demand)"
    parser.add_argument("folder", type=Path, metavar="FOLDER", help=help_)
    numbers = {
        "--unmet-cost": (100.0, "cost of one unit of demand that is not met"),
        "--move-cost": (1.0, "cost of moving one unit"),
        "--minute-cost": (0.1, "cost of moving one unit for a minute, where travel.csv says minutes"),
        "--inequality-cost": (100.0, "cost of inequality 1, for each type"),
        "--least-share": (0.0, "every place gets at least this share of its demand"),
    }
    for name, (default, text) in numbers.items():
        parser.add_argument(name, type=at_least_0, default=default, help=f"{text} (default {default:g})")
    kinds = ("max-min", "gini", "none")
    parser.add_argument("--inequality", choices=kinds, default="max-min", help="how inequality is counted")
    parser.add_argument("--most-moves", type=int, metavar="UNITS", help="units that can be moved in all")


def run(options: argparse.Namespace) -> Told:
    """Read the history, forecast the next period, allocate, and tell the plan, or why nothing fits."""
    from experiments.files.allocation import read_history
    from experiments.schema import stop_at
    from experiments.solve import allocation_words as words
    from optimize.allocation import AllocationProblem
    from optimize.audit import solve_checked
    from optimize.contract import Ending
    from optimize.explain import explain
    from policies.trend import forecast_trend

    faults, history = read_history(options.folder)
    stop_at([*faults, *_option_faults(options)])
    assert history is not None  # without faults there is a history
    n = len(history.periods)
    supply, demand = (forecast_trend(one.reshape(n, -1)) for one in (history.supply, history.demand))
    problem = AllocationProblem(_case(options, history, supply, demand))
    solved = solve_checked(problem, options_of(options))
    if solved.solution is None:
        infeasible = solved.ending is Ending.INFEASIBLE  # only a least share can be too much
        why = f" {explain(problem, options_of(options), {'share': 1.0}).text}" if infeasible else ""
        return Told(f"No allocation fits {options.folder} ({solved.ending}).{why}", found=False)
    forecasts = words.forecasts(history, supply, demand)
    return Told(f"{forecasts}\n\n{words.plan(problem, solved)}", words.table(problem.case, solved.solution))


def _option_faults(options: argparse.Namespace) -> "list[Fault]":
    from sim.faults import Fault

    if options.most_moves is not None and options.most_moves < 0:
        return [Fault("--most-moves", options.most_moves, "give 0 or more units")]
    return []


def _case(options: argparse.Namespace, history: "History", supply: "Trend", demand: "Trend") -> "AllocationCase":
    """State the next period: whole units of forecast supply (rounded down), forecast demand, and costs."""
    import numpy as np

    from optimize.allocation_case import AllocationCase, Inequality

    shape = history.supply.shape[1:]
    minutes = np.zeros((shape[1], shape[1])) if history.travel_min is None else history.travel_min
    return AllocationCase(
        types=history.types,
        places=history.places,
        supply=np.floor(supply.forecast + 1e-9).reshape(shape),
        demand=demand.forecast.reshape(shape),
        move_cost=options.move_cost + options.minute_cost * minutes,
        unmet_cost=np.full(shape[0], options.unmet_cost),
        inequality_cost=options.inequality_cost,
        inequality=Inequality(options.inequality),
        least_ratio=options.least_share,
        most_moves=options.most_moves,
    )


COMMAND = Command("allocation", "which units of each resource type move to which place", add_arguments, run)
