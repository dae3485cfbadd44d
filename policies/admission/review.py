"""State the program of one list at one review, book its answer, and say which sessions and beds stood in the way."""

from collections.abc import Hashable
from dataclasses import dataclass, replace

import numpy as np

from optimize.binding import LEAST, MOST
from optimize.contract import Solved
from optimize.theatre.case import TheatreCase, TheatrePlan
from policies.admission.sessions import Book, Session
from policies.admission.wishes import Prices, Wish
from sim.contract import AdmissionView
from sim.units import FloatArray

ANYBODY = ("anybody",)
"""Surgeons are not told apart."""


@dataclass(frozen=True, slots=True, eq=False)
class ListReview:
    """Hold what one list of one hospital may call: patients, sessions of one hospital, and beds free, (k, n_days)."""

    view: AdmissionView
    wanted: list[Wish]
    sessions: list[Session]
    free: FloatArray
    p_overrun: float
    bed_cost: float

    def case(self, prices: Prices) -> TheatreCase:
        """State the program; session s and group c are `sessions[s]` and `wanted[c]`."""
        facts, n_days = self.view.facts, self.free.shape[1]
        group = np.array([one.group for one in self.wanted], dtype=np.int64)
        late_cost = np.array(prices.late_cost_per_day)[facts.acuity[group] - 1]
        return TheatreCase(
            cases=tuple(f"{facts.groups[one.group]} due on day {self.view.day + one.due_day}" for one in self.wanted),
            sessions=tuple(self._session_name(one) for one in self.sessions),
            surgeons=ANYBODY,
            n_cases=np.array([len(one.rows) for one in self.wanted]),
            surgeon=np.zeros(len(group), dtype=np.int64),
            mean_min=facts.mean_min[group],
            sd_min=facts.sd_min[group],
            due_day=np.array([one.due_day for one in self.wanted]),
            late_cost_per_day=late_cost,
            postpone_cost=np.array([one.postpone_cost for one in self.wanted]),
            may_use=np.ones((len(group), len(self.sessions)), dtype=np.bool_),
            hospital=np.zeros(len(self.sessions), dtype=np.int64),
            day=np.array([one.day for one in self.sessions]),
            minutes=np.array([one.left_min for one in self.sessions]),
            p_overrun=self.p_overrun,
            surgeon_min=np.full((1, n_days), np.inf),
            stay=facts.stay[group][:, :, :n_days],
            free_beds=np.maximum(self.free, 0.0)[None],
            bed_cost=np.full(len(facts.place_codes), self.bed_cost),
        )

    def book(self, book: Book, plan: TheatrePlan) -> None:
        """Call the patients of a plan, of each group those due first; in a session the least deviation comes first."""
        facts = self.view.facts
        left = [sorted(one.rows, key=lambda row: (self.view.due_min[row], row)) for one in self.wanted]
        chosen = [
            (session, float(facts.sd_min[self.wanted[c].group]), float(self.view.due_min[left[c][0]]), left[c].pop(0))
            for c, session, n_cases in plan.operations
            for _ in range(n_cases)
        ]
        for s, _, _, row in sorted(chosen):
            if book.fits(row, self.sessions[s]):
                book.call(row, self.sessions[s])

    def with_prices(self, solved: Solved[TheatrePlan], case: TheatreCase) -> Solved[TheatrePlan]:
        """Return the answer with the sessions and beds that stood in the way, and their prices when relaxed."""
        from optimize.solver import prices as shadow_prices  # only now: importing pyomo takes long
        from optimize.theatre.problem import TheatreProblem

        assert solved.solution is not None
        priced = shadow_prices(TheatreProblem.around(case, solved.solution), ("session", "beds"))
        if priced.solution is None:
            return solved
        found = [
            (self._words(name, index), round(-price, 6))
            for name, members in priced.solution.by_constraint.items()
            for index, price in members.items()
            if price < -LEAST
        ]
        dearest = tuple(sorted(found, key=lambda one: -one[1])[:MOST])
        return replace(solved, binding=dearest, seconds=solved.seconds + priced.seconds)

    def _words(self, name: str, index: Hashable) -> str:
        """Say which constraint has a price, for one more unit of what."""
        if name == "session":
            return f"one more minute of {self._session_name(self.sessions[int(str(index))])}"
        assert isinstance(index, tuple)
        facts, (_, k, day) = self.view.facts, index
        hospital = facts.hospital_ids[self.sessions[0].hospital]
        return f"one more {facts.place_codes[k]} at {hospital} on day {self.view.day + day}"

    def _session_name(self, one: Session) -> str:
        facts = self.view.facts
        where = f"{facts.list_codes[one.code]} {one.unit + 1} at {facts.hospital_ids[one.hospital]}"
        return f"{where} on day {self.view.day + one.day}"
