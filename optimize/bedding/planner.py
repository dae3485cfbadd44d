"""Plan beds review after review: who is looked at, who may be moved again, how hard to try."""

from dataclasses import dataclass, replace

from optimize.bedding.case import NOWHERE, PATIENT_FIELDS, BeddingCase, BeddingPlan
from optimize.checking import least_faults, refuse
from optimize.contract import Solved, SolveOptions
from optimize.program import BoolArray, FloatArray

PLANNING = SolveOptions(gap=1e-3, node_limit=200)
"""Reproducible on every machine: nodes are limited, not seconds."""


@dataclass(frozen=True, slots=True)
class BeddingPlanner:
    """Decide all beds of a city at one review.

    Args:
        horizon_min: patients who want a bed within so many minutes are looked at; at least 0.
        freeze_min: who was moved less than so many minutes ago is not moved again; at least 0.
        options: how hard to try.

    Raises:
        ValueError: if a number is below 0.
    """

    horizon_min: float = 240.0
    freeze_min: float = 720.0
    options: SolveOptions = PLANNING

    def __post_init__(self) -> None:
        refuse(least_faults(self, ("horizon_min", "freeze_min")))

    def plan(self, case: BeddingCase, due_in_min: FloatArray, moved_ago_min: FloatArray) -> Solved[BeddingPlan]:
        """Choose rooms for the patients inside the horizon; all others are left as they are, at no price.

        Args:
            case: everybody who wants a bed or may be moved.
            due_in_min: minutes until each patient wants the bed; shape (P,).
            moved_ago_min: minutes since each patient was last moved, inf if never; shape (P,).
        """
        from optimize.bedding.problem import BeddingProblem  # only now: importing pyomo takes long
        from optimize.solver import solve

        near = (due_in_min <= self.horizon_min) | (case.room != NOWHERE)
        settled = replace(case, stays=case.stays | (moved_ago_min < self.freeze_min))
        solved = solve(BeddingProblem(_only(settled, near)), self.options)
        if solved.solution is None:
            return solved
        room = case.room.copy()
        room[near] = solved.solution.room
        return replace(solved, solution=BeddingPlan(tuple(room.tolist()), solved.solution.cost))


def _only(case: BeddingCase, near: BoolArray) -> BeddingCase:
    """Leave only the patients marked in the case."""
    columns = {field: getattr(case, field)[near] for field in PATIENT_FIELDS}
    return replace(
        case, patients=tuple(name for name, kept in zip(case.patients, near, strict=True) if kept), **columns
    )
