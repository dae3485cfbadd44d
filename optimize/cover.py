"""Meet requirements at the least cost: the covering program behind rosters, sessions and stock."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.core.expr import LinearExpression

from optimize.contract import Solved, SolveOptions
from optimize.cover_case import CoverCase, CoverPlan
from optimize.program import FloatArray
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
        model.cost = pyo.Objective(expr=_weighted(case.cost, levels), sense=pyo.minimize)

        def cover(_: Any, name: str) -> Any:
            i = case.requirements.index(name)
            return _weighted(case.coverage[i], levels) >= float(case.needed[i])

        model.cover = pyo.Constraint(model.requirements, rule=cover)
        return model

    def read(self, model: pyo.ConcreteModel) -> CoverPlan:
        """Read the levels and work out cost and slack."""
        levels = np.array([variable.value for variable in model.level.values()], dtype=np.float64)
        case = self.case
        return CoverPlan(levels, float(case.cost @ levels), case.coverage @ levels - case.needed)


def _weighted(weights: FloatArray, levels: list[Any]) -> Any:
    """Sum weight times level, without the zeros."""
    used = np.flatnonzero(weights).tolist()
    return LinearExpression(linear_coefs=[float(weights[j]) for j in used], linear_vars=[levels[j] for j in used])


def requirement_prices(case: CoverCase, options: SolveOptions = DEFAULT) -> Solved[ShadowPrices]:
    """Price each requirement: the extra cost per unit more that is needed, in the LP relaxation."""
    return prices(CoverProblem(case), ["cover"], options)
