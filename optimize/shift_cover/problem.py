"""Write the staffing of shifts as a covering program."""

from dataclasses import replace
from itertools import pairwise, product
from typing import Any

import numpy as np
from scipy import sparse

from optimize.cover_case import CoverCase
from optimize.program import FloatArray, LinearProgram
from optimize.shift_cover.case import HOURS_PER_DAY, SHARES, ShiftCase


def covering(case: ShiftCase) -> CoverCase:
    """Return the covering program, in fractions of people.

    Activities: own people on each shift, agency people on each shift, and people missing at each step of comfort in
    each span, all for each post and day. Requirements: what each step needs in each span, then the paid hours and the
    agency hours of each post, which shifts take from.

        min  Σ_k,p,d,g step_cost[k] · hours[g] · missing[k,p,d,g] + Σ_p,d,s agency_cost · hours[s] · agency[p,d,s]
        s.t. Σ_(s over g) (own[p,d,s] + agency[p,d,s]) + missing[k,p,d,g] ≥ needed[k,p,d,g]
             -Σ_d,s hours[s] · own[p,d,s]                                ≥ -paid_hours[p]
             -Σ_d,s hours[s] · agency[p,d,s]                             ≥ -agency_hours[p]
    """
    n_days, spans, days = len(case.days), _spans(case), case.days
    worked = [", ".join(one) for one in product(case.posts, days, case.shifts)]
    steps = [f"step {k + 1}" for k in range(SHARES.size)]
    wanted = [", ".join((post, day, span, step)) for step, post, day, span in product(steps, case.posts, days, spans)]
    span_price = np.tile(case.span_hours, len(case.posts) * n_days)
    shift_price = np.tile(case.shift_hours, len(case.posts) * n_days) * case.agency_cost
    return CoverCase(
        activities=(*(f"own: {one}" for one in worked), *(f"agency: {one}" for one in worked), *wanted),
        requirements=(*wanted, *(f"{post}: paid hours" for post in case.posts), *(f"{p}: agency" for p in case.posts)),
        cost=np.concatenate([np.zeros(len(worked)), shift_price, np.outer(case.step_cost, span_price).ravel()]),
        coverage=_coverage(case),
        needed=needs(case),
    )


def merged(case: ShiftCase) -> LinearProgram:
    """Return the same program with a third of the rows: each span has one, and missing people stand in a line.

    Whoever is missing first is missed at the last step only, who is missing next at the last two, and so on:

        min  Σ_k,p,d,g price[k] · hours[g] · missing[k,p,d,g] + Σ_p,d,s agency_cost · hours[s] · agency[p,d,s]
        s.t. Σ_(s over g) (own[p,d,s] + agency[p,d,s]) + Σ_k missing[k,p,d,g] ≥ needed[2,p,d,g]
             Σ_d,s hours[s] · own[p,d,s]                                     ≤ paid_hours[p]
             Σ_d,s hours[s] · agency[p,d,s]                                  ≤ agency_hours[p]
             missing[k,p,d,g] ≤ needed[2-k,p,d,g] - needed[1-k,p,d,g], where needed[-1] = 0

    with price[k] = Σ_(j ≥ 2-k) step_cost[j].
    """
    n_posts, n_days = case.load.shape[:2]
    covers = sparse.csr_array(case.covers.T.astype(np.float64))
    shifts = sparse.kron(sparse.eye_array(n_posts * n_days), covers)
    hours = np.tile(case.shift_hours.astype(np.float64), n_days)
    taken = sparse.kron(sparse.eye_array(n_posts), sparse.csr_array(hours[None, :]))
    short = sparse.hstack([sparse.eye_array(shifts.shape[0])] * SHARES.size)
    rows: list[list[Any]] = [[shifts, shifts, short], [taken, None, None], [None, taken, None]]
    matrix = sparse.csc_array(sparse.block_array(rows, format="csc"))
    shift_price = np.tile(case.shift_hours, n_posts * n_days) * case.agency_cost
    span_price = np.tile(case.span_hours, n_posts * n_days)
    price = np.cumsum(case.step_cost[::-1])
    n_columns = matrix.shape[1]
    empty = LinearProgram(
        maximize=False,
        offset=0.0,
        costs=np.concatenate([np.zeros(shift_price.size), shift_price, np.outer(price, span_price).ravel()]),
        column_lower=np.zeros(n_columns),
        column_upper=np.full(n_columns, np.inf),
        row_lower=np.full(matrix.shape[0], -np.inf),
        row_upper=np.full(matrix.shape[0], np.inf),
        starts=matrix.indptr.astype(np.intp),
        row_indices=matrix.indices.astype(np.intp),
        coefficients=matrix.data,
        integer=np.zeros(n_columns, dtype=np.bool_),
    )
    return with_needs(empty, case)


