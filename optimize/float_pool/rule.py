"""Send people one by one, as a staffing office does by telephone."""

from time import perf_counter

import numpy as np

from optimize.contract import Ending, Solved
from optimize.float_pool.case import FloatPoolCase, FloatPoolPlan, plan_of


def by_rule(case: FloatPoolCase) -> Solved[FloatPoolPlan]:
    """Serve the post where one person more saves most, with the cheapest who can come, while that pays.

    Lenders give only people beyond their need, or down to the safe level for a post that is unsafe. NO_ANSWER
    if a post that must be safe is not.
    """
    started = perf_counter()
    price, on_duty, left = case.price(), case.on_duty.astype(np.intp), case.n_people.astype(np.intp)
    sent = np.zeros(case.may_fill.shape, dtype=np.intp)
    done = np.zeros(len(case.posts), dtype=np.bool_)
    while not done.all():
        saving = np.where(done, -1.0, _saving(case, on_duty))
        post = int(saving.argmax())
        group = _cheapest(case, price[:, post], on_duty, left, post)
        if (
            saving[post] <= 0
            or group is None
            or price[group, post] + _loss(case, on_duty)[case.home[group]] >= saving[post]
        ):
            done[post] = True
            continue
        sent[group, post] += 1
        left[group] -= 1
        on_duty[post] += 1
        on_duty[case.home[group]] -= 1
    plan = plan_of(case, sent)
    if not np.isfinite(plan.cost):
        return Solved(Ending.NO_ANSWER, None, None, None, perf_counter() - started)
    return Solved(Ending.FEASIBLE, plan, plan.cost, None, perf_counter() - started)


def _saving(case: FloatPoolCase, on_duty: np.ndarray) -> np.ndarray:
    """Price what one person more saves at each post; 0 where nobody is missing."""
    return np.where(on_duty < case.safe, case.unsafe_cost, np.where(on_duty < case.needed, case.short_cost, 0.0))


def _loss(case: FloatPoolCase, on_duty: np.ndarray) -> np.ndarray:
    """Price what one person less costs at each post."""
    return np.where(on_duty > case.needed, -case.over_cost, case.short_cost)


def _cheapest(case: FloatPoolCase, price: np.ndarray, on_duty: np.ndarray, left: np.ndarray, post: int) -> int | None:
    """Find the group that comes cheapest and whose post can lend."""
    keeps = np.where(on_duty[post] < case.safe[post], case.safe, case.needed)
    lends = (left > 0) & (on_duty[case.home] > keeps[case.home]) & np.isfinite(price)
    return int(np.where(lends, price, np.inf).argmin()) if lends.any() else None
