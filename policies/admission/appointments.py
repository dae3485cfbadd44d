"""An optimized member of the admission seat: outpatients to slots of clinics, with a place for who stays away."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import nan

import numpy as np

from optimize.appointments.case import UNBOOKED, AppointmentsCase, AppointmentsPlan
from optimize.appointments.planner import PLANNING, AppointmentsPlanner
from optimize.contract import Ending
from policies.admission.most_urgent import MostUrgent, by_urgency
from policies.admission.sessions import Book, Session, decision_of
from policies.admission.wishes import Prices
from policies.settings import WrongSetting
from policies.solving import Solving
from sim.contract import AdmissionDecision, AdmissionView
from sim.units import ACUITIES, FloatArray, IntArray

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
    200 USD). `optimize.appointments` states the program, a transport problem. Patients are called for their own
    hospital's list, so ways and preferences are alike. Where the solver has no answer, the rule `MostUrgent` decides.
    """

    late_cost_per_day: list[float] = field(default_factory=lambda: [500.0, 250.0, 100.0, 40.0, 20.0])
    idle_cost_per_hour: float = 236.3
    overflow_cost: float = 60.0
    solver: Solving = field(default_factory=Solving)

    def decide(self, view: AdmissionView) -> AdmissionDecision:
        """Return the calls of the plan; `objective` is its expected cost, those who are not called included."""
        book = Book(view)
        sessions = [one for one in book.sessions if self._slots(view, book, one) > 0]
        rows = self._candidates(view, book, sessions)
        if not rows.size:
            return decision_of([], Ending.OPTIMAL, gap=0.0)
        planner = AppointmentsPlanner(view.rostered.shape[2], 0, self.solver.over(PLANNING))
        solved = planner.plan(self.case(view, book, sessions, rows))
        if solved.solution is None:
            rule = MostUrgent().decide(view)
            calls = list(zip(rule.patient.tolist(), rule.at_min.tolist(), strict=True))
            return decision_of(calls, f"rule after {solved.told}", seconds=solved.seconds)
        self._book(book, sessions, rows, solved.solution)
        gap = 0.0 if solved.ending is Ending.OPTIMAL else nan
        told = (solved.told, solved.solution.cost, gap, solved.binding, solved.seconds)
        return decision_of(book.calls, *told)

    def case(self, view: AdmissionView, book: Book, sessions: list[Session], rows: IntArray) -> AppointmentsCase:
        """State the program of this review; request r is row `rows[r]` of the view, session s is `sessions[s]`."""
        facts, group, n, m = view.facts, view.group[rows], len(rows), len(sessions)
        late = np.array(self.late_cost_per_day)[facts.acuity[group] - 1]
        slots = np.array([self._slots(view, book, one) for one in sessions], dtype=np.int64)
        where = np.array([(one.hospital, one.code) for one in sessions], dtype=np.int64).reshape(m, 2)
        fits = (view.hospital[rows, None] == where[:, 0]) & (facts.list_of[group][:, None] == where[:, 1])
        prices = Prices(tuple(self.late_cost_per_day), self.idle_cost_per_hour)
        due = np.floor((view.due_min[rows] - view.moment_min(0, 0.0)) / 1440.0).astype(np.int64)
        return AppointmentsCase(
            requests=tuple(f"{facts.groups[view.group[row]]} {view.patient[row]}" for row in rows.tolist()),
            sessions=tuple(self._name(view, one) for one in sessions),
            day=np.array([one.day for one in sessions], dtype=np.int64),
            slots=slots,
            overbook_limit=np.floor(slots * max(facts.most_booked_share - 1.0, 0.0) + 1e-9).astype(np.int64),
            p_no_show=np.full(m, facts.p_no_show),
            fits=fits,
            travel_min=np.zeros((n, m)),
            dislike_cost=np.zeros((n, m)),
            due_day=due,
            must=np.zeros(n, dtype=np.bool_),
            day_cost=late / np.maximum(facts.due_days[group], 1.0),
            late_cost=late,
            unbooked_cost=prices.postponed(view, rows)
            + late * view.rostered.shape[2] / facts.due_days[group].clip(1.0),
            booked=np.full(n, UNBOOKED, dtype=np.intp),
            settled=np.zeros(n, dtype=np.bool_),
            overflow_cost=self.overflow_cost,
        )

    def _candidates(self, view: AdmissionView, book: Book, sessions: list[Session]) -> IntArray:
        """Return the rows of those who may be called, of each list so many as could fill its slots a few times."""
        rows = by_urgency(view, np.flatnonzero(view.uncalled))
        kept = [np.empty(0, dtype=np.int64)]
        for h, code in sorted({(one.hospital, one.code) for one in sessions}):
            n_slots = sum(self._slots(view, book, one) for one in sessions if (one.hospital, one.code) == (h, code))
            mine = (view.hospital[rows] == h) & (view.facts.list_of[view.group[rows]] == code)
            kept.append(rows[mine][: CANDIDATES * n_slots])
        return np.concatenate(kept)

    def _slots(self, view: AdmissionView, book: Book, session: Session) -> int:
        """Count the slots that a session has left, by its time and by what the rules leave of the day."""
        units = sum(one.day == session.day for one in book.of(session.hospital, session.code))
        room_min = float(book.room_min[session.hospital, session.code, session.day]) / units
        share = max(view.facts.most_booked_share, 1.0)
        return int(min(session.left_min, room_min / share) / self._slot_min(view, session.code) + 1e-6)

    def _slot_min(self, view: AdmissionView, code: int) -> float:
        """Return how long a patient of a list takes on average; infinite for a list of nobody."""
        minutes: FloatArray = view.facts.mean_min[view.facts.list_of == code]
        return max(float(minutes.mean()), 1.0) if minutes.size else np.inf

    def _book(self, book: Book, sessions: list[Session], rows: IntArray, plan: AppointmentsPlan) -> None:
        """Call the patients of each session, the most urgent first, as long as the day has room for their minutes.

        Those beyond the slots share them.
        """
        view, placed, room_min = book.view, [0] * len(sessions), book.room_min.copy()
        slots = [self._slots(view, book, one) for one in sessions]
        for row, s in zip(rows.tolist(), plan.session, strict=True):
            one = sessions[s]
            where, minutes = (one.hospital, one.code, one.day), float(view.facts.mean_min[view.group[row]])
            if s != UNBOOKED and minutes <= room_min[where]:
                minute = one.free_min + (placed[s] % slots[s]) * self._slot_min(view, one.code)
                placed[s] += 1
                room_min[where] -= minutes
                book.calls.append((int(view.patient[row]), view.moment_min(one.day, minute)))

    def _name(self, view: AdmissionView, one: Session) -> str:
        """Name a session as planners would."""
        facts = view.facts
        where = f"{facts.list_codes[one.code]} {one.unit + 1} at {facts.hospital_ids[one.hospital]}"
        return f"{where} on day {view.day + one.day}"

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield every impossible setting; `where` is the field of this policy."""
        for name in ("idle_cost_per_hour", "overflow_cost"):
            if not 0 <= getattr(self, name) < np.inf:
                yield WrongSetting(f"{where}.{name}", getattr(self, name), "give a finite number, zero or more")
        costs = self.late_cost_per_day
        if len(costs) != ACUITIES or not all(0 <= cost < np.inf for cost in costs):
            mend = f"give {ACUITIES} finite costs of zero or more, for acuity 1 to {ACUITIES}"
            yield WrongSetting(f"{where}.late_cost_per_day", costs, mend)
