"""Plan appointments review after review: the program of the problem, written in arrays without a model."""

from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
from scipy.sparse import csc_array

from optimize import engine
from optimize.appointments.case import UNBOOKED, AppointmentsCase, AppointmentsPlan, booked
from optimize.binding import Binding, dearest
from optimize.checking import least_faults, refuse
from optimize.contract import Solved, SolveOptions
from optimize.program import FloatArray, IntArray, LinearProgram

PLANNING = SolveOptions(presolve=False)
"""Presolve costs more than it saves on programs of this size."""


@dataclass(frozen=True, slots=True)
class AppointmentsPlanner:
    """Decide the bookings of one review, looking some days ahead; `plan` is a pure function of its case.

    Args:
        horizon_days: sessions of so many days are looked at; others keep their bookings, and take no new ones.
        freeze_days: bookings within so many days are settled; 0 for none.
        options: how hard to try.

    Raises:
        ValueError: names each setting that is out of range.
    """

    horizon_days: int = 28
    freeze_days: int = 3
    options: SolveOptions = PLANNING

    def __post_init__(self) -> None:
        refuse([*least_faults(self, ("horizon_days",), 1), *least_faults(self, ("freeze_days",))])

    def plan(self, case: AppointmentsCase) -> Solved[AppointmentsPlan]:
        """Choose a session, or none, for every request.

        Raises:
            ArithmeticError: if a booking is not whole within 1e-6.
        """
        started = perf_counter()
        near = self._near(case)
        pairs, program = program_of(near)
        answer = engine.run(program, self.options)
        plan = None if answer.values is None else booked(near, pairs, answer.values[: len(pairs)])
        binding = () if answer.row_prices is None else self._binding(near, answer.row_prices)
        how = (perf_counter() - started, 0, answer.fuse_blown, binding)
        return Solved(answer.ending, plan, answer.objective, answer.bound, *how)

    def _binding(self, case: AppointmentsCase, row_prices: FloatArray) -> Binding:
        """Name the sessions of which one more slot would be worth most."""
        from optimize.appointments.problem import AppointmentsProblem  # only now: importing pyomo takes long

        words = AppointmentsProblem(case).words
        return dearest(row_prices[len(case.requests) :], lambda s: words("room", case.sessions[s]))

    def _near(self, case: AppointmentsCase) -> AppointmentsCase:
        """Settle what is soon or far, and offer only the sessions between now and the horizon."""
        is_booked = case.booked != UNBOOKED
        day = np.where(is_booked, case.day[case.booked], 0) if case.day.size else np.zeros_like(case.booked)
        settled = case.settled | (is_booked & ((day < self.freeze_days) | (day >= self.horizon_days)))
        offered = (case.day < self.horizon_days) | (case.booked[:, None] == np.arange(case.day.size))
        return replace(case, settled=settled, fits=case.fits & offered)


def program_of(case: AppointmentsCase) -> tuple[IntArray, LinearProgram]:
    """Write `AppointmentsProblem` in arrays, without the pairs that cost more than to leave the request open.

    Returns:
        The pairs (request, session), shape (n, 2), of the first n columns; then come `leave` and `extra`.
    """
    price, open_price = case.price(), case.open_price()
    pairs = np.argwhere(np.isfinite(price) & (price <= open_price[:, None]))
    leaving = np.flatnonzero(np.isfinite(open_price))
    steps = case.overflow_steps()
    session, _ = np.nonzero(np.isfinite(steps))
    n_requests, first_extra = len(case.requests), len(pairs) + leaving.size
    row = np.concatenate([pairs[:, 0], leaving, n_requests + pairs[:, 1], n_requests + session])
    column = np.concatenate([np.arange(first_extra), np.arange(len(pairs)), first_extra + np.arange(session.size)])
    sign = np.ones(row.size)
    sign[row.size - session.size :] = -1.0
    matrix = csc_array((sign, (row, column)), shape=(n_requests + len(steps), first_extra + session.size))
    costs = np.concatenate([price[tuple(pairs.T)], open_price[leaving], steps[np.isfinite(steps)]])
    return pairs, LinearProgram(
        maximize=False,
        offset=0.0,
        costs=costs,
        column_lower=np.zeros(costs.size),
        column_upper=np.where(np.arange(costs.size) < first_extra, np.inf, 1.0),
        row_lower=np.concatenate([np.ones(n_requests), np.full(len(steps), -np.inf)]),
        row_upper=np.concatenate([np.ones(n_requests), case.slots.astype(np.float64)]),
        starts=matrix.indptr.astype(np.intp),
        row_indices=matrix.indices.astype(np.intp),
        coefficients=matrix.data,
        integer=np.zeros(costs.size, dtype=np.bool_),
    )
