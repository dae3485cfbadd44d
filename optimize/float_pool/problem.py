"""Send people where they are missed most: an integral network flow."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyomo.environ as pyo

from optimize.checking import whole
from optimize.float_pool import check
from optimize.float_pool.case import FloatPoolCase, FloatPoolPlan, plan_of
from optimize.score import Term


@dataclass(frozen=True, slots=True)
class FloatPoolProblem:
    """Choose how many people of each group go to each post, by a linear program.

    Sets: groups g, posts u; ways (g, u) with a finite price. Counts of people, prices in the unit of the case.

        min  Σ price[g,u] · send[g,u] + Σ_u short_cost[u] · lack[u] + unsafe_cost[u] · unsafe[u]
                                                                      + over_cost[u] · spare[u]
        s.t. on_duty[u] + Σ_g send[g,u] − Σ_(g of u, v) send[g,v] + lack[u] + unsafe[u] − spare[u] = needed[u]
             Σ_u send[g,u]              ≤ n_people[g]
             Σ_(g of u, v) send[g,v]    ≤ max(0, on_duty[u] − safe[u])      no lender falls below its safe level
                                          (lendable[u], where given)
             send, spare ≥ 0;  0 ≤ lack[u] ≤ needed[u] − safe[u];  0 ≤ unsafe[u] ≤ safe[u], 0 where it must not be

    People flow from their post through their group to another post, each arc with a whole capacity, and what
    is missing or too much flows from or to a store: a network, whose vertices are whole (R. K. Ahuja,
    T. L. Magnanti, J. B. Orlin, Network Flows, 1993, theorem 9.10). The simplex method ends at a vertex.
    """

    case: FloatPoolCase
    first_stage: ClassVar[tuple[str, ...]] = ("send",)

    def build(self) -> pyo.ConcreteModel:
        """Write the program over the ways that may be; indices are positions in the case."""
        case, price = self.case, self.case.price()
        ways = [(g, u) for g, u in np.argwhere(np.isfinite(price)).tolist()]
        posts = range(len(case.posts))
        model = pyo.ConcreteModel("float_pool")
        model.send = pyo.Var(ways, domain=pyo.NonNegativeReals)
        model.lack = pyo.Var(posts, bounds=lambda _, u: (0, int(case.needed[u] - case.safe[u])))
        model.unsafe = pyo.Var(
            posts, bounds=lambda _, u: (0, int(case.safe[u]) * bool(np.isfinite(case.unsafe_cost[u])))
        )
        model.spare = pyo.Var(posts, domain=pyo.NonNegativeReals)
        unsafe_cost = np.where(np.isfinite(case.unsafe_cost), case.unsafe_cost, 0.0)
        costs = [float(price[way]) * model.send[way] for way in ways]
        for by_post, variable in (
            (case.short_cost, model.lack),
            (unsafe_cost, model.unsafe),
            (case.over_cost, model.spare),
        ):
            costs += [float(by_post[u]) * variable[u] for u in posts]
        model.cost = pyo.Objective(expr=pyo.quicksum(costs), sense=pyo.minimize)
        self._limit(model, ways)
        return model

    def _limit(self, model: Any, ways: list[tuple[int, int]]) -> None:
        """Add the level of each post, and that nobody goes twice and no lender falls below its safe level."""
        case = self.case
        home, on_duty = case.home.tolist(), case.on_duty.tolist()
        needed, n_people, may_lend = case.needed.tolist(), case.n_people.tolist(), case.may_lend.tolist()
        of_group, arriving, leaving = (
            _by(model, ways, key) for key in (lambda g, u: g, lambda g, u: u, lambda g, u: home[g])
        )

        def level(_: Any, u: int) -> Any:
            moved = pyo.quicksum(arriving.get(u, [])) - pyo.quicksum(leaving.get(u, []))
            return moved + model.lack[u] + model.unsafe[u] - model.spare[u] == needed[u] - on_duty[u]

        model.level = pyo.Constraint(range(len(needed)), rule=level)
        model.people = pyo.Constraint(sorted(of_group), rule=lambda _, g: pyo.quicksum(of_group[g]) <= n_people[g])
        model.lender = pyo.Constraint(sorted(leaving), rule=lambda _, u: pyo.quicksum(leaving[u]) <= may_lend[u])

    def read(self, model: pyo.ConcreteModel) -> FloatPoolPlan:
        """Read who is sent.

        Raises:
            ArithmeticError: if a number of people is not whole within 1e-6.
        """
        sent = np.zeros(self.case.may_fill.shape)
        for way, variable in model.send.items():
            sent[way] = variable.value
        return plan_of(self.case, whole("send", sent))

    def words(self, constraint: str, index: Hashable) -> str:
        """Say what a constraint or the bound of a variable asks for."""
        case, position = self.case, int(str(index))
        if constraint == "people":
            return f"{case.groups[position]} has {case.n_people[position]} people to send"
        post = case.posts[position]
        if constraint == "lender":
            level = "" if case.lendable is not None else f", down to its safe level of {case.safe[position]}"
            return f"{post} can spare {case.may_lend[position]}{level}"
        return (
            f"{post} needs {case.needed[position]}, {case.safe[position]} to be safe, and has {case.on_duty[position]}"
        )

    def terms(self, solution: FloatPoolPlan) -> Iterator[Term]:
        """Take a plan apart."""
        return check.terms(self.case, solution)

    def breaches(self, solution: FloatPoolPlan) -> list[str]:
        """Check a plan."""
        return check.breaches(self.case, solution)


def _by(model: Any, ways: list[tuple[int, int]], key: Any) -> dict[int, list[Any]]:
    """Sort the ways by a position."""
    sorted_ways: dict[int, list[Any]] = {}
    for way in ways:
        sorted_ways.setdefault(key(*way), []).append(model.send[way])
    return sorted_ways
