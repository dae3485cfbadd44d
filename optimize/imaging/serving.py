"""Serve the queues of a review: in fractions first, then with openings rounded, and with none."""

from time import perf_counter

import numpy as np

from optimize import engine
from optimize.binding import Binding, dearest
from optimize.checking import whole
from optimize.contract import Ending, Solved, SolveOptions
from optimize.imaging.case import ImagingPlan, plan_of
from optimize.imaging.queues import Queues
from optimize.program import BoolArray, FloatArray


def serve(queues: Queues, options: SolveOptions) -> Solved[ImagingPlan]:
    """Solve the program of the queues; where a session opens in part, take the better of two plans.

    In one of them the sessions open that are open by half, in the other none does, so that no rule without openings
    is cheaper. Each is a network, solved from where the solve before ended. The first objective bounds the cost from
    below; the answer is OPTIMAL if it is within `options.gap` of that.

    Raises:
        ArithmeticError: if a booking is not whole within 1e-6.
    """
    started = perf_counter()
    held = engine.Held(queues.program(), options)
    loose = held.run()
    if loose.values is None or loose.bound is None:
        return Solved(loose.ending, None, None, None, perf_counter() - started, fuse_blown=loose.fuse_blown)
    share = _shares(queues, loose.values)
    if ((share > 0) & (share < 1)).any():
        choices = [(opened, _with(held, queues, opened)) for opened in (share >= 0.5, np.zeros_like(share, np.bool_))]
    else:
        choices = [(share > 0, loose)]
    blown = loose.fuse_blown or any(answer.fuse_blown for _, answer in choices)
    found = [(one.objective or 0.0, opened, one.values) for opened, one in choices if one.values is not None]
    if not found:
        return Solved(Ending.NO_ANSWER, None, None, None, perf_counter() - started, fuse_blown=blown)
    _, opened, values = min(found, key=lambda one: one[0])
    plan = _plan(queues, values, opened)
    near = plan.cost - loose.bound <= options.gap * abs(plan.cost) + 1e-9
    how = (perf_counter() - started, 0, blown, _binding(queues, loose.row_prices))
    return Solved(Ending.OPTIMAL if near else Ending.FEASIBLE, plan, plan.cost, loose.bound, *how)


def _with(held: engine.Held, queues: Queues, opened: BoolArray) -> engine.Answer:
    """Solve with openings given."""
    columns = np.arange(held.program.costs.size - opened.size, held.program.costs.size)
    held.change_column_bounds(columns, opened.astype(np.float64), opened.astype(np.float64))
    return held.run(go_on=True)


def _shares(queues: Queues, values: FloatArray) -> FloatArray:
    """Return how far each openable session opens."""
    return values[values.size - queues.openable.size :]


def _plan(queues: Queues, values: FloatArray, opened: BoolArray) -> ImagingPlan:
    """Book who is served; sessions that open for nobody stay closed."""
    served = whole("serve", values[: len(queues.arcs)])
    return plan_of(queues.case, queues.bookings(served, opened))


def _binding(queues: Queues, row_prices: FloatArray | None) -> Binding:
    """Name full sessions; one that would have to be opened first is a choice, not a limit."""
    from optimize.imaging.problem import ImagingProblem  # only now: importing pyomo takes long

    case, words = queues.case, ImagingProblem(queues.case).words
    usual = {int(queues.place[t]): t for t in np.flatnonzero(case.opening_cost == 0)[::-1].tolist()}
    prices = np.zeros(0) if row_prices is None else row_prices[row_prices.size - queues.place_at.size :]
    return dearest(prices, lambda place: words("room", usual[place]) if place in usual else "")
