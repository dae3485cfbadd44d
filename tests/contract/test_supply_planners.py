"""Planners of medicines, ambulances and appointments: pure, plain, light to import, honest about how they ended."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields, replace
from typing import Any, NamedTuple

import numpy as np
import pytest

from optimize.appointments.planner import AppointmentsPlanner
from optimize.appointments.problem import AppointmentsProblem
from optimize.location.planner import LocationPlanner
from optimize.location.problem import LocationProblem
from optimize.medicines.planner import MedicinesPlanner
from optimize.medicines.problem import MedicinesProblem
from optimize.score import audit
from optimize.solver import Ending, SolveOptions
from sim.streams import Replication, stream
from tests import appointments_cases, location_cases, medicines_cases

pytestmark = pytest.mark.contract

PLAIN = (int, float, SolveOptions)
ENDINGS = {Ending.OPTIMAL, Ending.FEASIBLE, Ending.NO_ANSWER}


class Planning(NamedTuple):
    """A planner that lets all move, how to draw a case for it, and its problem."""

    planner: Any
    draw: Callable[[np.random.Generator], Any]
    problem: Callable[[Any], Any]


PLANNINGS = [
    Planning(
        MedicinesPlanner(freeze_days=0.0), lambda generator: medicines_cases.a_city(generator, 6, 4), MedicinesProblem
    ),
    Planning(
        LocationPlanner(horizon_hours=2),
        lambda generator: location_cases.a_city(generator, 9, 40, 7, n_hours=2),
        LocationProblem,
    ),
    Planning(
        AppointmentsPlanner(freeze_days=0),
        lambda generator: appointments_cases.a_city(generator, 30, 12, 4),
        AppointmentsProblem,
    ),
]
by_planning = pytest.mark.parametrize("planning", PLANNINGS, ids=lambda planning: type(planning.planner).__name__)


def three_cases(planning: Planning) -> list[Any]:
    generator = stream(Replication(0, 20261122), "planners", type(planning.planner).__name__)
    return [planning.draw(generator) for _ in range(3)]


@by_planning
def test_a_plan_does_not_depend_on_the_plans_before(planning: Planning) -> None:
    cases = three_cases(planning)
    together = [planning.planner.plan(case).solution for case in cases]
    backwards = [planning.planner.plan(case).solution for case in reversed(cases)][::-1]
    alone = [replace(planning.planner).plan(case).solution for case in cases]
    assert together == backwards == alone
    assert None not in together


@by_planning
def test_every_plan_stands_up_to_the_check(planning: Planning) -> None:
    for case in three_cases(planning):
        solved = planning.planner.plan(case)
        assert audit(planning.problem(case), solved) == []
        assert solved.seconds > 0


@by_planning
def test_settings_are_plain_and_cannot_change(planning: Planning) -> None:
    for field in fields(planning.planner):
        value = getattr(planning.planner, field.name)
        assert isinstance(value, PLAIN)
        with pytest.raises(FrozenInstanceError):
            setattr(planning.planner, field.name, value)


@by_planning
@pytest.mark.parametrize("options", [SolveOptions(), SolveOptions(node_limit=0), SolveOptions(fuse_seconds=1e-9)])
def test_whatever_the_options_the_ending_says_what_came_of_them(planning: Planning, options: SolveOptions) -> None:
    """A limit may leave no answer, but never a wrong one."""
    planner = replace(planning.planner, options=options)
    for case in three_cases(planning):
        solved = planner.plan(case)
        assert solved.ending in ENDINGS
        assert (solved.solution is None) == (solved.ending is Ending.NO_ANSWER)
        assert audit(planning.problem(case), solved) == []


@pytest.mark.parametrize("planning", PLANNINGS[1:], ids=["ambulances", "appointments"])
def test_presolve_changes_no_proven_cost(planning: Planning) -> None:
    for case in three_cases(planning):
        objectives = [
            replace(planning.planner, options=SolveOptions(gap=1e-9, presolve=presolve)).plan(case).objective
            for presolve in (True, False)
        ]
        assert objectives[0] is not None
        assert objectives[0] == pytest.approx(objectives[1])


@pytest.mark.parametrize("problem", ["medicines", "location", "appointments"])
def test_a_planner_is_made_without_pyomo(problem: str) -> None:
    """Importing pyomo takes long, and a policy is made in every worker."""
    code = f"import sys, optimize.{problem}.planner, optimize.{problem}.rule; sys.exit('pyomo' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
