"""Put cases into sessions one by one, as a theatre scheduler does with the waiting list in hand."""

from time import perf_counter

import numpy as np

from optimize.contract import Ending, Solved
from optimize.program import BoolArray, FloatArray, IntArray
from optimize.theatre.case import TheatreCase, TheatrePlan, plan_of

HOLDS_WITHIN = 1e-9


def by_rule(case: TheatreCase, start: IntArray | None = None, order: IntArray | None = None) -> Solved[TheatrePlan]:
    """Put each case, first due first, into the cheapest session it fits, if that is cheaper than to postpone it.

    A case fits if the session then overruns seldom enough, the surgeon has the time, and, where beds must not
    be too few, there are beds. NO_ANSWER if a case is left that must not be postponed.

    Args:
        case: the review.
        start: cases that have their session already, shape (C, S), counts; none unless given.
        order: the groups in another order than that of their due days; shape (C,), positions.
    """
    started = perf_counter()
    order = np.lexsort((-case.postpone_cost, case.due_day)) if order is None else order
    diary = _Diary(case, np.zeros(case.may_use.shape, dtype=np.intp) if start is None else start)
    for c in order.tolist():
        for _ in range(int(case.n_cases[c] - diary.operated[c].sum())):
            if not diary.takes(c):
                break
    plan = plan_of(case, diary.operated)
    if not np.isfinite(plan.cost):
        return Solved(Ending.NO_ANSWER, None, None, None, perf_counter() - started)
    return Solved(Ending.FEASIBLE, plan, plan.cost, None, perf_counter() - started)


class _Diary:
    """Keep what is planned so far: minutes of sessions and surgeons, and beds held on every day."""

    def __init__(self, case: TheatreCase, operated: IntArray) -> None:
        self.case, self.operated = case, operated.astype(np.intp)
        self.mean_min = case.mean_min @ operated
        self.variance = case.sd_min**2 @ operated
        self.surgeon_min = np.zeros(case.surgeon_min.shape)
        for c, s in np.argwhere(operated > 0).tolist():
            self.surgeon_min[case.surgeon[c], case.day[s]] += operated[c, s] * case.mean_min[c]
        n_lags = case.stay.shape[2]  # days beyond the last one are free
        self.beds_left = np.pad(
            case.free_beds - case.beds_held(operated), ((0, 0), (0, 0), (0, n_lags)), constant_values=np.inf
        )
        self.days = case.day[:, None] + np.arange(n_lags)
        self.price, self.z = case.price(), case.z
        self.sessions = [np.flatnonzero(np.isfinite(price)) for price in self.price]

    def takes(self, c: int) -> bool:
        """Add one case of a group to its cheapest session, if that is cheaper than to postpone it; say whether."""
        case, sessions = self.case, self.sessions[c][self._fits(c, self.sessions[c])]
        if not sessions.size:
            return False
        price = self.price[c, sessions] + self._bed_price(c, sessions)
        if not price.min() < case.postpone_cost[c]:
            return False
        s = int(sessions[price.argmin()])
        self.operated[c, s] += 1
        self.mean_min[s] += case.mean_min[c]
        self.variance[s] += case.sd_min[c] ** 2
        self.surgeon_min[case.surgeon[c], case.day[s]] += case.mean_min[c]
        self.beds_left[case.hospital[s], :, self.days[s]] -= case.stay[c].T
        return True

    def _fits(self, c: int, sessions: IntArray) -> BoolArray:
        """Mark the sessions that run over seldom enough with one case more, where the surgeon has the time."""
        case, a, day = self.case, self.case.surgeon[c], self.case.day[sessions]
        needed = self.mean_min[sessions] + case.mean_min[c]
        needed += self.z * np.sqrt(self.variance[sessions] + case.sd_min[c] ** 2)
        in_time = needed <= case.minutes[sessions] + HOLDS_WITHIN
        return np.asarray(
            in_time & (self.surgeon_min[a, day] + case.mean_min[c] <= case.surgeon_min[a, day] + HOLDS_WITHIN)
        )

    def _bed_price(self, c: int, sessions: IntArray) -> FloatArray:
        """Price the beds too few that one case more would cause in each session; inf where that must not be."""
        case = self.case
        left = self.beds_left[case.hospital[sessions][:, None], :, self.days[sessions]]
        missing = np.maximum(case.stay[c].T - np.maximum(left, 0.0), 0.0).sum(axis=1)
        missing[missing <= HOLDS_WITHIN] = 0.0
        cost = np.where(missing > 0, case.bed_cost, 0.0)
        return np.asarray(np.where(missing > 0, missing * cost, 0.0).sum(axis=1), dtype=np.float64)
