"""Triage by a diagnosis model and the costs of its mistakes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from policies.settings import WrongSetting
from policies.triage.learned import Learned
from sim.contract import AssignAcuity, TriageDecision, TriageView
from sim.units import FloatArray, IntArray


@dataclass(slots=True)
class Model(Learned):
    """Assign the level of the least expected cost under the probabilities of a diagnosis model.

    A level too low costs `under_cost`, a level too high `over_cost`, each per level between assigned and true;
    only their ratio counts. With cost u max(b - a, 0) + o max(a - b, 0) for true level a and assigned level b,
    the best b is the smallest with P(acuity <= b | x) >= o / (u + o): the newsvendor's quantile.

    The default ratio of 2 (assumption A-TRIAGE-COST, range 1 to 5) is a judgement: guidance asks for less under-
    than over-triage and names no price.
    """

    under_cost: float = 2.0
    over_cost: float = 1.0

    @property
    def needed_share(self) -> float:
        """Return o / (u + o), the probability of being that urgent or more that a level needs."""
        return self.over_cost / (self.under_cost + self.over_cost)

    def decide(self, view: TriageView) -> TriageDecision:
        """Return a level for every patient.

        Raises:
            ValueError: if nothing was learned, or something other than what the view shows.
        """
        return AssignAcuity(self.assign(self.cumulative(view)))

    def assign(self, cumulative: FloatArray) -> IntArray:
        """Return levels 1 to 5, shape (n,), from P(acuity <= 1..4), shape (n, 4)."""
        level: IntArray = 1 + (cumulative < self.needed_share).sum(axis=1, dtype=np.int64)
        return level

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield faults of the past and every cost that is not positive; `where` is the field of this policy."""
        yield from Learned.faults(self, where)
        for name in ("under_cost", "over_cost"):
            if not 0 < getattr(self, name) < np.inf:
                yield WrongSetting(f"{where}.{name}", getattr(self, name), "give a finite cost above zero")
