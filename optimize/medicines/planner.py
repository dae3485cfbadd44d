"""Plan the moves of medicines day after day: a linear program, solved a few times with better prices of trips."""

from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from optimize import engine
from optimize.binding import Binding, dearest
from optimize.checking import least_faults, refuse
from optimize.contract import Ending, Solved, SolveOptions
from optimize.medicines.case import LotMove, MedicinesCase, MedicinesPlan
from optimize.medicines.flow import Flow, flow_of
from optimize.medicines.foresight import Foresight, foresee
from optimize.program import IntArray

PLANNING = SolveOptions(presolve=False)
"""Presolve costs more than it saves on programs of this size."""


@dataclass(frozen=True, slots=True)
class MedicinesPlanner:
    """Decide what moves today, looking some days ahead; `plan` is a pure function of its case.

    Trips cost whatever they carry, which takes branching. Here their cost is laid on the units instead, at first as
    if every trip were full, then by what the round before put on it (slope scaling, D. Kim and P. M. Pardalos, 1999,
    doi:10.1016/S0167-6377(98)00050-4); the best of all rounds is taken. Only ways of lots that would be left, to
    hospitals that could use them, are tried (all ways where shortage is limited), and moves are rounded down.

    Args:
        horizon_days: days of demand to look at, at most those of the case.
        freeze_days: a lot that came to its hospital more recently stays.
        rounds: linear programs to solve.
        options: how hard to try.

    Raises:
        ValueError: names each setting that is out of range.
    """

    horizon_days: int = 14
    freeze_days: float = 2.0
    rounds: int = 2
    options: SolveOptions = PLANNING

    def __post_init__(self) -> None:
        refuse([*least_faults(self, ("horizon_days", "rounds"), 1), *least_faults(self, ("freeze_days",))])

    def plan(self, case: MedicinesCase) -> Solved[MedicinesPlan]:
        """Choose today's moves.

        The answer is FEASIBLE without a bound, OPTIMAL only if nothing would be wasted or missing anyway. Limits on
        shortage are kept; where they cannot be it is INFEASIBLE, or NO_ANSWER if rounding breaks them.
        """
        started = perf_counter()
        near = self._near(case)
        foresight = foresee(near)
        if not foresight.cost.any() and _within_limits(near, foresight):
            return Solved(Ending.OPTIMAL, MedicinesPlan((), 0, 0, 0.0), 0.0, 0.0, perf_counter() - started)
        ways = promising(near, foresight) if near.shortage_limit is None else near.ways()
        flow = flow_of(near, foresight, ways)
        best, ending, fuse_blown, binding = self._best(near, flow)
        cost, seconds = None if best is None else best.cost, perf_counter() - started
        return Solved(ending, best, cost, None, seconds, fuse_blown=fuse_blown, binding=binding)

    def _best(self, case: MedicinesCase, flow: Flow) -> tuple[MedicinesPlan | None, Ending, bool, Binding]:
        """Solve the rounds, and keep the cheapest plan; to move nothing is one, if that is allowed.

        Without an answer in the first round there is no plan: it is for others to decide then.
        Rows are priced by the last round, whose prices of trips are the best known.
        """
        best = _lived(case, flow, np.zeros(flow.n_ways, dtype=np.intp))
        share, binding, answered = flow.trip_cost / flow.useful, Binding(), False
        for _ in range(self.rounds):
            answer = engine.run(flow.program(share), self.options)
            if answer.values is None:
                found = best if answered else None
                return found, answer.ending if found is None else Ending.FEASIBLE, answer.fuse_blown, binding
            answered = True
            if answer.row_prices is not None:
                binding = dearest(answer.row_prices, flow.words.__getitem__)
            units = np.floor(answer.values[: flow.n_ways] + 1e-6).astype(np.intp)
            plan = _lived(case, flow, units)
            if plan is not None and (best is None or plan.cost < best.cost):
                best = plan
            share = flow.next_share(units, share)
        return best, Ending.NO_ANSWER if best is None else Ending.FEASIBLE, False, binding

    def _near(self, case: MedicinesCase) -> MedicinesCase:
        """Cut the horizon, and hold what came recently."""
        lots = tuple(
            replace(lot, held=True) if lot.stood_days < self.freeze_days and not lot.held else lot for lot in case.lots
        )
        return replace(case, lots=lots, demand=case.demand[:, :, : self.horizon_days])


def promising(case: MedicinesCase, foresight: Foresight) -> IntArray:
    """List the ways, as `MedicinesCase.ways` does, of lots that would be left to hospitals that could use them."""
    n_medicines = len(case.medicines)
    expires = np.array([case.expires(lot) for lot in case.lots], dtype=np.bool_)
    missing = foresight.short.sum(axis=(0, 2)) > 0
    spare = (foresight.left > 0) & (expires | missing[foresight.place % n_medicines])
    ways = case.ways(np.flatnonzero(spare))
    lot, hospital, first = ways.T
    medicine = foresight.place[lot] % n_medicines
    short = np.concatenate([np.zeros((*foresight.used_later.shape, 1)), foresight.short.cumsum(axis=2)], axis=2)
    end = np.array([item.usable_days for item in case.lots], dtype=np.intp).clip(max=case.n_days)[lot]
    relieved = short[hospital, medicine, end] > short[hospital, medicine, first]
    useful = relieved | (expires[lot] & (foresight.used_later[hospital, medicine] > 0))
    return np.asarray(ways[useful], dtype=np.intp)


def _within_limits(case: MedicinesCase, foresight: Foresight) -> bool:
    """Say whether nobody is short of more than is tolerated."""
    return case.shortage_limit is None or bool((foresight.short.sum(axis=2) <= case.shortage_limit).all())


def _lived(case: MedicinesCase, flow: Flow, units: IntArray) -> MedicinesPlan | None:
    """Live through the days with the moves of a round; None if a limit on shortage is broken."""
    moved = np.flatnonzero(units)
    lots, goals, counts = flow.lot[moved], flow.hospital[moved], units[moved]
    foresight = foresee(case, lots, goals, counts)
    if not _within_limits(case, foresight):
        return None
    trips = np.unique(flow.trip[moved])
    transport: float = flow.unit_cost[moved] @ counts + case.trip_cost.ravel()[trips].sum()
    order = np.lexsort((goals, lots))
    moves = [LotMove(case.lots[lots[i]].name, case.hospitals[goals[i]], int(counts[i])) for i in order.tolist()]
    return MedicinesPlan(
        tuple(moves), foresight.wasted_units, int(foresight.short.sum()), float(foresight.cost.sum() + transport)
    )
