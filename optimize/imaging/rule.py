"""Book requests one group after the other, first due first served."""

from time import perf_counter

import numpy as np

from optimize.contract import Ending, Solved
from optimize.imaging.case import ImagingCase, ImagingPlan, plan_of


def by_rule(case: ImagingCase) -> Solved[ImagingPlan]:
    """Give each request, first due first, the cheapest slot left in an open session, if that beats postponing.

    The rule neither opens sessions nor overbooks. NO_ANSWER if a request is left that must not be postponed.
    """
    started = perf_counter()
    price = np.where(case.opening_cost > 0, np.inf, case.price())
    left, booked = case.left.copy(), np.zeros(case.may_use.shape, dtype=np.intp)
    waiting = case.n_requests.astype(np.intp)
    for g in np.lexsort((-case.late_cost_per_min, case.due_min)).tolist():
        for t in np.argsort(price[g], kind="stable").tolist():
            if not waiting[g] or price[g, t] >= case.postpone_cost[g]:
                break
            booked[g, t] = min(waiting[g], left[t])
            waiting[g] -= booked[g, t]
            left[t] -= booked[g, t]
    plan = plan_of(case, booked)
    if not np.isfinite(plan.cost):
        return Solved(Ending.NO_ANSWER, None, None, None, perf_counter() - started)
    return Solved(Ending.FEASIBLE, plan, plan.cost, None, perf_counter() - started)
