"""Decide which units of each resource type move to which place: unmet demand, moving cost and inequality."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.core.expr import LinearExpression

from optimize.allocation_case import AllocationCase, AllocationPlan, Inequality, UnitMove, breaches, plan_of
from optimize.score import Term


@dataclass(frozen=True, slots=True)
class AllocationProblem:
    """Move whole units between places so that little demand stays unmet, cheaply and equally.

    Sets: types k, places h, ways (k, i, j) from a place that has some of k to another one, at finite cost.
    With A[k,h] = supply[k,h] + Σ_i move[k,i,h] − Σ_j move[k,h,j], and for each type S = Σ_h supply, D = Σ_h demand:

        min  Σ_k unmet_cost[k] Σ_h unmet[k,h] + Σ move_cost[i,j] · move[k,i,j] + inequality_cost Σ_k unequal[k]
        s.t. Σ_j move[k,i,j] ≤ movable[k,i]                         units leave from where they are, and go one way
             unmet[k,h] ≥ demand[k,h] − A[k,h]
             A[k,h] ≥ least_ratio · demand[k,h]
             Σ move ≤ most_moves                                    (where given)
             MAX_MIN: unequal[k] ≥ 1 − (A[k,h] / demand[k,h]) / (S / D)               for demand[k,h] > 0
             GINI:    apart[k,h,g] ≥ ±(A[k,h] · demand[k,g] − A[k,g] · demand[k,h])    for h < g
                      unequal[k] = Σ_{h<g} apart[k,h,g] / (S · D)
             move ≥ 0 and whole; unmet, unequal, apart ≥ 0

    Units are moved, never made, so S does not change and the Gini coefficient, weighed by demand, is linear in the
    moves but for its absolute values. Types that nobody has or nobody needs have no inequality.
    """

    case: AllocationCase

    first_stage = ("move",)
    """Units are moved before the demand is known."""

    def build(self) -> pyo.ConcreteModel:
        """Write the program."""
        case, model = self.case, pyo.ConcreteModel("allocation")
        k_types, n_places = case.supply.shape
        model.ways = pyo.Set(initialize=list(self._ways()), dimen=3)
        model.cells = pyo.Set(initialize=list(np.ndindex(k_types, n_places)), dimen=2)
        model.move = pyo.Var(model.ways, domain=pyo.NonNegativeIntegers)
        model.unmet = pyo.Var(model.cells, domain=pyo.NonNegativeReals)
        model.unequal = pyo.Var(range(k_types), domain=pyo.NonNegativeReals)
        after = self._after(model)
        missing = pyo.quicksum(float(case.unmet_cost[k]) * model.unmet[k, h] for k, h in model.cells)
        moving = pyo.quicksum(float(case.move_cost[i, j]) * model.move[k, i, j] for k, i, j in model.ways)
        unequal = case.inequality_cost * pyo.quicksum(model.unequal.values())
        model.cost = pyo.Objective(expr=missing + moving + unequal)
        self._limit_moves(model)
        model.need = pyo.Constraint(
            model.cells, rule=lambda m, k, h: m.unmet[k, h] + after[k, h] >= float(case.demand[k, h])
        )
        if case.least_ratio > 0:
            model.share = pyo.Constraint(
                [cell for cell in model.cells if case.demand[cell] > 0],
                rule=lambda _, k, h: after[k, h] >= case.least_ratio * float(case.demand[k, h]),
            )
        self._count_inequality(model, after)
        return model

    def _ways(self) -> Iterator[tuple[int, int, int]]:
        possible = np.isfinite(self.case.move_cost) & ~np.eye(len(self.case.places), dtype=np.bool_)
        for k, i in np.argwhere(self.case.may_leave > 0).tolist():
            yield from ((k, i, j) for j in np.flatnonzero(possible[i]).tolist())

    def _after(self, model: Any) -> dict[tuple[int, int], Any]:
        """Write what each place has after the moves."""
        flows: dict[tuple[int, int], list[tuple[float, Any]]] = {cell: [] for cell in model.cells}
        for (k, i, j), move in model.move.items():
            flows[k, i].append((-1.0, move))
            flows[k, j].append((1.0, move))
        return {
            cell: LinearExpression(
                constant=float(self.case.supply[cell]),
                linear_coefs=[sign for sign, _ in flow],
                linear_vars=[move for _, move in flow],
            )
            for cell, flow in flows.items()
        }

    def _limit_moves(self, model: Any) -> None:
        """Let units leave from where they are only, and no more than can be moved."""
        leaving: dict[tuple[int, int], list[Any]] = {}
        for (k, i, _), move in model.move.items():
            leaving.setdefault((k, i), []).append(move)
        model.stock = pyo.Constraint(
            list(leaving), rule=lambda _, k, i: pyo.quicksum(leaving[k, i]) <= float(self.case.may_leave[k, i])
        )
        if self.case.most_moves is not None and len(model.move):
            model.effort = pyo.Constraint(expr=pyo.quicksum(model.move.values()) <= self.case.most_moves)

    def _count_inequality(self, model: Any, after: dict[tuple[int, int], Any]) -> None:
        supply, demand = self.case.supply.sum(axis=1), self.case.demand
        counted = np.flatnonzero((supply > 0) & (demand.sum(axis=1) > 0)).tolist()
        if self.case.inequality is Inequality.MAX_MIN:
            mean = supply / np.maximum(demand.sum(axis=1), 1e-300)
            model.worst = pyo.Constraint(
                [(k, h) for k in counted for h in np.flatnonzero(demand[k]).tolist()],
                rule=lambda m, k, h: m.unequal[k] >= 1 - after[k, h] / float(demand[k, h] * mean[k]),
            )
        elif self.case.inequality is Inequality.GINI:
            self._count_gini(model, after, counted)

    def _count_gini(self, model: Any, after: dict[tuple[int, int], Any], counted: list[int]) -> None:
        demand, n_places = self.case.demand, len(self.case.places)
        total = (self.case.supply.sum(axis=1) * demand.sum(axis=1)).tolist()
        pairs = [(k, h, g) for k in counted for h in range(n_places) for g in range(h + 1, n_places)]
        model.apart = pyo.Var(pairs, domain=pyo.NonNegativeReals)

        def crossed(k: int, h: int, g: int) -> Any:
            return (after[k, h] * float(demand[k, g]) - after[k, g] * float(demand[k, h])) / total[k]

        model.above = pyo.Constraint(pairs, rule=lambda m, k, h, g: m.apart[k, h, g] >= crossed(k, h, g))
        model.below = pyo.Constraint(pairs, rule=lambda m, k, h, g: m.apart[k, h, g] >= -crossed(k, h, g))
        model.gini = pyo.Constraint(
            counted,
            rule=lambda m, k: m.unequal[k] == pyo.quicksum(m.apart[pair] for pair in pairs if pair[0] == k),
        )

    def read(self, model: pyo.ConcreteModel) -> AllocationPlan:
        """Read the moves and work out what follows."""
        moved = ((way, round(variable.value)) for way, variable in model.move.items())
        return plan_of(self.case, tuple(UnitMove(k, i, j, n_units) for (k, i, j), n_units in sorted(moved) if n_units))

    def words(self, constraint: str, index: Hashable) -> str:
        """Say what a place has, needs or must get, and how much can be moved."""
        if constraint == "effort":
            return f"at most {self.case.most_moves} units can be moved"
        if constraint not in ("stock", "need", "share") or not isinstance(index, tuple):
            return ""
        k, h = index
        place, name = self.case.places[h], self.case.types[k]
        has, needs = f"{self.case.supply[k, h]:g}", f"{self.case.demand[k, h]:g}"
        if constraint == "share":
            least = f"{self.case.least_ratio * self.case.demand[k, h]:g}"
            return f"{place} must have at least {least} {name} (it needs {needs})"
        if constraint == "need":
            return f"{place} needs {needs} {name}"
        spare = "" if self.case.movable is None else f", of which {self.case.movable[k, h]:g} may leave"
        return f"{place} has {has} {name}{spare}"

    def terms(self, solution: AllocationPlan) -> tuple[Term, ...]:
        """Tell what unmet demand, each move and inequality cost."""
        case = self.case
        unmet = (
            Term("unmet demand", f"{case.types[k]}, {case.places[h]}", float(solution.unmet[k, h]), float(price))
            for (k, h) in np.argwhere(solution.unmet > 0).tolist()
            for price in [case.unmet_cost[k]]
        )
        moves = (
            Term(
                "moving",
                f"{case.types[k]}, {case.places[i]} to {case.places[j]}",
                n_units,
                float(case.move_cost[i, j]),
            )
            for k, i, j, n_units in solution.moves
        )
        amounts = zip(case.types, solution.inequality.tolist(), strict=True)
        unequal = (Term("inequality", name, amount, case.inequality_cost) for name, amount in amounts)
        return (*unmet, *moves, *unequal)

    def breaches(self, solution: AllocationPlan) -> list[str]:
        """Check a plan with plain sums."""
        return breaches(self.case, solution)
