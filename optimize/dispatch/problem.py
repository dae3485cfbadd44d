"""Bring ambulance patients where road and wait together are shortest: a linear program."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo

from optimize.dispatch.case import DispatchCase, DispatchPlan
from optimize.program import FloatArray
from optimize.score import Term

WITHIN = 1e-6


@dataclass(frozen=True, slots=True)
class DispatchProblem:
    """Choose how many patients of each group are brought where, by a transport program with lines.

    Sets: groups g, hospitals h, stretches k of the line of a hospital; ways (g, h). Patients, minutes.

        min  Σ road_min[g,h] · (keep[g,h] + send[g,h]) + Σ wait_min[h,k] · line[h,k] + divert_min · Σ send[g,h]
        s.t. Σ_h keep[g,h] + Σ_h send[g,h]             = calls[g]         every call is answered
             Σ_g keep[g,h] + Σ_g send[g,h]             = Σ_k line[h,k]    whoever is brought stands in line
             Σ_{g,h} send[g,h]                         ≤ most_diverted    (where given)
             0 ≤ keep[g,h] ≤ own[g,h];  send[g,h] ≥ 0 on the ways;  0 ≤ line[h,k] ≤ places[h,k]

    Since waits rise along a line, its stretches fill in order, and the wait of a hospital is convex in those brought
    to it. Numbers of patients are expectations and need not be whole.
    """

    case: DispatchCase

    def build(self) -> pyo.ConcreteModel:
        """Write the program over the ways that may be driven."""
        case = self.case
        groups, hospitals = range(len(case.groups)), range(len(case.hospitals))
        ways = [(g, h) for g, h in np.argwhere(case.ways).tolist()]
        stretches = [(h, k) for h in hospitals for k in range(case.places.shape[1])]
        road, own = case.road_min.tolist(), case.own.tolist()
        model = pyo.ConcreteModel("dispatch")
        model.keep = pyo.Var(groups, hospitals, bounds=lambda _, g, h: (0.0, own[g][h]))
        model.send = pyo.Var(ways, domain=pyo.NonNegativeReals)
        model.line = pyo.Var(stretches, bounds=lambda _, h, k: (0.0, _or_none(case.places.item(h, k))))
        minutes = [road[g][h] * variable for (g, h), variable in model.keep.items()]
        minutes += [(road[g][h] + case.divert_min) * variable for (g, h), variable in model.send.items()]
        minutes += [float(case.wait_min[at]) * variable for at, variable in model.line.items()]
        model.minutes = pyo.Objective(expr=pyo.quicksum(minutes), sense=pyo.minimize)
        self._limit(model, ways)
        return model

    def _limit(self, model: Any, ways: list[tuple[int, int]]) -> None:
        """Add that calls are answered, that those brought stand in line, and how many may be diverted."""
        case = self.case
        groups, hospitals = range(len(case.groups)), range(len(case.hospitals))
        of_group: dict[int, list[Any]] = {g: [model.keep[g, h] for h in hospitals] for g in groups}
        of_hospital: dict[int, list[Any]] = {h: [model.keep[g, h] for g in groups] for h in hospitals}
        for g, h in ways:
            of_group[g].append(model.send[g, h])
            of_hospital[h].append(model.send[g, h])
        calls, stretches = case.calls.tolist(), range(case.places.shape[1])
        model.call = pyo.Constraint(groups, rule=lambda _, g: pyo.quicksum(of_group[g]) == calls[g])
        model.brought = pyo.Constraint(
            hospitals,
            rule=lambda _, h: pyo.quicksum(of_hospital[h]) - pyo.quicksum(model.line[h, k] for k in stretches) == 0.0,
        )
        if ways and np.isfinite(case.most_diverted):
            model.diverted = pyo.Constraint(expr=pyo.quicksum(model.send.values()) <= case.most_diverted)

    def read(self, model: pyo.ConcreteModel) -> DispatchPlan:
        """Read who is brought where."""
        case = self.case
        tables = np.zeros(case.own.shape), np.zeros(case.own.shape), np.zeros(case.places.shape)
        for table, variables in zip(tables, (model.keep, model.send, model.line), strict=True):
            for at, variable in variables.items():
                table[at] = max(variable.value, 0.0)
        return DispatchPlan.of(case, *tables)

    def words(self, constraint: str, index: Any) -> str:
        """Say who calls, which line is meant, and how many may be brought elsewhere."""
        match constraint:
            case "call":
                return f"{self.case.calls[index]:g} calls of {self.case.groups[index]} are brought to some hospital"
            case "brought":
                places = self.case.places[index].sum()
                return f"{self.case.hospitals[index]} takes {places:g} patients at most, all in its line"
            case "diverted":
                return f"at most {self.case.most_diverted:g} patients are brought elsewhere than they would go"
        return ""

    def terms(self, solution: DispatchPlan) -> tuple[Term, ...]:
        """Tell what roads, waits and diversions cost."""
        case = self.case
        ways = [("kept", solution.kept, 0.0), ("sent", solution.sent, case.divert_min)]
        found = [
            Term(
                name, f"{case.groups[g]} to {case.hospitals[h]}", float(table[g, h]), float(case.road_min[g, h]) + price
            )
            for name, table, price in ways
            for g, h in np.argwhere(table > WITHIN).tolist()
        ]
        return (*found, *self._waits(solution.line))

    def _waits(self, line: FloatArray) -> Iterator[Term]:
        for h, k in np.argwhere(line > WITHIN).tolist():
            name = f"{self.case.hospitals[h]}, stretch {k}"
            yield Term("wait", name, float(line[h, k]), float(self.case.wait_min[h, k]))

    def breaches(self, solution: DispatchPlan) -> list[str]:
        """Check a plan with plain sums."""
        case, brought = self.case, solution.brought
        missed = {
            "calls that are not answered": np.abs(brought.sum(axis=1) - case.calls),
            "patients who stand in no line": np.abs(brought.sum(axis=0) - solution.line.sum(axis=1)),
            "more kept than would come": solution.kept - case.own,
            "longer stretches than there are": solution.line - case.places,
            "patients sent where no way leads": np.where(case.ways, 0.0, solution.sent),
            "less than nobody": -np.concatenate((solution.kept.ravel(), solution.sent.ravel(), solution.line.ravel())),
            "too many diverted": np.array([solution.sent.sum() - case.most_diverted]),
        }
        return [what for what, amounts in missed.items() if np.any(amounts > WITHIN * (1.0 + case.calls.sum()))]


def _or_none(places: float) -> float | None:
    return places if np.isfinite(places) else None
