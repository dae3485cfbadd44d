"""Roster staff exactly: a mixed-integer program over who works which shift on which day."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo

from optimize.linear import Terms, linear
from optimize.roster import check
from optimize.roster.case import OFF, Roster, RosterCase
from optimize.roster.runs import add_runs
from optimize.roster.wording import wording
from optimize.score import Term


@dataclass(frozen=True, slots=True)
class RosterProblem:
    """Choose a shift or none for everybody on every day; for cases of some hundred cells (else `solve_roster`).

    Sets: employees e; days d; shifts s; work[e,d,s] only where e may work s and d is no day off; weekends k.
    works[e,d] stands for Σ_s work[e,d,s].

        min  Σ refused wishes · cost + Σ_c under[c] · missing[c] + over[c] · extra[c]
               + spread_cost · (most_nights - fewest_nights)
        s.t. Σ_s work[e,d,s]                                        ≤ 1               one shift a day
             work[e,d,s] + Σ_(t not after s) work[e,d+1,t]          ≤ 1               succession
             Σ_d work[e,d,s]                                        ≤ max_shifts[e,s]
             min_minutes[e] ≤ Σ_(d,s) minutes[s] · work[e,d,s]      ≤ max_minutes[e]
             Σ_(d ≤ j ≤ d+max_run) works[e,j]                       ≤ max_run[e]      long runs
             works[e,d+1] - works[e,d]                              ≤ works[e,j]      d+1 < j ≤ d+min_run: short runs
             works[e,d] - works[e,d+1]                              ≤ 1 - works[e,j]  d+1 < j ≤ d+min_rest: short rests
             works[e,d]                                             ≤ weekend[e,k]    d in k
             Σ_k weekend[e,k]                                       ≤ max_weekends[e]
             Σ_e work[e,d,s] + missing[c] - extra[c]                = required[c]     c = (d, s)
             fewest_nights ≤ Σ_(d, nights s) work[e,d,s]            ≤ most_nights     who may work nights
             works[e,d]                                             = 1               days that are given
             work, weekend ∈ {0, 1}; missing, extra ≥ 0 (missing = 0 where cover is hard)
    """

    case: RosterCase

    def build(self) -> pyo.ConcreteModel:
        """Write the program; indices are positions in the case."""
        case, model = self.case, pyo.ConcreteModel("roster")
        model.work = pyo.Var(list(_cells(case)), domain=pyo.Binary)
        add_runs(model, case)
        self._add_cover(model)
        self._add_nights(model)
        costs = [*self._cover_costs(model), *self._wish_costs(model), *self._night_costs(model)]
        offset = sum(request.cost for request in case.requests if request.wanted)
        model.cost = pyo.Objective(expr=linear(costs) + offset, sense=pyo.minimize)
        return model

    def read(self, model: pyo.ConcreteModel) -> Roster:
        """Read who works what."""
        roster = np.full((len(self.case.employees), self.case.n_days), OFF, dtype=np.intp)
        for (employee, day, shift), variable in model.work.items():
            if variable.value > 0.5:
                roster[employee, day] = shift
        return roster

    def words(self, constraint: str, index: Hashable) -> str:
        """Say what a constraint asks for."""
        return wording(self.case, constraint, index)

    def terms(self, solution: Roster) -> Iterator[Term]:
        """Take a roster apart."""
        return check.terms(self.case, solution)

    def breaches(self, solution: Roster) -> list[str]:
        """Check a roster."""
        return check.breaches(self.case, solution)

    def _add_cover(self, model: Any) -> None:
        case = self.case
        shift = {one.name: s for s, one in enumerate(case.shifts)}
        model.missing = pyo.Var([] if case.cover_is_hard else range(len(case.covers)), domain=pyo.NonNegativeReals)
        model.extra = pyo.Var(range(len(case.covers)), domain=pyo.NonNegativeReals)

        def rule(_: Any, c: int) -> Any:
            need = case.covers[c]
            keys = [(e, need.day, shift[need.shift]) for e in range(len(case.employees))]
            terms: Terms = [(1.0, model.work[key]) for key in keys if key in model.work]
            if not case.cover_is_hard:
                terms.append((1.0, model.missing[c]))
            return linear([*terms, (-1.0, model.extra[c])]) == need.required

        model.cover = pyo.Constraint(range(len(case.covers)), rule=rule)

    def _add_nights(self, model: Any) -> None:
        case = self.case
        staff = case.night_staff() if case.night_spread_cost else []
        nights = [s for s, one in enumerate(case.shifts) if one.night]
        model.most_nights = pyo.Var(["all"] if staff else [], domain=pyo.NonNegativeReals)
        model.fewest_nights = pyo.Var(["all"] if staff else [], domain=pyo.NonNegativeReals)

        def counted(e: int) -> Terms:
            return [(1.0, x) for (one, _, s), x in model.work.items() if one == e and s in nights]

        model.at_most = pyo.Constraint(
            staff, rule=lambda _, e: linear([*counted(e), (-1.0, model.most_nights["all"])]) <= 0
        )
        model.at_least = pyo.Constraint(
            staff, rule=lambda _, e: linear([*counted(e), (-1.0, model.fewest_nights["all"])]) >= 0
        )

    def _cover_costs(self, model: Any) -> Terms:
        costs: Terms = [(self.case.covers[c].under_cost, model.missing[c]) for c in model.missing]
        return [*costs, *((self.case.covers[c].over_cost, model.extra[c]) for c in model.extra)]

    def _wish_costs(self, model: Any) -> Iterator[tuple[float, Any]]:
        staff = {one.name: e for e, one in enumerate(self.case.employees)}
        shift = {one.name: s for s, one in enumerate(self.case.shifts)}
        for request in self.case.requests:
            key = staff[request.employee], request.day, shift[request.shift]
            if key in model.work:
                yield (-request.cost if request.wanted else request.cost), model.work[key]

    def _night_costs(self, model: Any) -> Terms:
        price = self.case.night_spread_cost
        most: Terms = [(price, variable) for variable in model.most_nights.values()]
        return [*most, *((-price, variable) for variable in model.fewest_nights.values())]


def _cells(case: RosterCase) -> Iterator[tuple[int, int, int]]:
    for e, employee in enumerate(case.employees):
        shifts = [s for s, shift in enumerate(case.shifts) if employee.may_work(shift)]
        for day in range(case.n_days):
            if day not in employee.days_off:
                given = employee.fixed.get(day)
                yield from ((e, day, s) for s in shifts if given in (None, case.shifts[s].name))
