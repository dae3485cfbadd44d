"""Give requests slots, open sessions off-peak and overbook where it pays: a network with openings."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyomo.environ as pyo

from optimize.imaging import check
from optimize.imaging.case import ImagingCase, ImagingPlan, plan_of
from optimize.linear import Terms, linear
from optimize.score import Term


@dataclass(frozen=True, slots=True)
class ImagingProblem:
    """Choose bookings, sessions to open, and how far to overbook.

    Sets: groups of requests g, sessions t, of them those that must be opened; pairs (g, t) with a finite
    price; j = 1 .. n_over[t] the first, second, ... booking beyond the slots. Prices in the unit of the case.

        min  Σ price[g,t] · book[g,t] + Σ postpone_cost[g] · later[g]
             + Σ opening_cost[t] · open[t] + Σ over_price[t,j] · extra[t,j]
        s.t. Σ_t book[g,t] + later[g] = n_requests[g]                 every request is booked or postponed
             Σ_g book[g,t]            ≤ regular[t] + Σ_j extra[t,j]    slots
             regular[t]               ≤ slots[t] · open[t]            where it must be opened
             extra[t,j]               ≤ open[t]                       where it must be opened
             0 ≤ regular[t] ≤ left[t];  0 ≤ extra[t,j] ≤ 1;  book, later ≥ 0, whole;  open ∈ {0, 1}
             later[g] = 0 where requests must not be postponed

    `over_price` grows with j, so the cheap places beyond the slots fill first, and the expected overload of
    any number of bookings is exact. With the openings given this is a network with whole capacities.
    """

    case: ImagingCase
    first_stage: ClassVar[tuple[str, ...]] = ("open",)

    def build(self) -> pyo.ConcreteModel:
        """Write the program over the pairs that may be; indices are positions in the case, j counts from 0."""
        case = self.case
        price, over_price = case.price(), case.over_price()
        pairs = [(g, t) for g, t in np.argwhere(np.isfinite(price)).tolist()]
        overs = [(t, j) for t, j in np.argwhere(np.isfinite(over_price)).tolist()]
        model = pyo.ConcreteModel("imaging")
        model.book = pyo.Var(pairs, domain=pyo.NonNegativeIntegers)
        model.later = pyo.Var(np.flatnonzero(np.isfinite(case.postpone_cost)).tolist(), domain=pyo.NonNegativeIntegers)
        model.regular = pyo.Var(range(len(case.sessions)), bounds=lambda _, t: (0, int(case.left[t])))
        model.extra = pyo.Var(overs, bounds=(0, 1))
        model.open = pyo.Var(np.flatnonzero(case.opening_cost > 0).tolist(), domain=pyo.Binary)
        costs: Terms = [(float(price[pair]), model.book[pair]) for pair in pairs]
        costs += [(float(case.postpone_cost[g]), model.later[g]) for g in model.later]
        costs += [(float(case.opening_cost[t]), model.open[t]) for t in model.open]
        costs += [(float(over_price[over]), model.extra[over]) for over in overs]
        model.cost = pyo.Objective(expr=linear(costs), sense=pyo.minimize)
        self._limit(model, pairs, overs)
        return model

    def _limit(self, model: Any, pairs: list[tuple[int, int]], overs: list[tuple[int, int]]) -> None:
        """Add that every request has its place, and every session its slots."""
        case = self.case
        of_group: list[Terms] = [[] for _ in case.requests]
        of_session: list[Terms] = [[(-1.0, model.regular[t])] for t in range(len(case.sessions))]
        for g, t in pairs:
            of_group[g].append((1.0, model.book[g, t]))
            of_session[t].append((1.0, model.book[g, t]))
        for g in model.later:
            of_group[g].append((1.0, model.later[g]))
        for t, j in overs:
            of_session[t].append((-1.0, model.extra[t, j]))
        n_requests, slots, opened = case.n_requests.tolist(), case.slots.tolist(), set(model.open)
        openable = [(t, j) for t, j in overs if t in opened]
        model.everyone = pyo.Constraint(range(len(of_group)), rule=lambda _, g: linear(of_group[g]) == n_requests[g])
        model.room = pyo.Constraint(range(len(of_session)), rule=lambda _, t: linear(of_session[t]) <= 0.0)
        model.opened = pyo.Constraint(sorted(opened), rule=lambda _, t: model.regular[t] <= slots[t] * model.open[t])
        model.beyond = pyo.Constraint(openable, rule=lambda _, t, j: model.extra[t, j] <= model.open[t])

    def read(self, model: pyo.ConcreteModel) -> ImagingPlan:
        """Read the bookings and the openings."""
        booked = np.zeros(self.case.may_use.shape, dtype=np.intp)
        for pair, variable in model.book.items():
            booked[pair] = round(variable.value)
        opened = tuple(t for t, variable in model.open.items() if variable.value > 0.5)
        return plan_of(self.case, booked, opened)

    def words(self, constraint: str, index: Hashable) -> str:
        """Say what a constraint asks for."""
        case = self.case
        if constraint == "everyone":
            g = int(str(index))
            wish = "must have a slot" if np.isinf(case.postpone_cost[g]) else "want a slot or are postponed"
            return f"{case.n_requests[g]} of {case.requests[g]} {wish}"
        t = index[0] if isinstance(index, tuple) else int(str(index))
        session = case.sessions[t]
        if constraint == "room":
            return f"{session} has {case.left[t]} slots left, and takes {case.n_over[t]} more at a price"
        return f"{session} takes nobody unless it is opened"

    def terms(self, solution: ImagingPlan) -> Iterator[Term]:
        """Take a plan apart."""
        return check.terms(self.case, solution)

    def breaches(self, solution: ImagingPlan) -> list[str]:
        """Check a plan."""
        return check.breaches(self.case, solution)
