"""Plan where ambulances stand hour after hour: zones that look alike to all stations are put together first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from optimize.binding import Binding, dearest
from optimize.checking import least_faults, refuse
from optimize.contract import Solved, SolveOptions
from optimize.location.case import LocationCase, LocationPlan, plan_of

if TYPE_CHECKING:
    from optimize.location.problem import LocationProblem

PLANNING = SolveOptions(gap=1e-3, node_limit=200, presolve=False)
"""Presolve costs more than it saves on programs of this size."""


@dataclass(frozen=True, slots=True)
class LocationPlanner:
    """Decide where vehicles stand now, looking some hours ahead; `plan` is a pure function of its case.

    Args:
        horizon_hours: hours to look at, at most those of the case.
        freeze_min: a vehicle that came to its station less than so many minutes ago stays in the first hour.
        options: how hard to try.

    Raises:
        ValueError: names each setting that is out of range.
    """

    horizon_hours: int = 1
    freeze_min: float = 30.0
    options: SolveOptions = PLANNING

    def __post_init__(self) -> None:
        refuse([*least_faults(self, ("horizon_hours",), 1), *least_faults(self, ("freeze_min",))])

    def plan(self, case: LocationCase, stood_min: Sequence[Sequence[float]] = ()) -> Solved[LocationPlan]:
        """Choose the stations of the first hours of a case.

        Args:
            case: the question; hours beyond the horizon are not looked at and not planned.
            stood_min: for each station the minutes since each of its vehicles came; empty if none came lately.
        """
        from optimize.location.problem import LocationProblem  # only now: importing pyomo takes long
        from optimize.solver import solve

        started = perf_counter()
        near = self._near(case, stood_min)
        problem = LocationProblem(near.merged())
        solved = solve(problem, self.options)
        plan = solved.solution
        if plan is not None:
            plan = plan_of(near, np.array(plan.vehicles, dtype=np.intp))
        seconds = perf_counter() - started
        return replace(solved, solution=plan, seconds=seconds, binding=self._binding(problem))

    def _binding(self, problem: "LocationProblem") -> Binding:
        """Price vehicles and the limits of moves and reach in the LP relaxation."""
        from optimize.solver import prices

        families = ("on_duty", "moves", "reach")
        found = prices(problem, families, self.options).solution
        if found is None:
            return ()
        members = [(name, index, price) for name in families for index, price in found.by_constraint[name].items()]
        return dearest(
            np.array([price for *_, price in members]), lambda row: problem.words(members[row][0], members[row][1])
        )

    def _near(self, case: LocationCase, stood_min: Sequence[Sequence[float]]) -> LocationCase:
        """Cut the horizon, and hold the vehicles that came lately."""
        n = self.horizon_hours
        held = case.held
        if stood_min:
            lately = np.array([sum(since < self.freeze_min for since in at) for at in stood_min], dtype=np.intp)
            held = lately if held is None else np.maximum(held, lately)
        return replace(case, demand=case.demand[:, :n], fleet=case.fleet[:n], busy=case.busy[:n], held=held)
