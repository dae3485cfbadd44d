"""Every problem of the optimizer is reached by a shipped experiment: small cells are run, what they solve is recorded.

An experiment that loses the member that solves a problem fails here, as does a problem that nobody reaches.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from experiments.build import build
from experiments.config import compose
from sim.run import simulate
from sim.streams import Replication
from tests.contract.test_problems import problems

pytestmark = pytest.mark.contract

FOLDER = Path(__file__).parents[2] / "conf" / "experiment"
FIRST = Replication(1, 20261122)
SOLVER_ENDINGS = {"optimal", "feasible"}

SOLVED_BY = {
    "allocation": "optimize.allocation_planner:AllocationPlanner.plan",
    "appointments": "optimize.appointments.planner:AppointmentsPlanner.plan",
    "bedding": "optimize.bedding.planner:BeddingPlanner.plan",
    "cover": "optimize.shift_cover.planner:ShiftCoverPlanner.plan",
    "dispatch": "optimize.dispatch.planner:DispatchPlanner.plan",
    "float_pool": "optimize.float_pool.planner:FloatPoolPlanner.plan",
    "imaging": "optimize.imaging.planner:ImagingPlanner.plan",
    "location": "optimize.location.planner:LocationPlanner.plan",
    "medicines": "optimize.medicines.planner:MedicinesPlanner.plan",
    "recourse": "optimize.template:Template.solve_sampled",
    "roster": "policies.rostering.weekly_roster:roster_teams",
    "theatre": "optimize.theatre.planner:TheatrePlanner.plan",
    "timetable": "policies.admission.weekly_plan:solve_timetable",
    "transfer": "optimize.transfer_planner:TransferPlanner.plan",
}
"""Where each problem is solved inside the simulation."""

REACHES = {
    "ambulance_posts": {"location"},
    "elective_lists": {"theatre"},
    "elective_plan": {"timetable"},
    "float_pool": {"float_pool"},
    "float_pool_recourse": {"float_pool", "recourse"},
    "imaging_offpeak": {"imaging"},
    "near_expiry": {"medicines"},
    "outlier_beds": {"bedding"},
    "outpatient_slots": {"appointments"},
    "sharing_first": {"transfer"},
    "staff_by_ratio": {"allocation", "float_pool"},
    "weekly_roster": {"cover", "roster"},
    "where_to_bring": {"dispatch"},
}
"""Which experiment reaches which problems."""

SIZES = {
    "near_expiry": ("1.2", "0.2"),
    "elective_lists": ("0.3", "0.1"),
    "elective_plan": ("0.8", "0"),
    "outpatient_slots": ("0.3", "0.1"),
}
"""Weeks and warm-up of experiments in which the usual tenth of a week shows no decision."""


def swept(name: str) -> dict[str, list[str]]:
    """Return what an experiment varies, as its file says."""
    text: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    params = text["hydra"]["sweeper"]["params"]
    return {key: str(values).split(",") for key, values in params.items()}


def small(name: str) -> list[str]:
    weeks, warm_up = SIZES.get(name, ("0.15", "0.05"))
    return [f"experiment={name}", f"run.weeks={weeks}", f"run.warm_up_weeks={warm_up}", "run.replications=2"]


@pytest.fixture
def solved(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Record which problems are solved, with a solution."""
    found: set[str] = set()
    for problem, where in SOLVED_BY.items():
        module, _, path = where.partition(":")
        *owners, method = path.split(".")
        owner: Any = import_module(module)
        for part in owners:
            owner = getattr(owner, part)
        monkeypatch.setattr(owner, method, recorded(getattr(owner, method), problem, found))
    return found


def recorded(solve: Callable[..., Any], problem: str, found: set[str]) -> Callable[..., Any]:
    def solving(*args: Any, **named: Any) -> Any:
        answer = solve(*args, **named)
        first = answer[0] if isinstance(answer, tuple) else answer
        if first.solution is not None:
            found.add(problem)
        return answer

    return solving


@pytest.mark.parametrize("name", REACHES)
def test_an_experiment_reaches_its_problems(name: str, solved: set[str]) -> None:
    """Run the cells of the experiment once and small, those of optimized members, which stand last, first."""
    endings: set[str] = set()
    for cell in reversed(compose(small(name))):
        scenario, policies = build(cell.settings)
        endings |= set(simulate(scenario, policies, FIRST).decisions["ending"])
        if REACHES[name] <= solved:
            break
    assert REACHES[name] <= solved
    assert endings & SOLVER_ENDINGS


def test_every_problem_is_reached() -> None:
    assert set().union(*REACHES.values()) == set(SOLVED_BY)


@cache
def packages() -> set[str]:
    """Return the names of all problems of the optimizer, by their modules."""
    return {problem.__module__.split(".")[1] for problem in problems()}


def test_no_problem_is_forgotten() -> None:
    assert packages() - {"shift_cover"} <= set(SOLVED_BY)
    assert set(SOLVED_BY) - packages() == {"recourse", "timetable"}  # a wrapper of any of them, and a search


@pytest.mark.parametrize("name", REACHES)
def test_what_is_recorded_comes_from_members_that_the_experiment_names(name: str) -> None:
    """An experiment compares members of a seat, of which one is a rule."""
    assert max(len(values) for values in swept(name).values()) > 1
