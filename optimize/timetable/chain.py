"""Run one chain of annealing stage by stage."""

from collections.abc import Mapping

import numpy as np

from optimize.timetable.anneal import MOVES, Course, anneal
from optimize.timetable.arrays import IntArray
from optimize.timetable.case import Timetable, TimetableCase
from optimize.timetable.search import cost_of, empty_plan, kept_of, left_out_costs, plan_of, problem_of, state_of

SHARES = dict(zip(MOVES, (0.33, 0.08, 0.03, 0.30, 0.20, 0.02, 0.01, 0.01, 0.02), strict=True))
"""How often each move is tried."""
FIRST_SHARES = {"another nurse": 0.1, "move patient": 0.4, "exchange patients": 0.3, "insert with ejection": 0.2}
"""The same while mandatory patients are missing: what finds them a place."""
FIRST_HEAT = 200.0
"""Temperature while mandatory patients are missing; leaving one out costs ten times as much or more."""


class Chain:
    """Hold one chain: its case, state, generator, and the best plan it has seen."""

    def __init__(self, case: TimetableCase, random: np.random.Generator, start: Timetable | None = None) -> None:
        """Start from a plan, or from nobody admitted."""
        self.case, self.problem = case, problem_of(case)
        plan = empty_plan(case, self.problem, random) if start is None else start
        self.state = state_of(case, self.problem, plan)
        self.random = random.integers(1, 2**63, size=1, dtype=np.uint64)
        self.cost = self.best = cost_of(case, plan)
        self.kept = kept_of(self.state)
        self.pool = np.arange(case.n_patients)
        self.n_moves = 0

    @property
    def mandatory(self) -> IntArray:
        """Return the patients who must be admitted."""
        found: IntArray = np.flatnonzero(self.case.mandatory)
        return found

    @property
    def n_missing(self) -> int:
        """Count the mandatory patients who are not admitted now."""
        return int((self.state.day[self.mandatory] < 0).sum())

    def run(
        self,
        n_moves: int,
        heat: tuple[float, float, float],
        pool: IntArray | None = None,
        shares: Mapping[str, float] = SHARES,
    ) -> None:
        """Make moves, of each kind as often as the shares say, while the temperature falls.

        Patients are moved of the pool only, by default all; one who is pushed aside need not be of the pool.
        """
        tally = np.array([n_moves, self.cost, self.best, 0])
        who = self.pool if pool is None else pool
        upto = np.cumsum([shares.get(name, 0.0) for name in MOVES])
        upto /= upto[-1]
        anneal(self.problem, self.state, who, self.random, Course(upto, *heat), tally, self.kept)
        self.cost, self.best = int(tally[1]), int(tally[2])
        self.n_moves += n_moves

    def admit_mandatory(self, n_moves: int) -> None:
        """Make moves of mandatory patients only, as a first stage."""
        self.run(n_moves, (FIRST_HEAT, FIRST_HEAT / 2, 1.0), self.mandatory, FIRST_SHARES)

    def adopt(self, other: "Chain") -> None:
        """Go on from where another chain is."""
        for name in self.state._fields:
            getattr(self.state, name)[:] = getattr(other.state, name)
        self.cost = other.cost

    def return_to_best(self) -> None:
        """Go on from the best plan seen."""
        self.state = state_of(self.case, self.problem, self.plan)
        self.cost = self.best

    @property
    def plan(self) -> Timetable:
        """Return the best plan seen."""
        return plan_of(self.case, self.kept)

    @property
    def best_missing(self) -> int:
        """Count the mandatory patients whom the best plan leaves out."""
        return int((self.kept[0][self.mandatory] < 0).sum())

    @property
    def best_cost(self) -> int:
        """Return the cost of the best plan without what missing patients count."""
        missing = self.mandatory[self.kept[0][self.mandatory] < 0]
        return self.best - int(left_out_costs(self.case)[missing].sum())
