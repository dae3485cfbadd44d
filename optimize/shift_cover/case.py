"""State how much work is expected in each hour, which shifts can be staffed, and what missing people cost."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from optimize.checking import refuse
from optimize.program import BoolArray, FloatArray, IntArray

HOURS_PER_DAY = 24
SHARES = np.array([0.0, 0.5, 1.0])
"""Steps of comfort beyond the load, in parts of `safety`: less and less is paid for each."""


@dataclass(frozen=True)
class ShiftCase:
    """What must be staffed: P posts, D days, S kinds of shift.

    Hours between the moments at which shifts begin or end are a span; G of them make a day. A span with load a, how
    many would be at work if nobody ever waited, needs ceil(a + share * safety * sqrt(a)) people at each step of
    comfort, the shares 0, 1/2 and 1 (square-root staffing, S. Halfin, W. Whitt, 10.1287/opre.29.3.567).

    Args:
        posts: P names, such as a role of a hospital.
        shifts: S names.
        begins_hour: hours from the beginning of a day until each shift begins; shape (S,).
        shift_hours: how long it lasts, no longer than the day; shape (S,).
        load: expected work in each hour; shape (P, D, 24).
        paid_hours: hours of own people at most; shape (P,).
        safety: square roots of the load that are needed beyond it.
        short_cost: of each hour that somebody is missing who is needed.
        unsafe_cost: the same below the load itself, where queues grow as long as it lasts; at least `short_cost`.
        agency_hours: hours of agency people at most; shape (P,).
        agency_cost: of each of these hours.
        days: D names, in words.
        first_hour: hour of the clock at which a day begins.

    Raises:
        ValueError: lists every array of the wrong shape, and numbers that are negative or not finite.
    """

    posts: tuple[str, ...]
    shifts: tuple[str, ...]
    begins_hour: IntArray
    shift_hours: IntArray
    load: FloatArray
    paid_hours: FloatArray
    safety: float
    short_cost: float
    unsafe_cost: float
    agency_hours: FloatArray
    agency_cost: float
    days: tuple[str, ...]
    first_hour: int = 0

    def __post_init__(self) -> None:
        refuse(self._faults())

    def part(self, posts: slice) -> "ShiftCase":
        """Return the question of some posts; nothing ties them to the others."""
        mine = {name: getattr(self, name)[posts] for name in ("posts", "load", "paid_hours", "agency_hours")}
        return replace(self, **mine)

    def _faults(self) -> Iterator[str]:
        p, s, days = len(self.posts), len(self.shifts), self.load.shape[1] if self.load.ndim == 3 else 0
        shapes = {"begins_hour": (s,), "shift_hours": (s,), "load": (p, days, HOURS_PER_DAY)}
        for name, shape in {**shapes, "paid_hours": (p,), "agency_hours": (p,)}.items():
            array = getattr(self, name)
            if array.shape != shape:
                yield f"{name} has shape {array.shape}; give {shape}"
            if not (np.isfinite(array).all() and (array >= 0).all()):
                yield f"{name} holds numbers that are negative or not finite; give finite ones, 0 or more"
        if len(self.days) != days:
            yield f"days holds {len(self.days)} names; give {days}"
        for name in ("safety", "short_cost", "agency_cost"):
            if not 0 <= getattr(self, name) < np.inf:
                yield f"{name} is {getattr(self, name)}; give a finite number, 0 or more"
        if not self.short_cost <= self.unsafe_cost < np.inf:
            yield f"unsafe_cost is {self.unsafe_cost}; give a finite price of at least short_cost ({self.short_cost})"
        if self.begins_hour.shape == self.shift_hours.shape == (s,) and not self._within_days:
            yield "shift_hours holds shifts that do not end within their day; give 1 hour or more, at most the rest"

    @property
    def _within_days(self) -> bool:
        ends = self.begins_hour + self.shift_hours
        return bool((self.shift_hours >= 1).all() and (ends <= HOURS_PER_DAY).all())

    @cached_property
    def edges(self) -> IntArray:
        """Return the hours of a day at which spans begin, and its end; shape (G + 1,)."""
        moments = np.concatenate([[0, HOURS_PER_DAY], self.begins_hour, self.begins_hour + self.shift_hours])
        return np.unique(moments).astype(np.intp)

    @property
    def span_hours(self) -> IntArray:
        """Return how long each span lasts; shape (G,)."""
        return np.diff(self.edges)

    @property
    def covers(self) -> BoolArray:
        """Mark the spans that each shift covers; shape (S, G)."""
        begins, ends = self.begins_hour[:, None], (self.begins_hour + self.shift_hours)[:, None]
        return np.asarray((self.edges[:-1] >= begins) & (self.edges[1:] <= ends), dtype=np.bool_)

    @cached_property
    def span_load(self) -> FloatArray:
        """Return the mean load of each span; shape (P, D, G)."""
        sums: FloatArray = np.add.reduceat(self.load, self.edges[:-1], axis=2)
        return sums / self.span_hours

    @cached_property
    def needed(self) -> FloatArray:
        """Count who is needed at each step of comfort; shape (3, P, D, G)."""
        beyond = SHARES[:, None, None, None] * self.safety * np.sqrt(self.span_load)
        whole: FloatArray = np.ceil(self.span_load + beyond - 1e-9)  # nobody is needed for a rounding error
        return whole

    @property
    def step_cost(self) -> FloatArray:
        """Return what an hour of a missing person adds at each step, `unsafe_cost` in all below the load; (3,)."""
        return np.array([self.unsafe_cost - self.short_cost, self.short_cost / 2, self.short_cost / 2])


@dataclass(frozen=True, slots=True)
class ShiftPlan:
    """How many people work each shift of each day.

    Args:
        own: shape (P, D, S), whole.
        agency: people of an agency beside them; shape (P, D, S), whole.
        cost: of missing and agency people.
    """

    own: IntArray
    agency: IntArray
    cost: float


def levels(case: ShiftCase, people: FloatArray | IntArray) -> FloatArray:
    """Count who is there in each span, given people on shifts, (P, D, S); shape (P, D, G)."""
    return np.asarray(people @ case.covers, dtype=np.float64)


def short_costs(case: ShiftCase, there: FloatArray) -> FloatArray:
    """Price who is missing where so many are there in each span, (P, D, G); shape (P,)."""
    missing = np.maximum(case.needed - there, 0.0)
    short: FloatArray = np.einsum("k,kpdg,g->p", case.step_cost, missing, case.span_hours.astype(np.float64))
    return short


def post_costs(case: ShiftCase, own: IntArray, agency: IntArray) -> FloatArray:
    """Price a plan, post by post: who is missing, and agency people; shape (P,)."""
    costs: FloatArray = short_costs(case, levels(case, own + agency))
    agency_hours: IntArray = (agency @ case.shift_hours).sum(axis=1)
    return costs + case.agency_cost * agency_hours.astype(np.float64)


def breaches(case: ShiftCase, plan: ShiftPlan) -> list[str]:
    """Check a plan by plain sums, hour by hour; empty if it holds."""
    found = []
    for p, post in enumerate(case.posts):
        for name, people, most in (("own", plan.own, case.paid_hours), ("agency", plan.agency, case.agency_hours)):
            hours = sum(int(n) * int(case.shift_hours[s]) for day in people[p].tolist() for s, n in enumerate(day))
            if hours > most[p] + 1e-6:
                found.append(f"{post} has {hours} {name} hours; {most[p]:g} are allowed")
            if (people[p] < 0).any():
                found.append(f"{post} has fewer than nobody on a shift of {name} staff")
    return found
