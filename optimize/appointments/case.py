"""State who wants an appointment, which sessions there are, and who is booked into which: plain numbers."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import bdtrc

from optimize.checking import finite_faults, least_faults, name_faults, position_faults, refuse, shape_faults
from optimize.program import BoolArray, FloatArray, IntArray
from optimize.transfer_case import CountArray

UNBOOKED = -1
WHOLE_WITHIN = 1e-6


@dataclass(frozen=True, slots=True)
class AppointmentsCase:
    """The question of one review: R requests of outpatients and S sessions of clinics.

    Args:
        requests: R names.
        sessions: S names.
        day: day of each session, 0 for today; shape (S,).
        slots: patients that a session sees; shape (S,).
        overbook_limit: patients that may be booked beyond the slots; shape (S,).
        p_no_show: probability that a patient booked into the session does not come; shape (S,).
        fits: whether a session is of the kind that a request asks for, and may be offered; shape (R, S).
        travel_min: from the patient's home; shape (R, S).
        dislike_cost: cost of a session that is not as the patient prefers; shape (R, S).
        due_day: last day that is not late; shape (R,).
        must: whether the patient must be seen by then; shape (R,).
        day_cost: cost of each day until the session; shape (R,).
        late_cost: additional cost of each day after the due day; shape (R,).
        unbooked_cost: cost of leaving the request open; shape (R,).
        booked: position of the session that a patient is booked into already, -1 for none; shape (R,).
        settled: whether that booking may not be changed any more; shape (R,).
        travel_cost_per_min: cost of a minute of travel.
        change_cost: cost of telling a patient who is booked of another session, or of none.
        overflow_cost: cost of a patient who comes and finds all slots taken.

    Raises:
        ValueError: lists every repeated name, wrong shape and impossible number.
    """

    requests: tuple[str, ...]
    sessions: tuple[str, ...]
    day: IntArray
    slots: CountArray
    overbook_limit: CountArray
    p_no_show: FloatArray
    fits: BoolArray
    travel_min: FloatArray
    dislike_cost: FloatArray
    due_day: IntArray
    must: BoolArray
    day_cost: FloatArray
    late_cost: FloatArray
    unbooked_cost: FloatArray
    booked: IntArray
    settled: BoolArray
    travel_cost_per_min: float = 0.0
    change_cost: float = 0.0
    overflow_cost: float = 0.0

    def __post_init__(self) -> None:
        refuse([*name_faults(self, ("requests", "sessions")), *self._shape_faults(), *self._number_faults()])

    def price(self) -> FloatArray:
        """Price every pair of request and session, inf where it may not be; shape (R, S)."""
        late_days = (self.day[None, :] - self.due_day[:, None]).clip(min=0)
        moved = (self.booked[:, None] != UNBOOKED) & (self.booked[:, None] != np.arange(self.day.size))
        price = self.day_cost[:, None] * self.day + self.late_cost[:, None] * late_days
        price = price + self.travel_cost_per_min * self.travel_min + self.dislike_cost + self.change_cost * moved
        allowed = self.fits & ~(self.must[:, None] & (late_days > 0)) & ~(self.settled[:, None] & moved)
        return np.where(allowed, price, np.inf)

    def open_price(self) -> FloatArray:
        """Price leaving each request open, inf where it may not be; shape (R,)."""
        price = self.unbooked_cost + self.change_cost * (self.booked != UNBOOKED)
        return np.where(self.must | self.settled, np.inf, price)

    def overflow_steps(self) -> FloatArray:
        """Return what each booking beyond the slots adds to the cost of overflow, never falling.

        With n booked and each coming with probability p, one more overflows if it comes and at least as many
        of the n come as there are slots.

        Returns:
            Cost of the first, second, ... booking beyond the slots, inf where none may be; shape (S, most of all).
        """
        extra = np.arange(int(self.overbook_limit.max(initial=0)))
        p_show = 1.0 - self.p_no_show[:, None]
        slots = self.slots[:, None]
        all_taken = np.where(slots > 0, bdtrc(slots - 1.0, slots + extra, p_show), 1.0)
        steps = np.maximum.accumulate(self.overflow_cost * p_show * all_taken, axis=1)
        return np.where(extra < self.overbook_limit[:, None], steps, np.inf)

    def _shape_faults(self) -> Iterator[str]:
        r, s = len(self.requests), len(self.sessions)
        of_session = ("day", "slots", "overbook_limit", "p_no_show")
        of_request = ("due_day", "must", "day_cost", "late_cost", "unbooked_cost", "booked", "settled")
        yield from shape_faults(self, dict.fromkeys(of_session, (s,)))
        yield from shape_faults(self, dict.fromkeys(of_request, (r,)))
        yield from shape_faults(self, dict.fromkeys(("fits", "travel_min", "dislike_cost"), (r, s)))

    def _number_faults(self) -> Iterator[str]:
        for field in ("day", "slots", "overbook_limit", "due_day", "booked"):
            if not np.issubdtype(getattr(self, field).dtype, np.integer):
                yield f"{field} must hold whole numbers"
        costs = ("day_cost", "late_cost", "unbooked_cost", "dislike_cost", "travel_min")
        single = ("travel_cost_per_min", "change_cost", "overflow_cost")
        yield from finite_faults(self, (*costs, *single))
        yield from least_faults(self, (*costs, *single, "day", "slots", "overbook_limit", "p_no_show"))
        if (self.p_no_show > 1).any():
            yield f"p_no_show holds {self.p_no_show.max():g}; give probabilities"
        yield from position_faults(self, {"booked": len(self.sessions)}, UNBOOKED)
        if self.booked.shape == self.settled.shape and (self.settled & (self.booked == UNBOOKED)).any():
            yield "settled marks a request that is not booked; settle bookings only"


@dataclass(frozen=True, slots=True)
class AppointmentsPlan:
    """Who is booked into which session.

    Args:
        session: position of the session of each request, -1 for none; R of them.
        cost: their total cost, overflow expected.
    """

    session: tuple[int, ...]
    cost: float


def plan_of(case: AppointmentsCase, session: IntArray) -> AppointmentsPlan:
    """Complete a plan by its cost; session of each request, -1 for none, shape (R,)."""
    seen = np.flatnonzero(session != UNBOOKED)
    cost = case.price()[seen, session[seen]].sum() + case.open_price()[session == UNBOOKED].sum()
    steps = case.overflow_steps()
    beyond = np.bincount(session[seen], minlength=len(case.sessions)) - case.slots
    overflow = steps[np.arange(steps.shape[1]) < beyond[:, None]].sum()
    return AppointmentsPlan(tuple(session.tolist()), float(cost + overflow))


def booked(case: AppointmentsCase, pairs: IntArray, values: FloatArray) -> AppointmentsPlan:
    """Turn the values of bookings, shape (n,), of pairs (request, session), shape (n, 2), into a plan.

    Raises:
        ArithmeticError: if a booking is not whole within 1e-6.
    """
    whole = np.rint(values)
    if np.abs(values - whole).max(initial=0.0) > WHOLE_WITHIN:
        worst = int(np.abs(values - whole).argmax())
        raise ArithmeticError(f"book{pairs[worst].tolist()} is {values[worst]}; a vertex must be whole")
    session = np.full(len(case.requests), UNBOOKED, dtype=np.intp)
    made = pairs[whole > 0]
    session[made[:, 0]] = made[:, 1]
    return plan_of(case, session)
