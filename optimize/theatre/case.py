"""State which cases wait for an operation, which sessions there are, and what was planned: plain numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from optimize.checking import finite_faults, least_faults, name_faults, position_faults, refuse, shape_faults
from optimize.program import BoolArray, FloatArray, IntArray

CASE_FIELDS = ("n_cases", "surgeon", "mean_min", "sd_min", "due_day", "late_cost_per_day", "postpone_cost")
SESSION_FIELDS = ("hospital", "day", "minutes")


@dataclass(frozen=True, slots=True)
class TheatreCase:
    """The question of one review: C groups of cases that are alike, S sessions, A surgeons, H hospitals, D days.

    A session is one theatre for some hours of one day. Days count from 0; all costs have one unit.

    Args:
        cases: C names, such as hip replacements of one surgeon and urgency.
        sessions: S names.
        surgeons: A names.
        n_cases: cases of the group that wait; shape (C,), counts.
        surgeon: position of the surgeon of each group; shape (C,).
        mean_min: expected minutes of one case, turnover included; shape (C,).
        sd_min: standard deviation of these minutes; shape (C,).
        due_day: day by which a case should be operated; shape (C,).
        late_cost_per_day: price of a day after `due_day`; shape (C,).
        postpone_cost: price of not operating a case in these sessions, inf if that must not be; shape (C,).
        may_use: whether a session has the equipment, and the hospital the agreement, for a group; shape (C, S).
        hospital: position of the hospital of each session; shape (S,).
        day: day of each session, 0 to D - 1; shape (S,).
        minutes: length of each session; shape (S,).
        p_overrun: probability that a session runs longer, at most; 0 to 0.5, above 0.
        surgeon_min: minutes each surgeon can operate each day; shape (A, D), inf for no limit.
        stay: beds that one case is expected to hold, by kind of bed (ward, intensive care, ...) and days
            after the operation; shape (C, K, days).
        free_beds: beds expected to be free, by hospital, kind and day; shape (H, K, D).
        bed_cost: price of a bed too few for a day, by kind, inf if that must not be; shape (K,).

    Raises:
        ValueError: lists every fault.
    """

    cases: tuple[str, ...]
    sessions: tuple[str, ...]
    surgeons: tuple[str, ...]
    n_cases: IntArray
    surgeon: IntArray
    mean_min: FloatArray
    sd_min: FloatArray
    due_day: IntArray
    late_cost_per_day: FloatArray
    postpone_cost: FloatArray
    may_use: BoolArray
    hospital: IntArray
    day: IntArray
    minutes: FloatArray
    p_overrun: float
    surgeon_min: FloatArray
    stay: FloatArray
    free_beds: FloatArray
    bed_cost: FloatArray

    def __post_init__(self) -> None:
        n, m = len(self.cases), len(self.sessions)
        n_hospitals, n_kinds, n_days = self.free_beds.shape
        shapes = {**dict.fromkeys(CASE_FIELDS, (n,)), **dict.fromkeys(SESSION_FIELDS, (m,)), "may_use": (n, m)}
        shapes |= {"surgeon_min": (len(self.surgeons), n_days), "bed_cost": (n_kinds,)}
        refuse(shape_faults(self, {**shapes, "stay": (n, n_kinds, *self.stay.shape[2:3])}))
        refuse(self._number_faults(n_hospitals, n_days))

    def _number_faults(self, n_hospitals: int, n_days: int) -> Iterator[str]:
        yield from name_faults(self, ("cases", "sessions", "surgeons"))
        yield from position_faults(self, {"surgeon": len(self.surgeons), "hospital": n_hospitals, "day": n_days})
        numbers = ("mean_min", "sd_min", "late_cost_per_day", "minutes", "stay", "free_beds")
        yield from least_faults(self, ("n_cases", *numbers, "postpone_cost", "surgeon_min", "bed_cost"))
        yield from finite_faults(self, numbers)
        if not 0 < self.p_overrun <= 0.5:
            yield f"p_overrun is {self.p_overrun}; give more than 0 and at most 0.5"

    @property
    def z(self) -> float:
        """Say how many standard deviations a session must keep free (normal approximation)."""
        return NormalDist().inv_cdf(1 - self.p_overrun)

    def price(self) -> FloatArray:
        """Price one case of each group in each session; inf where it cannot be; shape (C, S)."""
        late = np.maximum(self.day[None, :] - self.due_day[:, None], 0)
        return np.where(self.may_use, self.late_cost_per_day[:, None] * late, np.inf)

    def needed_min(self, operated: IntArray) -> FloatArray:
        """Add up minutes kept for the cases of each session: mean + z · deviation; `operated` (C, S) -> (S,)."""
        return np.asarray(self.mean_min @ operated + self.z * np.sqrt(self.sd_min**2 @ operated), dtype=np.float64)

    def beds_held(self, operated: IntArray) -> FloatArray:
        """Expect the beds that the cases of a plan hold; `operated` (C, S) -> (H, K, D)."""
        n_hospitals, n_kinds, n_days = self.free_beds.shape
        n_lags = self.stay.shape[2]
        of_session = (operated.T @ self.stay.reshape(-1, n_kinds * n_lags)).reshape(-1, n_kinds, n_lags)
        held = np.zeros((n_hospitals, n_kinds, n_days + n_lags))
        for lag in range(n_lags):
            np.add.at(held.transpose(0, 2, 1), (self.hospital, self.day + lag), of_session[:, :, lag])
        return np.asarray(held[:, :, :n_days], dtype=np.float64)


class Operation(NamedTuple):
    """`n_cases` of a group are operated in a session; both are positions in the case."""

    group: int
    session: int
    n_cases: int


@dataclass(frozen=True, slots=True)
class TheatrePlan:
    """What is operated where; cases in no operation are postponed.

    Args:
        operations: each of at least one case, in the order of group and session.
        cost: what it costs, in the unit of the case.
    """

    operations: tuple[Operation, ...]
    cost: float

    def operated(self, case: TheatreCase) -> IntArray:
        """Count the cases of each group in each session; shape (C, S)."""
        counts = np.zeros(case.may_use.shape, dtype=np.intp)
        for group, session, n_cases in self.operations:
            counts[group, session] += n_cases
        return counts


def plan_of(case: TheatreCase, operated: IntArray) -> TheatrePlan:
    """Price a plan; `operated` counts the cases of each group in each session, shape (C, S)."""
    pairs, price = np.argwhere(operated > 0).tolist(), case.price()
    operations = tuple(Operation(c, s, int(operated[c, s])) for c, s in pairs)
    later = case.n_cases - operated.sum(axis=1)
    beyond = np.maximum(case.beds_held(operated) - case.free_beds, 0.0).sum(axis=(0, 2))
    beyond[beyond < 1e-9] = 0.0
    cost = sum(n * float(price[c, s]) for c, s, n in operations)
    cost += float(case.postpone_cost[later > 0] @ later[later > 0])
    return TheatrePlan(operations, cost + float(case.bed_cost[beyond > 0] @ beyond[beyond > 0]))


def deviations(case: TheatreCase, plan: TheatrePlan) -> FloatArray:
    """Return the deviation of each session's minutes, of an empty one that of a typical full one; shape (S,)."""
    deviation = np.sqrt(case.sd_min**2 @ plan.operated(case))
    return np.asarray(np.where(deviation > 0, deviation, _typical_deviation(case)), dtype=np.float64)


def _typical_deviation(case: TheatreCase) -> FloatArray:
    """Expect the deviation of each session when it is full of cases as they wait; shape (S,), minutes."""
    waiting_min = float(case.n_cases @ case.mean_min)
    variance_per_min = float(case.n_cases @ case.sd_min**2) / waiting_min if waiting_min else 0.0
    most = case.minutes / max(case.z, 1e-9)
    return np.asarray(np.clip(np.sqrt(case.minutes * variance_per_min), 1e-3, np.maximum(most, 1e-3)), dtype=np.float64)
