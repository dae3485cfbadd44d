"""Meet requirements at the least cost: the covering program behind rosters, sessions and stock."""

from collections.abc import Hashable
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.core.expr import LinearExpression

from optimize.contract import Solved, SolveOptions
from optimize.cover_case import CoverCase, CoverPlan, breaches
from optimize.score import Term
from optimize.solver import DEFAULT, ShadowPrices, prices


@dataclass(frozen=True, slots=True)
class CoverProblem:
    """Cover every requirement at the least cost.

    Sets: activities j, requirements i.

        min  Σ_j cost[j] · level[j]
        s.t. Σ_j coverage[i,j] · level[j] ≥ needed[i]
             level ≥ 0, whole if asked for
    """

    case: CoverCase

    def build(self) -> pyo.ConcreteModel:
        """Write the program, with the names of the case as indices."""
        case = self.case
        model = pyo.ConcreteModel("cover")
        model.activities = pyo.Set(initialize=list(case.activities))
        model.requirements = pyo.Set(initialize=list(case.requirements))
        domain = pyo.NonNegativeIntegers if case.whole else pyo.NonNegativeReals
        model.level = pyo.Var(model.activities, domain=domain)
        levels = list(model.level.values())
        used = np.flatnonzero(case.cost).tolist()
        model.cost = pyo.Objective(expr=_weighted(case.cost[used].tolist(), used, levels), sense=pyo.minimize)
        givers = dict(zip(case.requirements, case.givers(), strict=True))
        needed = dict(zip(case.requirements, case.needed.tolist(), strict=True))

        def cover(_: Any, name: str) -> Any:
            columns, gives = givers[name]
            return _weighted(gives, columns, levels) >= needed[name]

        model.cover = pyo.Constraint(model.requirements, rule=cover)
        return model

    def read(self, model: pyo.ConcreteModel) -> CoverPlan:
        """Read the levels and work out cost and slack."""
        levels = np.array([variable.value for variable in model.level.values()], dtype=np.float64)
        case = self.case
        return CoverPlan(levels, float(case.cost @ levels), case.coverage @ levels - case.needed)

    def words(self, constraint: str, index: Hashable) -> str:
        """Say what a requirement needs and who can give it."""
        if constraint != "cover":
            return ""
        i = self.case.requirements.index(str(index))
        columns, gives = next(islice(self.case.givers(), i, None))
        able = [self.case.activities[j] for j, each in zip(columns, gives, strict=True) if each > 0]
        takers = [self.case.activities[j] for j, each in zip(columns, gives, strict=True) if each < 0]
        who = ("only " if len(able) == 1 else "") + " or ".join(able) if able else "no activity"
        taken = f", while {' and '.join(takers)} only take{'s' * (len(takers) == 1)}" if takers else ""
        return f"{index} needs {self.case.needed[i]:g}, and {who} gives any{taken}"

    def terms(self, solution: CoverPlan) -> tuple[Term, ...]:
        """Tell what each activity costs and what each requirement has to spare."""
        case = self.case
        levels = zip(case.activities, solution.levels.tolist(), case.cost.tolist(), strict=True)
        spare = zip(case.requirements, solution.slack.tolist(), strict=True)
        return (
            *(Term("cost", name, level, price) for name, level, price in levels),
            *(Term("to spare", name, slack) for name, slack in spare),
        )

    def breaches(self, solution: CoverPlan) -> list[str]:
        """Check a plan with plain sums."""
        return breaches(self.case, solution)


def _weighted(weights: list[float], columns: list[int], levels: list[Any]) -> Any:
    """Sum weight times level over some columns."""
    return LinearExpression(linear_coefs=weights, linear_vars=[levels[j] for j in columns])


def requirement_prices(case: CoverCase, options: SolveOptions = DEFAULT) -> Solved[ShadowPrices]:
    """Price each requirement: the extra cost per unit more that is needed, in the LP relaxation."""
    return prices(CoverProblem(case), ["cover"], options)
