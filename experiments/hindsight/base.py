"""State what all seats share: cost achieved, the least that was possible with the truth known, and regret.

For every episode e of a seat (a decision, or a day) after the warm-up let a[e] be what truly happened in its horizon:
work, use of medicines, durations, absences, stays. With one cost function of decisions x and truth a,

    cost   = mean over e of cost(x[e]; a[e])
    bound  = mean over e of a proven lower bound of min_x cost(x; a[e])
    regret = cost − bound ≥ 0

The minimum is over all that the rules allowed in the state that the run had reached; the bound is that of an exact
program, proven by its solver, or of a relaxation. All is done after the run, from its log and the draws. Cost functions
are the same for every policy, whatever the policy believed and whatever prices it was given.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar, NamedTuple

import numpy as np

from sim.cohort import Cohort
from sim.run import Run
from sim.scenario import Scenario
from sim.units import FloatArray

Row = tuple[str, str, str, float]
WHOLE = ("all",)
"""The level of a seat whose costs have no parts."""


class Episode(NamedTuple):
    """Price what was done in one episode, and the least that was possible, by level; both shape (n_levels,)."""

    at_min: float
    cost: FloatArray
    bound: FloatArray


class Hindsight(ABC):
    """Judge one seat; levels are the parts whose costs add up, such as roles, by `dimension`."""

    seat: ClassVar[str]
    dimension: ClassVar[str] = "hospital"

    @abstractmethod
    def applies(self, scenario: Scenario, run: Run) -> bool:
        """Say whether somebody decided, and the truth and the rules are known afterwards."""

    @abstractmethod
    def levels(self, scenario: Scenario) -> tuple[str, ...]:
        """Name the levels of episodes."""

    @abstractmethod
    def episodes(self, scenario: Scenario, run: Run, cohort: Cohort) -> Iterator[Episode]:
        """Yield every episode whose horizon lies after the warm-up and before the end."""

    def rows(self, scenario: Scenario, run: Run, cohort: Cohort) -> Iterator[Row]:
        """Yield cost achieved, bound and regret in all, and regret by level; nothing without an episode."""
        priced = [(one.cost, one.bound) for one in self.episodes(scenario, run, cohort)]
        if not priced:
            return
        cost, bound = np.mean(priced, axis=0)
        yield f"cost_{self.seat}", "all", "all", float(cost.sum())
        yield f"bound_{self.seat}", "all", "all", float(bound.sum())
        yield f"regret_{self.seat}", "all", "all", float((cost - bound).sum())
        if bound.sum() > 0:
            yield f"regret_share_{self.seat}", "all", "all", float((cost - bound).sum() / bound.sum())
        levels = self.levels(scenario)
        for level, one in zip(levels, (cost - bound).tolist(), strict=True) if levels != WHOLE else ():
            yield f"regret_{self.seat}", self.dimension, level, one
