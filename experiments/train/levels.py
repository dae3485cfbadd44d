"""Judge levels 1 to 5 that a model assigns, at several prices of under-triage."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.model_card import Estimate, linear_kappa, mean_of, quadratic_kappa
from experiments.train.figures import over_repeats
from policies.diagnosis.levels import LevelCosts
from sim.units import FloatArray, IntArray

UNDER_COSTS = (1.0, 1.5, 2.0, 3.0, 5.0, 10.0)
"""Prices of a level too low, where one too high costs 1."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """Hold the figures of levels assigned by somebody; `under_cost` is NaN where nobody asked for a price."""

    by: str
    under_cost: float
    quadratic_kappa: Estimate
    linear_kappa: Estimate
    under: Estimate
    over: Estimate


def level_table(by: str, p: FloatArray, level: IntArray, prices: Sequence[float] = UNDER_COSTS) -> tuple[Assigned, ...]:
    """Return the figures at each price from probabilities (n_repeats, n, 5) and true levels (n,)."""
    return tuple(_assigned(by, price, [LevelCosts(price).assign(one) for one in p], level) for price in prices)


def nurse_row(nurse: FloatArray, level: IntArray) -> Assigned:
    """Return the figures of the nurse where she gave a level."""
    known = ~np.isnan(nurse)
    return _assigned("nurse", np.nan, [nurse[known].astype(np.int64)], level[known])


def _assigned(by: str, price: float, each: Sequence[IntArray], level: IntArray) -> Assigned:
    return Assigned(
        by,
        price,
        over_repeats(quadratic_kappa(level, given) for given in each),
        over_repeats(linear_kappa(level, given) for given in each),
        over_repeats(mean_of(given > level) for given in each),
        over_repeats(mean_of(given < level) for given in each),
    )
