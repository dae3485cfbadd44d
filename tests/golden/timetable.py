"""What the search for timetables finds on small cases within so many moves: the same on every machine."""

from optimize.timetable.check import check
from optimize.timetable.planner import Effort, solve_timetable
from tests.small_timetable import random_case


def searches() -> str:
    """Return one line per case and seed: the parts of the cost, and the days of admission."""
    return "".join(f"case {case} seed {seed}: {_found(case, seed)}\n" for case in (1, 2) for seed in (1, 2))


def _found(number: int, seed: int) -> str:
    case = random_case(number)
    plan = solve_timetable(case, Effort(n_moves=20_000, seed=seed)).solution
    assert plan is not None  # the search always holds a plan
    verdict = check(case, plan)
    parts = " ".join(str(cost) for cost in verdict.costs.values())
    return f"{verdict.cost} = {parts}; days {' '.join(str(day) for day in plan.day.tolist())}"
