"""An optimized member of the admission seat: outpatients to slots of clinics, with a place for who stays away."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import nan

import numpy as np

from optimize.appointments.case import UNBOOKED, AppointmentsCase, AppointmentsPlan
from optimize.appointments.planner import PLANNING, AppointmentsPlanner
from optimize.contract import Ending
from policies.admission.most_urgent import MostUrgent, by_urgency
from policies.admission.offers import Offer, disliked, extra_travel_min, may_go, offers
from policies.admission.sessions import Book, decision_of
from policies.admission.wishes import Prices
from policies.settings import WrongSetting
from policies.solving import Solving
from sim.contract import AdmissionDecision, AdmissionView
from sim.units import ACUITIES, IntArray

CANDIDATES = 2
"""So many times the slots are looked at, the most urgent first."""


@dataclass(slots=True)
class Appointments:
    """Book patients into slots of the open sessions so that waiting, lateness and overflow are expected to cost least.

    A session is one unit of a list from its first open hour of a day to its last; its slots are as long as a patient of
    the list takes on average. A day after the due date costs `late_cost_per_day`, by acuity (assumption A-LIST-LATE),
    one before it the share of the time until the due date that it uses up, an idle hour of a clinic
    `idle_cost_per_hour`. Since patients stay away (`p_no_show`), more may be booked than there are slots, as far as
    `most_booked_share` allows; each who comes and finds none costs `overflow_cost` (assumption A-OVERFLOW, range 20 to
    200 USD). Where patients have wishes, a half-day that one does not like costs `dislike_cost` (A-WISH-COST, range 0
    to 60 USD), and each minute by which a clinic is farther than the nearest `travel_cost_per_min` (A-WISH-TRAVEL,
    range 0.1 to 0.6 USD). `optimize.appointments` states the program, a transport problem. Where the solver has no
    answer, the rule `MostUrgent` decides.
    """

    late_cost_per_day: list[float] = field(default_factory=lambda: [500.0, 250.0, 100.0, 40.0, 20.0])
    idle_cost_per_hour: float = 236.3
    overflow_cost: float = 60.0
    dislike_cost: float = 20.0
    travel_cost_per_min: float = 0.3
    solver: Solving = field(default_factory=Solving)

    def decide(self, view: AdmissionView) -> AdmissionDecision:
        """Return the calls of the plan; `objective` is its expected cost, those who are not called included."""
        book = Book(view)
        offered = offers(book)
        rows = self._candidates(view, offered)
        if not rows.size:
            return decision_of([], Ending.OPTIMAL, gap=0.0)
        planner = AppointmentsPlanner(view.rostered.shape[2], 0, self.solver.over(PLANNING))
        solved = planner.plan(self.case(view, offered, rows))
        if solved.solution is None:
            rule = MostUrgent().decide(view)
            calls = list(zip(rule.patient.tolist(), rule.at_min.tolist(), strict=True))
            return decision_of(calls, f"rule after {solved.told}", seconds=solved.seconds)
        hospital = self._book(book, offered, rows, solved.solution)
        gap = 0.0 if solved.ending is Ending.OPTIMAL else nan
        told = (solved.told, solved.solution.cost, gap, solved.binding, solved.seconds)
        return decision_of(book.calls, *told, hospital=None if view.wishes is None else hospital)

    def case(self, view: AdmissionView, offered: list[Offer], rows: IntArray) -> AppointmentsCase:
        """State the program of this review; request r is row `rows[r]` of the view, session s is `offered[s]`."""
        facts, group, n, m = view.facts, view.group[rows], len(rows), len(offered)
        late = np.array(self.late_cost_per_day)[facts.acuity[group] - 1]
        slots = np.array([one.slots for one in offered], dtype=np.int64)
        prices = Prices(tuple(self.late_cost_per_day), self.idle_cost_per_hour)
        due = np.floor((view.due_min[rows] - view.moment_min(0, 0.0)) / 1440.0).astype(np.int64)
        return AppointmentsCase(
            requests=tuple(f"{facts.groups[view.group[row]]} {view.patient[row]}" for row in rows.tolist()),
            sessions=tuple(self._name(view, one) for one in offered),
            day=np.array([one.session.day for one in offered], dtype=np.int64),
            slots=slots,
            overbook_limit=np.floor(slots * max(facts.most_booked_share - 1.0, 0.0) + 1e-9).astype(np.int64),
            p_no_show=np.full(m, facts.p_no_show),
            fits=may_go(view, rows, offered),
            travel_min=extra_travel_min(view, rows, offered),
            dislike_cost=np.where(disliked(view, rows, offered), self.dislike_cost, 0.0),
            due_day=due,
            must=np.zeros(n, dtype=np.bool_),
            day_cost=late / np.maximum(facts.due_days[group], 1.0),
            late_cost=late,
            unbooked_cost=prices.postponed(view, rows)
            + late * view.rostered.shape[2] / facts.due_days[group].clip(1.0),
            booked=np.full(n, UNBOOKED, dtype=np.intp),
            settled=np.zeros(n, dtype=np.bool_),
            travel_cost_per_min=self.travel_cost_per_min,
            overflow_cost=self.overflow_cost,
        )

    def _candidates(self, view: AdmissionView, offered: list[Offer]) -> IntArray:
        """Return the rows of those who may be called, of each list so many as could fill its slots a few times."""
        rows = by_urgency(view, np.flatnonzero(view.uncalled))
        kept = [np.empty(0, dtype=np.int64)]
        slots = may_go(view, rows, offered) @ np.array([one.slots for one in offered], dtype=np.int64)
        hospital, code = view.hospital[rows], view.facts.list_of[view.group[rows]]
        for one in sorted(set(zip(hospital.tolist(), code.tolist(), strict=True))):
            mine = (hospital == one[0]) & (code == one[1])
            kept.append(rows[mine][: CANDIDATES * int(slots[mine][0])])
        return np.concatenate(kept)

    def _book(self, book: Book, offered: list[Offer], rows: IntArray, plan: AppointmentsPlan) -> list[int]:
        """Call the patients of each session, the most urgent first, as long as the day has room for their minutes.

        Those beyond the slots share them. Returns the hospital of each call.
        """
        view, placed, room_min, hospitals = book.view, [0] * len(offered), book.room_min.copy(), []
        for row, s in zip(rows.tolist(), plan.session, strict=True):
            one = offered[s].session
            where, minutes = (one.hospital, one.code, one.day), float(view.facts.mean_min[view.group[row]])
            if s != UNBOOKED and minutes <= room_min[where]:
                minute = one.free_min + (placed[s] % offered[s].slots) * offered[s].slot_min
                placed[s] += 1
                room_min[where] -= minutes
                book.calls.append((int(view.patient[row]), view.moment_min(one.day, minute)))
                hospitals.append(one.hospital)
        return hospitals

    def _name(self, view: AdmissionView, offer: Offer) -> str:
        """Name a session, or half of one, as planners would."""
        facts, one = view.facts, offer.session
        half = "" if view.wishes is None else (" in the morning", " in the afternoon")[offer.half]
        where = f"{facts.list_codes[one.code]} {one.unit + 1} at {facts.hospital_ids[one.hospital]}"
        return f"{where} on day {view.day + one.day}{half}"

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield every impossible setting; `where` is the field of this policy."""
        for name in ("idle_cost_per_hour", "overflow_cost", "dislike_cost", "travel_cost_per_min"):
            if not 0 <= getattr(self, name) < np.inf:
                yield WrongSetting(f"{where}.{name}", getattr(self, name), "give a finite number, zero or more")
        costs = self.late_cost_per_day
        if len(costs) != ACUITIES or not all(0 <= cost < np.inf for cost in costs):
            mend = f"give {ACUITIES} finite costs of zero or more, for acuity 1 to {ACUITIES}"
            yield WrongSetting(f"{where}.late_cost_per_day", costs, mend)
