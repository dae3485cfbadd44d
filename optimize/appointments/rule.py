"""A rule for appointments: first who must be seen, then who is due first, each into the cheapest session with room."""

from time import perf_counter

import numpy as np

from optimize.appointments.case import UNBOOKED, AppointmentsCase, AppointmentsPlan, plan_of
from optimize.appointments.check import breaches
from optimize.contract import Ending, Solved


def by_rule(case: AppointmentsCase) -> Solved[AppointmentsPlan]:
    """Book one request after another, beyond the slots only where that is cheaper than to leave it open.

    The answer is FEASIBLE; NO_ANSWER if somebody who must be seen finds no room.
    """
    started = perf_counter()
    price, open_price = case.price(), case.open_price()
    steps = np.concatenate([case.overflow_steps(), np.full((len(case.sessions), 1), np.inf)], axis=1)
    left = case.slots.astype(np.intp)
    session = np.full(len(case.requests), UNBOOKED, dtype=np.intp)
    for r in np.lexsort((case.due_day, ~case.must, ~case.settled)).tolist():
        beyond = np.minimum((-left).clip(min=0), steps.shape[1] - 1)
        costs = price[r] + np.where(left > 0, 0.0, steps[np.arange(left.size), beyond])
        if not costs.size or not costs.min() < open_price[r]:
            continue
        session[r] = costs.argmin()
        left[session[r]] -= 1
    plan = plan_of(case, session)
    broken = breaches(case, plan)
    seconds = perf_counter() - started
    if broken:
        return Solved(Ending.NO_ANSWER, None, None, None, seconds)
    return Solved(Ending.FEASIBLE, plan, plan.cost, None, seconds)
