"""Give the hours that are left to shifts, one after the other, the most helpful first."""

import numpy as np
from numba import njit

from optimize.program import BoolArray, FloatArray, IntArray

EVEN = 1e-6
"""Weight of an even load, which decides where nobody is missing, or equally many."""

Spans = tuple[BoolArray, IntArray, IntArray]
"""Which spans each shift covers, the hours of spans, the hours of shifts."""


@njit(cache=True)
def give_out(
    people: IntArray,
    there: FloatArray,
    left: FloatArray,
    needed: FloatArray,
    load: FloatArray,
    spans: Spans,
    prices: tuple[FloatArray, float],
) -> None:
    """Add people to the shifts of P posts while an hour of theirs saves more than it is worth.

    Args:
        people: on each shift, which is added to; shape (P, D, S).
        there: people in each span, which is added to; shape (P, D, G).
        left: hours of each post, which is taken from; shape (P,).
        needed: people in each span at each step; shape (3, P, D, G).
        load: work in each span; shape (P, D, G).
        spans: what shifts and spans are.
        prices: of an hour of a missing person at each step, shape (3,); and what an hour must save; both in USD.
    """
    step_cost, worth = prices
    covers, _, shift_hours = spans
    n_days, n_shifts = people.shape[1:]
    gains = np.empty((n_days, n_shifts))
    for post in range(len(people)):
        for day in range(n_days):
            _gains(gains[day], needed[:, post, day], there[post, day], load[post, day], spans, step_cost)
        while True:
            best, day, shift = worth, -1, -1
            for d in range(n_days):
                for s in range(n_shifts):
                    if gains[d, s] > best and shift_hours[s] <= left[post] + 1e-9:
                        best, day, shift = gains[d, s], d, s
            if shift < 0:
                break
            people[post, day, shift] += 1
            left[post] -= shift_hours[shift]
            there[post, day] += covers[shift]
            _gains(gains[day], needed[:, post, day], there[post, day], load[post, day], spans, step_cost)


@njit(cache=True)
def _gains(
    gains: FloatArray, needed: FloatArray, there: FloatArray, load: FloatArray, spans: Spans, step_cost: FloatArray
) -> None:
    """Fill in what one person more on each shift of a day saves for each hour of work; shape (S,)."""
    covers, span_hours, shift_hours = spans
    for shift in range(gains.size):
        saved = 0.0
        for span in range(there.size):
            if covers[shift, span]:
                worth = EVEN * load[span] / (max(there[span], 0.5) * (there[span] + 1.0))
                for step in range(step_cost.size):
                    worth += step_cost[step] * (needed[step, span] > there[span])
                saved += worth * span_hours[span]
        gains[shift] = saved / shift_hours[shift]
