"""Fill the beds of the own region first: transfers tier by tier, the nearest tier before all others."""

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

import numpy as np

from optimize.binding import Binding, joined
from optimize.contract import Ending, Solved
from optimize.program import IntArray
from optimize.transfer_case import CountArray, Move, TransferCase, TransferPlan


def tiers_of(region: IntArray, beyond: IntArray | None = None) -> IntArray:
    """Rank the ways between hospitals: 0 within a region, 1 between regions; shape (H, H).

    Args:
        region: the region of each hospital; shape (H,).
        beyond: rank of the way between each two regions, 1 or more; shape (R, R); 1 everywhere if None.
    """
    same = region[:, None] == region[None, :]
    across = np.ones(same.shape, dtype=np.intp) if beyond is None else beyond[region[:, None], region[None, :]]
    return np.where(same, 0, across).astype(np.intp)


def by_new_model(case: TransferCase) -> Solved[TransferPlan]:
    """Solve one tier by a new model; a city that decides again and again has a `TransferPlanner` for that."""
    from optimize.solver import solve  # only now: importing pyomo takes long, making a policy does not
    from optimize.transfer import TransferProblem

    return solve(TransferProblem(case))


def solve_tiers(
    case: TransferCase, tier: IntArray, solve_one: Callable[[TransferCase], Solved[TransferPlan]] = by_new_model
) -> Solved[TransferPlan]:
    """Choose the moves of greatest gain within tier 0; of who and what is left those of tier 1; and so on.

        for t = 0, 1, ...:  max Σ gain · move over the arcs (o, k, a, h) with tier[o,h] = t,
                            within boarders, beds and limits less the moves of the tiers before

    Each tier is a `TransferProblem` of its own, so its moves are whole. What a later tier could gain never changes an
    earlier one: a patient goes far only if no bed within the nearer tier was worth it to anybody.

    Args:
        case: the hour's question.
        tier: rank of the way from origin (row) to destination; shape (H, H), 0 first.
        solve_one: how each tier is solved.

    Returns:
        The moves of all tiers together. OPTIMAL speaks of each tier in its turn, and the bound is the gain.

    Raises:
        ValueError: if `tier` has another shape than the ways of the case.
    """
    started = perf_counter()
    n = case.boarders.shape[0]
    if tier.shape != (n, n):
        raise ValueError(f"tier has shape {tier.shape}; the case asks for {(n, n)}")
    moves: list[Move] = []
    gain, left, binding = 0.0, case, Binding()
    for rank in np.unique(tier).tolist():
        within = np.where((tier == rank)[:, None, None, :], case.gain, -np.inf)
        solved = solve_one(replace(left, gain=within))
        if solved.solution is None or solved.ending is not Ending.OPTIMAL:
            return replace(solved, solution=None, objective=None, bound=None, seconds=perf_counter() - started)
        moves += solved.solution.moves
        gain += solved.solution.gain
        binding = joined(binding, solved.binding)
        left = _less(left, solved.solution.moves)
    plan, seconds = TransferPlan(tuple(sorted(moves)), gain), perf_counter() - started
    return Solved(Ending.OPTIMAL, plan, gain, gain, seconds, binding=binding)


def _less(case: TransferCase, moves: tuple[Move, ...]) -> TransferCase:
    """Take moves out of who waits, of free beds and of limits."""
    boarders, free = case.boarders.copy(), case.free.copy()
    room, crews = _copy(case.receiving_limit), _copy(case.sending_limit)
    for origin, kind, acuity, destination, n_patients in moves:
        boarders[origin, kind, acuity] -= n_patients
        free[destination, kind] -= n_patients
        if room is not None:
            room[destination] -= n_patients
        if crews is not None:
            crews[origin] -= n_patients
    limit = case.limit - sum(move.n_patients for move in moves)
    return replace(case, boarders=boarders, free=free, limit=limit, receiving_limit=room, sending_limit=crews)


def _copy(limits: CountArray | None) -> CountArray | None:
    return None if limits is None else limits.copy()
