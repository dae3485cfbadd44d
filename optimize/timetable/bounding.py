"""Bound the cost of a timetable from below by a linear program that forgets genders, single rooms and nurses."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from math import ceil
from typing import Any

import pyomo.environ as pyo

from optimize.contract import SolveOptions
from optimize.solver import solve
from optimize.timetable.case import TimetableCase
from optimize.timetable.tables import CONTINUITY, DELAY, OPENED, UNSCHEDULED

Uses = dict[Hashable, list[tuple[float, Any]]]


@dataclass(frozen=True, slots=True)
class RelaxedTimetable:
    """Admit shares of patients to days; all theatres count as one, and all beds.

    Sets: patients p with days d from release to due, theatres t, surgeons s.

        min  Σ_pd (delay (d - release[p]) + continuity) x[p,d] + unscheduled Σ_p out[p] + opened Σ_td open[t,d]
             + continuity · occupants
        s.t. Σ_d x[p,d] + out[p] = 1            out[p] = 0 for mandatory patients
             Σ_p minutes[p] x[p,d] ≤ surgeon_min[s,d]              (patients of s)
             Σ_p minutes[p] x[p,d] ≤ Σ_t theatre_min[t,d] open[t,d]
             Σ_p x[p, admitted up to stay days before d] ≤ beds - occupants on d
             0 ≤ x, out, open ≤ 1
    """

    case: TimetableCase

    def build(self) -> pyo.ConcreteModel:
        """Write the program."""
        case, model = self.case, pyo.ConcreteModel("timetable")
        pairs = [(p, d) for p in range(case.n_patients) for d in range(int(case.release[p]), int(case.due[p]) + 1)]
        theatres = [(t, d) for t in range(len(case.theatre_ids)) for d in range(case.n_days)]
        model.x = pyo.Var(pairs, bounds=(0, 1))
        model.out = pyo.Var(range(case.n_patients), bounds=lambda _, p: (0, 0 if case.mandatory[p] else 1))
        model.open = pyo.Var(theatres, bounds=(0, 1))
        weight = case.weight.tolist()
        model.cost = pyo.Objective(
            expr=sum(
                (weight[DELAY] * (d - int(case.release[p])) + weight[CONTINUITY]) * model.x[p, d] for p, d in pairs
            )
            + weight[UNSCHEDULED] * sum(model.out[p] for p in range(case.n_patients))
            + weight[OPENED] * sum(model.open[t, d] for t, d in theatres)
            + weight[CONTINUITY] * len(case.occupant_ids)
        )
        days: dict[int, list[Any]] = defaultdict(list)
        for p, d in pairs:
            days[p].append(model.x[p, d])
        model.once = pyo.Constraint(range(case.n_patients), rule=lambda m, p: sum(days[p]) + m.out[p] == 1)
        _limit(model, case, pairs)
        return model

    def read(self, model: pyo.ConcreteModel) -> float:
        """Read the cost."""
        return float(pyo.value(model.cost))


def _limit(model: pyo.ConcreteModel, case: TimetableCase, pairs: Iterable[tuple[int, int]]) -> None:
    """Limit surgeons, theatres and beds."""
    surgeons, theatres, beds = (defaultdict(list) for _ in range(3))
    for p, d in pairs:
        minutes, x = int(case.minutes[p]), model.x[p, d]
        surgeons[int(case.surgeon[p]), d].append(minutes * x)
        theatres[d].append(minutes * x)
        for at in range(d, min(d + int(case.stay_days[p]), case.n_days)):
            beds[at].append(x)
    free = {at: int(case.beds.sum()) - int((case.stay_days[case.n_patients :] > at).sum()) for at in beds}

    def theatre(m: pyo.ConcreteModel, d: int) -> Any:
        return sum(theatres[d]) <= sum(int(row[d]) * m.open[t, d] for t, row in enumerate(case.theatre_min))

    model.surgeon = pyo.Constraint(
        list(surgeons), rule=lambda _, s, d: sum(surgeons[s, d]) <= int(case.surgeon_min[s, d])
    )
    model.theatre = pyo.Constraint(list(theatres), rule=theatre)
    model.bed = pyo.Constraint(list(beds), rule=lambda _, at: sum(beds[at]) <= free[at])


def lower_bound(case: TimetableCase, fuse_seconds: float = 20.0) -> int | None:
    """Return a cost below which no plan is, costs being whole; None when the program has no answer in time."""
    solved = solve(RelaxedTimetable(case), SolveOptions(fuse_seconds=fuse_seconds))
    return None if solved.bound is None else ceil(solved.bound - 1e-6)
