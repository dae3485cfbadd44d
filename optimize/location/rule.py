"""A rule for ambulances: one after another to where the next one helps most, hour after hour."""

from time import perf_counter

import numpy as np

from optimize.contract import Ending, Solved
from optimize.location.case import LocationCase, LocationPlan, plan_of
from optimize.location.check import breaches
from optimize.program import FloatArray, IntArray


def by_rule(case: LocationCase) -> Solved[LocationPlan]:
    """Add and withdraw vehicles one by one where that helps most or hurts least, then move as long as it pays.

    The answer is FEASIBLE; NO_ANSWER if it leaves a zone out of reach or finds no room.
    """
    started = perf_counter()
    standing = np.zeros(len(case.stations), dtype=np.intp) if case.standing is None else case.standing.astype(np.intp)
    hours = []
    for t in range(case.n_hours):
        standing = _staffed(case, t, standing)
        moves = 0 if t == 0 and case.standing is None else case.moves_per_hour
        standing = _moved(case, t, standing, int(case.fleet[t]) if moves is None else moves)
        hours.append(standing)
    plan = plan_of(case, np.stack(hours))
    broken = breaches(case, plan)
    seconds = perf_counter() - started
    if broken:
        return Solved(Ending.NO_ANSWER, None, None, None, seconds)
    return Solved(Ending.FEASIBLE, plan, plan.value, None, seconds)


def _staffed(case: LocationCase, t: int, standing: IntArray) -> IntArray:
    """Bring the number of vehicles to the fleet of the hour."""
    standing = standing.copy()
    while standing.sum() < case.fleet[t] and (standing < case.capacity).any():
        standing[_gains(case, t, standing).argmax()] += 1
    while standing.sum() > case.fleet[t]:
        standing[_losses(case, t, standing).argmin()] -= 1
    return standing


def _moved(case: LocationCase, t: int, standing: IntArray, most: int) -> IntArray:
    """Move one vehicle after another to where it helps most, from where it is missed least."""
    for _ in range(most):
        source = int(_losses(case, t, standing).argmin())
        without = standing.copy()
        without[source] -= 1
        if without[source] < 0:
            break
        goal = int(_gains(case, t, without).argmax())
        gain = float(_gains(case, t, without)[goal] - _losses(case, t, standing)[source])
        if goal == source or not gain > case.move_cost:
            break
        without[goal] += 1
        standing = without
    return standing


def _gains(case: LocationCase, t: int, standing: IntArray) -> FloatArray:
    """Return what one more vehicle at each station adds; -inf where there is no room. Zones out of reach count most."""
    gain = _worth(case, t, standing)
    return np.where(standing < case.capacity, gain, -np.inf)


def _losses(case: LocationCase, t: int, standing: IntArray) -> FloatArray:
    """Return what one vehicle less at each station takes away; inf where none may go."""
    held = case.held if t == 0 and case.held is not None else np.zeros_like(standing)
    losses = np.full(standing.size, np.inf)
    for j in np.flatnonzero(standing > held).tolist():
        without = standing.copy()
        without[j] -= 1
        losses[j] = _worth(case, t, without)[j]
    return losses


def _worth(case: LocationCase, t: int, standing: IntArray) -> FloatArray:
    """Return what one more vehicle at each station adds to the calls covered; shape (S,)."""
    busy = float(case.busy[t])
    in_reach = standing @ case.covers
    worth = case.covers @ (case.demand[:, t] * (1 - busy) * busy**in_reach)
    if case.reach_min is not None:
        wide = (case.travel_min <= case.reach_min).astype(np.float64)
        unreached = (standing @ wide == 0).astype(np.float64)
        worth = worth + (1.0 + case.demand[:, t].sum()) * (wide @ unreached)
    return np.asarray(worth, dtype=np.float64)
