"""State who waits for a scan, which sessions have slots, and what was booked: plain numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from optimize.checking import finite_faults, least_faults, name_faults, position_faults, refuse, shape_faults
from optimize.program import BoolArray, FloatArray, IntArray

REQUEST_FIELDS = (
    "n_requests",
    "hospital",
    "due_min",
    "latest_min",
    "late_cost_per_min",
    "travel_cost_per_min",
    "postpone_cost",
)
SESSION_FIELDS = ("session_hospital", "start_min", "slots", "booked", "most_over", "p_no_show", "opening_cost")


@dataclass(frozen=True, slots=True)
class ImagingCase:
    """The question of one review: G groups of requests that are alike, T sessions of scanners, H hospitals.

    A session is one scanner for some hours. Times count from now; all costs have one unit.

    Args:
        requests: G names.
        sessions: T names.
        n_requests: requests of the group that have no slot yet; shape (G,), counts.
        hospital: position of the hospital that asks; shape (G,).
        due_min: when the scan should be done, by urgency; shape (G,), minutes, inf for never.
        latest_min: when a session may begin at the latest; shape (G,), minutes, inf for no limit.
        late_cost_per_min: price of a minute after `due_min`; shape (G,).
        travel_cost_per_min: price of a minute of travel of the patient, or of the image; shape (G,).
        postpone_cost: price of giving a request no slot now, inf if that must not be; shape (G,).
        may_use: whether the scanner of a session suits a group; shape (G, T).
        session_hospital: position of the hospital of the scanner; shape (T,).
        start_min: when the session begins; shape (T,), minutes.
        slots: patients who can be scanned without overtime; shape (T,), counts.
        booked: patients who have a slot already; shape (T,), counts.
        most_over: bookings beyond the slots at most; shape (T,), counts.
        p_no_show: probability that a booked patient does not come; shape (T,), 0 to 1.
        opening_cost: price of opening the session (off-peak), 0 if it is open anyway; shape (T,).
        overload_cost: price of each patient who comes beyond the slots, in expectation.
        travel_min: minutes from hospital to hospital; shape (H, H), inf where nobody can go.
        max_travel_min: nobody travels longer.

    Raises:
        ValueError: lists every fault.
    """

    requests: tuple[str, ...]
    sessions: tuple[str, ...]
    n_requests: IntArray
    hospital: IntArray
    due_min: FloatArray
    latest_min: FloatArray
    late_cost_per_min: FloatArray
    travel_cost_per_min: FloatArray
    postpone_cost: FloatArray
    may_use: BoolArray
    session_hospital: IntArray
    start_min: FloatArray
    slots: IntArray
    booked: IntArray
    most_over: IntArray
    p_no_show: FloatArray
    opening_cost: FloatArray
    overload_cost: float
    travel_min: FloatArray
    max_travel_min: float

    def __post_init__(self) -> None:
        n, m, h = len(self.requests), len(self.sessions), self.travel_min.shape[0]
        shapes = {**dict.fromkeys(REQUEST_FIELDS, (n,)), **dict.fromkeys(SESSION_FIELDS, (m,))}
        refuse(shape_faults(self, {**shapes, "may_use": (n, m), "travel_min": (h, h)}))
        refuse(self._number_faults())

    def _number_faults(self) -> Iterator[str]:
        n_hospitals = self.travel_min.shape[0]
        yield from name_faults(self, ("requests", "sessions"))
        yield from position_faults(self, {"hospital": n_hospitals, "session_hospital": n_hospitals})
        yield from least_faults(self, ("n_requests", "slots", "booked", "most_over", "p_no_show", "travel_min"))
        costs = ("late_cost_per_min", "travel_cost_per_min", "opening_cost", "overload_cost")
        yield from least_faults(self, (*costs, "postpone_cost", "max_travel_min"))
        yield from least_faults(self, ("due_min", "latest_min", "start_min"), -np.inf)
        yield from finite_faults(self, (*costs, "start_min", "max_travel_min"))
        if (self.p_no_show > 1).any():
            yield f"p_no_show holds {self.p_no_show.max():g}; give 0 to 1"
        closed = np.flatnonzero((self.opening_cost > 0) & (self.booked > 0))
        if closed.size:
            yield f"{self.sessions[closed[0]]} has bookings and an opening_cost; give 0 if it is open already"

    @property
    def left(self) -> IntArray:
        """Count the slots that nobody has yet; shape (T,)."""
        return np.asarray(np.maximum(self.slots - self.booked, 0), dtype=np.intp)

    @property
    def n_over(self) -> IntArray:
        """Count how many more may be booked beyond the slots; shape (T,)."""
        return np.asarray(
            np.maximum(self.slots + self.most_over - np.maximum(self.slots, self.booked), 0), dtype=np.intp
        )

    def price(self) -> FloatArray:
        """Price one request of each group in each session; inf where it cannot be; shape (G, T)."""
        price = np.full(self.may_use.shape, np.inf)
        pairs = np.nonzero(self.may_use & (self.start_min <= self.latest_min[:, None]))
        price[pairs] = self.price_of(*pairs)
        return price

    def price_of(self, groups: IntArray, sessions: IntArray) -> FloatArray:
        """Price one request of each of `groups` in each of `sessions`; inf where travel is too long; all shape (n,)."""
        travel = self.travel_min[self.hospital[groups], self.session_hospital[sessions]]
        late = np.maximum(self.start_min[sessions] - self.due_min[groups], 0.0)
        reached = np.where(np.isfinite(travel), travel, 0.0)
        price = self.late_cost_per_min[groups] * late + self.travel_cost_per_min[groups] * reached
        far = (travel > self.max_travel_min) | ~np.isfinite(travel) | ~np.isfinite(price)
        return np.where(far, np.inf, price)

    def over_price(self) -> FloatArray:
        """Price the first, second, ... booking beyond the slots; shape (T, most of `n_over`), inf beyond `n_over`.

        The b-th booking adds a patient beyond the slots if that patient comes and so do at least `slots` of
        the b - 1 others: overload_cost · q · P(Bin(b - 1, q) ≥ slots) with q = 1 - p_no_show. It grows with b.
        """
        from scipy.stats import binom  # only now: importing it takes long

        order = np.arange(1, self.n_over.max(initial=0) + 1)[None, :]
        others = np.maximum(self.slots, self.booked)[:, None] + order - 1
        p_comes = 1.0 - self.p_no_show[:, None]
        added = p_comes * binom.sf(self.slots[:, None] - 1, others, p_comes)
        return np.where(order <= self.n_over[:, None], self.overload_cost * added, np.inf)


class Booking(NamedTuple):
    """`n_requests` of a group go to a session; both are positions in the case."""

    group: int
    session: int
    n_requests: int


@dataclass(frozen=True, slots=True)
class ImagingPlan:
    """What is booked and opened; requests that are in no booking are postponed.

    Args:
        bookings: each with at least one request, in the order of group and session.
        opened: positions of the sessions that are opened for it, ascending.
        cost: what it costs, in the unit of the case.
    """

    bookings: tuple[Booking, ...]
    opened: tuple[int, ...]
    cost: float


def plan_of(case: ImagingCase, booked: IntArray, opened: tuple[int, ...] = ()) -> ImagingPlan:
    """Price a plan.

    Args:
        case: the review.
        booked: requests of each group in each session; shape (G, T), counts.
        opened: sessions that open in any case; others open if and only if somebody is booked there.
    """
    groups, sessions = np.nonzero(booked)
    numbers = booked[groups, sessions]
    bookings = tuple(map(Booking, groups.tolist(), sessions.tolist(), numbers.tolist()))
    later, by_session = case.n_requests - booked.sum(axis=1), booked.sum(axis=0)
    used = np.flatnonzero((by_session > 0) & (case.opening_cost > 0)).tolist()
    all_opened = sorted({*used, *opened})
    over = np.arange(case.over_price().shape[1]) < (by_session - case.left)[:, None]
    cost = float(numbers @ case.price_of(groups, sessions)) + float(case.opening_cost[all_opened].sum())
    cost += float(case.over_price()[over].sum()) + float(case.postpone_cost[later > 0] @ later[later > 0])
    return ImagingPlan(bookings, tuple(all_opened), cost)
