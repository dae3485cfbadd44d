"""A rule for units of one type: one more move, the best one, again and again, as long as it pays."""

import numpy as np

from optimize.allocation_case import AllocationCase, Inequality
from optimize.program import FloatArray


def improved(case: AllocationCase, k: int, sent: FloatArray) -> FloatArray:
    """Add moves of one unit, the one that spares most first, as long as one spares more than it costs.

    Args:
        case: the question; its `most_moves` is not looked at.
        k: the type.
        sent: whole units that move already from place (row) to place; shape (H, H).
    """
    sent = sent.copy()
    while True:
        spared = _spared(case, k, sent)
        origin, destination = np.unravel_index(int(spared.argmax()), spared.shape)
        if not spared[origin, destination] > 1e-9:
            return sent
        sent[origin, destination] += 1.0


def _spared(case: AllocationCase, k: int, sent: FloatArray) -> FloatArray:
    """Return what one unit more on each way spares; -inf where none may go; shape (H, H)."""
    after = case.supply[k] + sent.sum(axis=0) - sent.sum(axis=1)
    demand, price = case.demand[k], float(case.unmet_cost[k])
    unmet = np.maximum(demand - after, 0.0)
    gain = price * (unmet - np.maximum(demand - after - 1.0, 0.0))
    loss = price * (np.maximum(demand - after + 1.0, 0.0) - unmet)
    spared = gain[None, :] - loss[:, None] - case.move_cost + _levelled(case, k, after)
    stays = (sent.sum(axis=1) + 1.0 > case.may_leave[k]) | (after - 1.0 < case.least_ratio * demand)
    spared[stays] = -np.inf
    np.fill_diagonal(spared, -np.inf)
    return np.asarray(spared, dtype=np.float64)


def _levelled(case: AllocationCase, k: int, after: FloatArray) -> FloatArray:
    """Return what the lowest ratio gains in cost when one unit goes from place (row) to place; shape (H, H)."""
    supply, demand = float(after.sum()), case.demand[k]
    if case.inequality is not Inequality.MAX_MIN or supply <= 0 or not demand.any():
        return np.zeros((after.size, after.size))
    mean = supply / float(demand.sum())

    def share(units: FloatArray) -> FloatArray:
        found: FloatArray = np.full(units.size, np.inf)
        np.divide(units, demand * mean, out=found, where=demand > 0)
        return found

    now = share(after)
    lowest = np.minimum(np.minimum(share(after - 1.0)[:, None], share(after + 1.0)[None, :]), _others(now))
    worse: FloatArray = np.maximum(1.0 - lowest, 0.0) - max(1.0 - float(now.min()), 0.0)
    return -case.inequality_cost * worse


def _others(values: FloatArray) -> FloatArray:
    """Return the least value of all but two places, by these two; shape (H, H)."""
    order = np.argsort(values, kind="stable")[:3]
    least = np.full((values.size, values.size), np.inf)
    for place in order[::-1].tolist():
        open_pair = np.ones(least.shape, dtype=np.bool_)
        open_pair[place, :] = open_pair[:, place] = False
        least[open_pair] = values[place]
    return least
