"""Triage that deals out the nurse's levels without looking at the patients."""

from dataclasses import dataclass

import numpy as np

from sim.contract import AssignAcuity, TriageDecision, TriageView
from sim.units import IntArray


@dataclass(slots=True)
class Shuffled:
    """Assign the nurse's levels, each to some other patient: the same mix, and no information.

    What is left of a triage whose levels go to the wrong patients; the gap to `nurse` is what knowing them is worth.
    """

    def decide(self, view: TriageView) -> TriageDecision:
        """Return the nurse's levels in an order that depends on the number of patients alone."""
        nurse = np.asarray(view.nurse_acuity, dtype=np.int64)
        return AssignAcuity(nurse[np.argsort(_mixed(len(nurse)), kind="stable")])


def _mixed(n: int) -> IntArray:
    """Return a number for each of n rows that tells nothing of their order: the SplitMix64 hash of the row.

    Source: G. Steele, D. Lea and C. Flood 2014, doi:10.1145/2660193.2660195.
    """
    with np.errstate(over="ignore"):
        z = (np.arange(n, dtype=np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (z ^ (z >> np.uint64(31))).view(np.int64)