def with_needs(program: LinearProgram, case: ShiftCase) -> LinearProgram:
    """Return a merged program with the needs and hours of a case of the same structure."""
    n_shifts, n_spans = 2 * case.load[:, :, 0].size * len(case.shifts), case.needed[0].size
    widths = np.diff(case.needed, axis=0, prepend=0.0)[::-1]
    lower = np.concatenate([case.needed[-1].ravel(), np.full(2 * len(case.posts), -np.inf)])
    upper = np.concatenate([np.full(n_spans, np.inf), case.paid_hours, case.agency_hours])
    return replace(
        program,
        row_lower=lower,
        row_upper=upper,
        column_upper=np.concatenate([np.full(n_shifts, np.inf), widths.ravel()]),
    )


def step_prices(case: ShiftCase, prices: FloatArray) -> FloatArray:
    """Return what one unit less in each requirement of `covering` saves, from the prices of the merged rows.

    Of the price of a span its last step has what one person missing costs there at most, the step before the rest, and
    so on down to the first.
    """
    n_spans = case.needed[0].size
    left, steps = prices[:n_spans].copy(), []
    span_hours = np.tile(case.span_hours.astype(np.float64), n_spans // case.span_hours.size)
    for step in case.step_cost[::-1]:
        steps.append(np.minimum(left, step * span_hours))
        left -= steps[-1]
    return np.concatenate([*steps[::-1], prices[n_spans:]])


def needs(case: ShiftCase) -> FloatArray:
    """Return what the requirements of the program need, in their order."""
    return np.concatenate([case.needed.ravel(), -case.paid_hours, -case.agency_hours])


def words(case: ShiftCase, requirement: int) -> str:
    """Say what a requirement of the program asks for; "" if it asks for nobody."""
    n_posts = len(case.posts)
    kind, rest = divmod(requirement, case.needed[0].size)
    if kind < SHARES.size:
        p, d, g = np.unravel_index(rest, case.needed.shape[1:])
        needed = int(case.needed[kind, p, d, g])
        return f"{case.posts[p]} on {case.days[d]} from {_spans(case)[g]} needs {needed}" if needed else ""
    if rest < n_posts:
        return f"{case.posts[rest]} has {case.paid_hours[rest]:g} paid hours"
    return f"{case.posts[rest - n_posts]} has {case.agency_hours[rest - n_posts]:g} hours of agency staff"


def _spans(case: ShiftCase) -> list[str]:
    clock = [f"{(hour + case.first_hour) % HOURS_PER_DAY}:00" for hour in case.edges.tolist()]
    return [f"{begins} to {ends}" for begins, ends in pairwise(clock)]


def _coverage(case: ShiftCase) -> "sparse.csr_array":
    """Write what one unit of each activity gives to each requirement."""
    n_posts, n_days = case.load.shape[:2]
    shifts = sparse.kron(sparse.eye_array(n_posts * n_days), sparse.csr_array(case.covers.T.astype(np.float64)))
    over = sparse.vstack([shifts] * SHARES.size)
    hours = -np.tile(case.shift_hours.astype(np.float64), n_days)
    taken = sparse.kron(sparse.eye_array(n_posts), sparse.csr_array(hours[None, :]))
    rows: list[list[Any]] = [[over, over, sparse.eye_array(over.shape[0])], [taken, None, None], [None, taken, None]]
    return sparse.csr_array(sparse.block_array(rows, format="csr"))
