"""Book outpatients into sessions at the least cost: a transport program with rising prices of overbooking."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyomo.environ as pyo

from optimize.appointments import check
from optimize.appointments.case import AppointmentsCase, AppointmentsPlan, booked
from optimize.score import Term


@dataclass(frozen=True, slots=True)
class AppointmentsProblem:
    """Choose a session, or none, for every request, by a linear program.

    Sets: requests r, sessions s, pairs (r, s) with a finite price, bookings k = 1, 2, ... beyond the slots.

        min  Σ price[r,s] · book[r,s] + Σ open_price[r] · leave[r] + Σ overflow_step[s,k] · extra[s,k]
        s.t. Σ_s book[r,s] + leave[r]        = 1              every request has an answer
             Σ_r book[r,s] − Σ_k extra[s,k]  ≤ slots[s]       beyond the slots only as extra bookings
             book, leave ≥ 0,  0 ≤ extra ≤ 1;  leave[r] only where a request may stay open

    `price` holds days until the session, days late, travel, preferences and changes; in any one unit of money. The
    expected number of patients who come and find no slot, E max(0, Binomial(n, 1 − p_no_show) − slots), is convex in
    the bookings n, so its steps rise and the extra bookings fill in order. If the patients of a session differ, and
    p_no_show is their mean, fewer are turned away than expected here (W. Hoeffding, 1956,
    doi:10.1214/aoms/1177728178). The rest is a transport program: every vertex is whole.
    """

    first_stage: ClassVar[tuple[str, ...]] = ("book", "leave")

    case: AppointmentsCase

    def build(self) -> pyo.ConcreteModel:
        """Write the program over the pairs that may be, with the names of requests and sessions as indices."""
        case, price, open_price = self.case, self.case.price(), self.case.open_price()
        pairs = {
            (case.requests[r], case.sessions[s]): float(price[r, s])
            for r, s in np.argwhere(np.isfinite(price)).tolist()
        }
        leaving = {case.requests[r]: float(open_price[r]) for r in np.flatnonzero(np.isfinite(open_price)).tolist()}
        all_steps = case.overflow_steps()
        steps = {
            (case.sessions[s], k + 1): float(all_steps[s, k]) for s, k in np.argwhere(np.isfinite(all_steps)).tolist()
        }
        model = pyo.ConcreteModel("appointments")
        model.book = pyo.Var(list(pairs), domain=pyo.NonNegativeReals)
        model.leave = pyo.Var(list(leaving), domain=pyo.NonNegativeReals)
        model.extra = pyo.Var(list(steps), bounds=(0, 1))
        costs = [cost * model.book[pair] for pair, cost in pairs.items()]
        costs += [cost * model.leave[name] for name, cost in leaving.items()]
        costs += [step * model.extra[place] for place, step in steps.items()]
        model.cost = pyo.Objective(expr=pyo.quicksum(costs), sense=pyo.minimize)
        self._answers(model)
        self._slots(model)
        return model

    def _answers(self, model: pyo.ConcreteModel) -> None:
        """Answer every request."""
        choices: dict[str, list[Any]] = {name: [] for name in self.case.requests}
        for (name, _), book in model.book.items():
            choices[name].append(book)
        for name, leave in model.leave.items():
            choices[name].append(leave)

        def answer(_: Any, name: str) -> Any:
            return pyo.quicksum(choices[name]) == 1 if choices[name] else pyo.Constraint.Infeasible

        model.answer = pyo.Constraint(self.case.requests, rule=answer)

    def _slots(self, model: pyo.ConcreteModel) -> None:
        """Fill no more than the slots and the extra bookings."""
        case = self.case
        inside: dict[str, list[Any]] = {}
        extra: dict[str, list[Any]] = {}
        for (_, session), book in model.book.items():
            inside.setdefault(session, []).append(book)
        for (session, _), more in model.extra.items():
            extra.setdefault(session, []).append(more)
        slots = dict(zip(case.sessions, case.slots.tolist(), strict=True))

        def room(_: Any, session: str) -> Any:
            return pyo.quicksum(inside[session]) - pyo.quicksum(extra.get(session, [])) <= slots[session]

        model.room = pyo.Constraint([name for name in case.sessions if name in inside], rule=room)

    def read(self, model: pyo.ConcreteModel) -> AppointmentsPlan:
        """Read the session of each request.

        Raises:
            ArithmeticError: if a booking is not whole within 1e-6.
        """
        request = {name: r for r, name in enumerate(self.case.requests)}
        session = {name: s for s, name in enumerate(self.case.sessions)}
        pairs = np.array([(request[r], session[s]) for r, s in model.book], dtype=np.intp).reshape(-1, 2)
        values = np.array([variable.value for variable in model.book.values()], dtype=np.float64)
        return booked(self.case, pairs, values)

    def words(self, constraint: str, index: Hashable) -> str:
        """Say what a constraint asks for."""
        case, name = self.case, str(index)
        if constraint == "room":
            s = case.sessions.index(name)
            return f"{name} sees {case.slots[s]} patients, and {case.overbook_limit[s]} more may be booked"
        r = case.requests.index(name)
        if case.settled[r]:
            return f"{name} is settled in {case.sessions[case.booked[r]]}"
        if case.must[r]:
            return f"{name} must be seen in a session that fits by day {case.due_day[r]}"
        return f"{name} is booked into a session that fits, or left open"

    def terms(self, solution: AppointmentsPlan) -> Iterator[Term]:
        """Take a plan apart."""
        return check.terms(self.case, solution)

    def breaches(self, solution: AppointmentsPlan) -> list[str]:
        """Check a plan."""
        return check.breaches(self.case, solution)
