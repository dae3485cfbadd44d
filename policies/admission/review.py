"""State the program of the lists of one review, book its answer, and put into words what stood in the way."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optimize.theatre.case import TheatreCase, TheatrePlan
from policies.admission.sessions import Book, Session
from policies.admission.wishes import Prices, Wish
from sim.contract import AdmissionView
from sim.units import FloatArray, IntArray

ANYBODY = ("anybody",)
"""Surgeons are not told apart."""


@dataclass(frozen=True, slots=True, eq=False)
class OneList:
    """Hold what one list of one hospital may call: rows of the view, groups of some of them, and sessions."""

    hospital: int
    rows: IntArray
    wanted: list[Wish]
    sessions: list[Session]

    @property
    def n_pairs(self) -> int:
        """Count the pairs of groups and sessions."""
        return len(self.wanted) * len(self.sessions)


@dataclass(frozen=True, eq=False)
class ListReview:
    """Hold the lists that are planned together, and the beds free, (n_hospitals, k, n_days)."""

    view: AdmissionView
    lists: list[OneList]
    free: FloatArray
    p_overrun: float
    bed_cost: float

    @cached_property
    def wanted(self) -> list[Wish]:
        """Return the groups of all lists, in the order of the program."""
        return [wish for one in self.lists for wish in one.wanted]

    @cached_property
    def sessions(self) -> list[Session]:
        """Return the sessions of all lists, in the order of the program."""
        return [session for one in self.lists for session in one.sessions]

    @cached_property
    def hospitals(self) -> IntArray:
        """Return the hospitals that have a list here, in the order of the program."""
        return np.unique([one.hospital for one in self.lists])

    def case(self, prices: Prices) -> TheatreCase:
        """State the program; session s and group c are `sessions[s]` and `wanted[c]`."""
        facts, n_days = self.view.facts, self.free.shape[2]
        group = np.array([one.group for one in self.wanted], dtype=np.int64)
        late_cost = np.array(prices.late_cost_per_day)[facts.acuity[group] - 1]
        of_group = np.repeat(np.arange(len(self.lists)), [len(one.wanted) for one in self.lists])
        of_session = np.repeat(np.arange(len(self.lists)), [len(one.sessions) for one in self.lists])
        return TheatreCase(
            cases=tuple(self._group_name(c, int(of_group[c])) for c in range(len(group))),
            sessions=tuple(self._session_name(one) for one in self.sessions),
            surgeons=ANYBODY,
            n_cases=np.array([len(one.rows) for one in self.wanted]),
            surgeon=np.zeros(len(group), dtype=np.int64),
            mean_min=facts.mean_min[group],
            sd_min=facts.sd_min[group],
            due_day=np.array([one.due_day for one in self.wanted]),
            late_cost_per_day=late_cost,
            postpone_cost=np.array([one.postpone_cost for one in self.wanted]),
            may_use=of_group[:, None] == of_session,
            hospital=np.searchsorted(self.hospitals, [one.hospital for one in self.sessions]),
            day=np.array([one.day for one in self.sessions]),
            minutes=np.array([one.left_min for one in self.sessions]),
            p_overrun=self.p_overrun,
            surgeon_min=np.full((1, n_days), np.inf),
            stay=facts.stay[group][:, :, :n_days],
            free_beds=np.maximum(self.free[self.hospitals], 0.0),
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

    def words(self, name: str, index: Hashable) -> str:
        """Say of which constraint one more unit is meant."""
        if name == "session":
            return f"one more minute of {self._session_name(self.sessions[int(str(index))])}"
        assert isinstance(index, tuple)
        facts, (h, k, day) = self.view.facts, index
        hospital = facts.hospital_ids[self.hospitals[h]]
        return f"one more {facts.place_codes[k]} at {hospital} on day {self.view.day + day}"

    def _group_name(self, c: int, of_list: int) -> str:
        facts, one = self.view.facts, self.wanted[c]
        where = facts.hospital_ids[self.lists[of_list].hospital]
        return f"{facts.groups[one.group]} at {where} due on day {self.view.day + one.due_day}"

    def _session_name(self, one: Session) -> str:
        facts = self.view.facts
        where = f"{facts.list_codes[one.code]} {one.unit + 1} at {facts.hospital_ids[one.hospital]}"
        return f"{where} on day {self.view.day + one.day}"
