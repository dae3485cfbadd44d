"""Meet the requirements of a city's medical_service.csv at the least cost, or say why nothing can."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

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
    to be whole numbers, `relaxation` the least that requirements must give so that there is a plan.
    """

    file: str
    ending: str
    cost: float | None = None
    prices_of: str = ""
    activities: tuple[ActivityLevel, ...] = ()
    requirements: tuple[RequirementMet, ...] = ()
    conflict: tuple[str, ...] = ()
    whole: bool = False
    relaxation: tuple[str, ...] = ()


def service_plans(folders: Sequence[str | None]) -> list[ServicePlan]:
    """Return the plan of each folder that has a covering program; the files were checked before."""
    paths = [Path(folder) / FILE for folder in dict.fromkeys(folders) if folder]
    read = [(str(path), read_service(path)[1]) for path in paths if path.is_file()]
    return [plan_service(file, case) for file, case in read if case is not None]


def plan_service(file: str, case: CoverCase, options: SolveOptions | None = None) -> ServicePlan:
    """Solve a covering program with its shadow prices, or explain why it has no solution."""
    from optimize.audit import solve_checked  # only now: importing pyomo takes long
    from optimize.cover import CoverProblem, requirement_prices
    from optimize.solver import DEFAULT

    options = options or DEFAULT
    solved, priced = solve_checked(CoverProblem(case), options), requirement_prices(case, options)
    if solved.solution is None or priced.solution is None:
        conflict, relaxation = _conflict(case, options)
        return ServicePlan(file, str(solved.ending), conflict=conflict, whole=case.whole, relaxation=relaxation)
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


def _conflict(case: CoverCase, options: SolveOptions) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the requirements that nothing can meet, or else a smallest clash and the least that must give."""
    from optimize.cover import CoverProblem
    from optimize.explain import explain

    each = zip(case.requirements, case.needed.tolist(), case.givers(), strict=True)
    hopeless = [(name, needed) for name, needed, (_, gives) in each if needed > 0 and max(gives, default=0.0) <= 0]
    lines = [f"{name} needs {needed:g}, and no activity gives any" for name, needed in hopeless]
    if lines:
        return tuple(lines), ()
    conflict = explain(CoverProblem(case), options)
    return conflict.spoken, tuple(map(str, conflict.relaxation))
