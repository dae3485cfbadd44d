"""Meet the requirements of a city's medical_service.csv at the least cost, or say why nothing can."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.files.service import FILE, read_service
from optimize.contract import SolveOptions
from optimize.cover_case import CoverCase

STORED = "service_plan.json"
"""The plans in the folder of a run: a list, one for each folder of files."""


@dataclass(frozen=True, slots=True)
class ActivityLevel:
    """Say how many units of an activity to do, and what one unit costs."""

    name: str
    level: float
    unit_cost: float


@dataclass(frozen=True, slots=True)
class RequirementMet:
    """Say what a requirement needs, gets and has to spare, and its shadow price: the cost of needing one unit more."""

    name: str
    needed: float
    given: float
    slack: float
    price: float


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """Hold the least-cost plan of a covering program, or the conflict that leaves it without one.

    `ending` is how the solver ended; `cost` is None without a plan. `prices_of` names the program whose shadow prices
    are given. `conflict` has one line for each requirement or bound that takes part. `whole` tells whether levels had
    to be whole numbers.
    """

    file: str
    ending: str
    cost: float | None = None
    prices_of: str = ""
    activities: tuple[ActivityLevel, ...] = ()
    requirements: tuple[RequirementMet, ...] = ()
    conflict: tuple[str, ...] = ()
    whole: bool = False


def service_plans(folders: Sequence[str | None]) -> list[ServicePlan]:
    """Return the plan of each folder that has a covering program; the files were checked before."""
    paths = [Path(folder) / FILE for folder in dict.fromkeys(folders) if folder]
    read = [(str(path), read_service(path)[1]) for path in paths if path.is_file()]
    return [plan_service(file, case) for file, case in read if case is not None]


def plan_service(file: str, case: CoverCase, options: SolveOptions | None = None) -> ServicePlan:
    """Solve a covering program with its shadow prices, or explain why it has no solution."""
    from optimize.cover import CoverProblem, requirement_prices  # only now: importing pyomo takes long
    from optimize.solver import DEFAULT, solve

    options = options or DEFAULT
    solved, priced = solve(CoverProblem(case), options), requirement_prices(case, options)
    if solved.solution is None or priced.solution is None:
        return ServicePlan(file, str(solved.ending), conflict=_conflict(case))
    plan, prices = solved.solution, priced.solution
    levels = zip(case.activities, plan.levels.tolist(), case.cost.tolist(), strict=True)
    given = (case.coverage @ plan.levels).tolist()
    price = [prices.by_constraint["cover"][name] for name in case.requirements]
    met = zip(case.requirements, case.needed.tolist(), given, plan.slack.tolist(), price, strict=True)
    return ServicePlan(
        file,
        str(solved.ending),
        plan.cost,
        prices.label,
        tuple(ActivityLevel(*one) for one in levels),
        tuple(RequirementMet(*one) for one in met),
        whole=case.whole,
    )


def _conflict(case: CoverCase) -> tuple[str, ...]:
    """Return the requirements that nothing can meet, or else a smallest set that cannot be met together."""
    from optimize.cover import CoverProblem
    from optimize.explain import explain

    hopeless = np.flatnonzero((case.coverage <= 0).all(axis=1) & (case.needed > 0)).tolist()
    lines = [f"{case.requirements[i]} needs {case.needed[i]:g}, and no activity gives any" for i in hopeless]
    return tuple(lines) or explain(CoverProblem(case)).lines
