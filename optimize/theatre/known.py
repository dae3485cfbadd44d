"""Call patients from lists whose needs are known: price any calls, and bound what they must cost."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array

from optimize import engine
from optimize.checking import refuse, shape_faults
from optimize.contract import SolveOptions
from optimize.program import FloatArray, IntArray, LinearProgram

SEARCH = SolveOptions(gap=1e-6, node_limit=200)
"""Where the search for whole patients may stop; its proven bound holds wherever it does."""
WHOLE_UP_TO = 60
"""Pairs of patients and days up to which patients are whole; beyond, parts of a patient may be called."""
UNCALLED = -1


@dataclass(frozen=True, slots=True)
class KnownList:
    """The question of one list at one review: n patients, of whom all is known, and D days.

        min  Σ_i,d price[i,d] · call[i,d] + Σ_i open_price[i] · (1 − Σ_d call[i,d]) + Σ_d idle + over
        s.t. Σ_d call[i,d] ≤ 1                                             one day for a patient
             Σ_i expected_min[i] · call[i,d] ≤ bookable_min[d]             the rule of the list
             idle[d] ≥ idle_cost · (left_min[d] − Σ_i minutes[i] · call[i,d])
             over[d] ≥ over_cost · (Σ_i minutes[i] · call[i,d] − left_min[d])
             call ∈ {0, 1}, idle, over ≥ 0

    Args:
        minutes: what each patient truly needs; shape (n,).
        expected_min: what the rule counts; shape (n,).
        price: cost of calling a patient for a day, inf where that may not be; shape (n, D).
        open_price: cost of not calling the patient; shape (n,).
        left_min: rostered minutes, less what those need who are called already; may be negative; shape (D,).
        bookable_min: minutes that the rule leaves; shape (D,).
        idle_cost: cost of a minute in which nobody is seen.
        over_cost: cost of a minute after the roster.

    Raises:
        ValueError: lists every wrong shape.
    """

    minutes: FloatArray
    expected_min: FloatArray
    price: FloatArray
    open_price: FloatArray
    left_min: FloatArray
    bookable_min: FloatArray
    idle_cost: float
    over_cost: float

    def __post_init__(self) -> None:
        n, n_days = self.price.shape
        of_patient, of_day = ("minutes", "expected_min", "open_price"), ("left_min", "bookable_min")
        refuse(shape_faults(self, {**dict.fromkeys(of_patient, (n,)), **dict.fromkeys(of_day, (n_days,))}))

    def cost(self, day: IntArray) -> float:
        """Price calls; the day of each patient, -1 for none, shape (n,)."""
        called = np.flatnonzero(day != UNCALLED)
        needed = np.bincount(day[called], self.minutes[called], minlength=len(self.left_min))
        spare = self.left_min - needed
        days = self.idle_cost * np.maximum(spare, 0.0) + self.over_cost * np.maximum(-spare, 0.0)
        return float(self.price[called, day[called]].sum() + self.open_price[day == UNCALLED].sum() + days.sum())


def least_cost(case: KnownList, options: SolveOptions = SEARCH) -> float:
    """Return a proven bound of the cost of any calls.

    It is the exact minimum within `options.gap` for up to `WHOLE_UP_TO` pairs, unless nodes run out; that of the linear
    relaxation for more, which lies a little below it because few patients are called in parts.
    """
    program = program_of(case)
    if program.integer.sum() > WHOLE_UP_TO:
        program = program.relaxed()
    bound = engine.run(program, options).bound
    return 0.0 if bound is None else bound  # no cost is below zero


def program_of(case: KnownList) -> LinearProgram:
    """Write the program in arrays: a column for each pair that may be, then idle and over for each day.

    Rows are patients, the rule of each day, and the balance of its minutes, in which idle and over are minutes.
    """
    n, n_days = case.price.shape
    patient, day = np.nonzero(np.isfinite(case.price))
    pairs, days = np.arange(patient.size), np.arange(n_days)
    idle, over, first_rule, first_balance = patient.size + days, patient.size + n_days + days, n, n + n_days
    row = [patient, first_rule + day, first_balance + day, first_balance + days, first_balance + days]
    column = [pairs, pairs, pairs, idle, over]
    ones = np.ones(n_days)
    value = [np.ones(patient.size), case.expected_min[patient], case.minutes[patient], ones, -ones]
    shape = n + 2 * n_days, patient.size + 2 * n_days
    matrix = csc_array((np.concatenate(value), (np.concatenate(row), np.concatenate(column))), shape=shape)
    gain = case.price[patient, day] - case.open_price[patient]
    whole = np.arange(shape[1]) < patient.size
    return LinearProgram(
        maximize=False,
        offset=float(case.open_price.sum()),
        costs=np.concatenate([gain, np.full(n_days, case.idle_cost), np.full(n_days, case.over_cost)]),
        column_lower=np.zeros(shape[1]),
        column_upper=np.where(whole, 1.0, np.inf),
        row_lower=np.concatenate([np.full(n + n_days, -np.inf), case.left_min]),
        row_upper=np.concatenate([np.ones(n), case.bookable_min, case.left_min]),
        starts=matrix.indptr.astype(np.intp),
        row_indices=matrix.indices.astype(np.intp),
        coefficients=matrix.data,
        integer=whole,
    )
