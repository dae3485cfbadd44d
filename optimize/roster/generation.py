"""Find the schedules that matter: prices from the master program, schedules from the pricers, until none is missing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from optimize.program import FloatArray
from optimize.roster.master import Master
from optimize.roster.pricing import Pricer, total

Timer = Callable[[], float]
SMOOTHING = 0.5
"""Weight of the prices with the best bound so far (P. Wentges, 1997, doi:10.1016/S0969-6016(97)00001-4)."""
SMALL = 1e-6


@dataclass(frozen=True, slots=True)
class Clock:
    """Know when to stop: a fuse on the wall clock, or on another timer."""

    started: float
    seconds: float
    timer: Timer = perf_counter

    @property
    def elapsed(self) -> float:
        """Return the seconds since the start."""
        return self.timer() - self.started

    @property
    def left(self) -> float:
        """Return the seconds that are left, never below zero."""
        return max(0.0, self.seconds - self.elapsed)

    def part(self, share: float) -> "Clock":
        """Return a clock for a share of what is left."""
        return Clock(self.timer(), share * self.left, self.timer)


@dataclass(frozen=True, slots=True)
class Relaxation:
    """What fractions of schedules cost.

    Args:
        objective: of the linear program over the schedules found.
        bound: no roster that keeps the fixed schedules costs less.
        values: of all columns.
        row_prices: of all rows.
    """

    objective: float
    bound: float
    values: FloatArray
    row_prices: FloatArray


def generate(
    master: Master, pricers: Mapping[int, Pricer], clock: Clock, enough: float = np.inf, rounds: int = 10**6
) -> Relaxation:
    """Add schedules until no other can help, the bound reaches `enough`, or rounds or time are over."""
    best, center = -np.inf, np.empty(0)
    for turn in range(rounds):
        objective, values, prices = master.lp.run()
        objective += master.fixed_cost
        for weight in (SMOOTHING, 0.0) if turn else (0.0,):
            mixed = prices.copy()
            mixed[: center.size] *= 1 - weight
            mixed[: center.size] += weight * center
            bound, n_added = _price(master, pricers, mixed, prices)
            if bound > best:
                best, center = bound, mixed
            if n_added:
                break
        reached = master.tables.round_up(best) >= min(objective, enough) - SMALL
        if not n_added or reached or not clock.left:
            break
    return Relaxation(objective, min(best, objective), values, prices)


def _price(master: Master, pricers: Mapping[int, Pricer], mixed: FloatArray, prices: FloatArray) -> tuple[float, int]:
    """Add the best schedule of everybody at `mixed` prices if it helps at `prices`; return a bound and how many."""
    bound, n_added = master.fixed_cost + master.worth_of_rows(mixed), 0
    for employee in master.staff.tolist():
        own = master.prices(employee, mixed)
        days = pricers[employee].cheapest(own)
        if days is None:
            return np.inf, 0
        bound += days.price
        reduced = total(master.prices(employee, prices), days.shifts) - master.share_price(employee, prices)
        if reduced < -SMALL:
            n_added += master.add(employee, days.shifts)
    return bound, n_added
