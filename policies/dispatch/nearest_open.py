"""A rule for the dispatch seat: to the nearest hospital whose emergency department is not crowded."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from policies.dispatch.driving import Driving, choices, directed, known
from policies.settings import WrongSetting
from sim.contract import DispatchDecision, DispatchView
from sim.units import ACUITIES, BoolArray, FloatArray, IntArray


@dataclass(slots=True)
class NearestOpen(Driving):
    """Bring patients to the nearest hospital where fewer than `max_queue_per_space` wait for each emergency space.

    Those who are most urgent are brought to the nearest hospital that takes part, however crowded. Where all are
    crowded, and where nothing is known, ambulances follow the choice of their patients.
    """

    max_queue_per_space: float = 0.1

    def decide(self, view: DispatchView) -> DispatchDecision:
        """Return the table of the rule."""
        ways, share = self.ways(view), choices(view)
        with np.errstate(invalid="ignore"):
            is_open = view.waiting < self.max_queue_per_space * np.maximum(view.spaces, 1.0)
        for acuity in range(1, ACUITIES + 1):
            allowed = ways if acuity <= self.nearest_acuity else ways & is_open
            share[:, acuity - 1] = _to_nearest(view, allowed, share[:, acuity - 1])
        return DispatchDecision(share=share)

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield every impossible setting; `where` is the field of this policy."""
        yield from Driving.faults(self, where)
        if not 0 < self.max_queue_per_space < np.inf:
            mend = "give a finite number of patients above zero"
            yield WrongSetting(f"{where}.max_queue_per_space", self.max_queue_per_space, mend)


def nearest(view: DispatchView, allowed: BoolArray) -> tuple[IntArray, BoolArray]:
    """Return the nearest allowed hospital of each zone, and whether there is one, shapes (n_zones,)."""
    travel_min = np.where(allowed, view.facts.travel_min, np.inf)
    return travel_min.argmin(axis=1), np.asarray(allowed.any(axis=1), dtype=np.bool_)


def _to_nearest(view: DispatchView, allowed: BoolArray, share: FloatArray) -> FloatArray:
    """Return the shares, (n_zones, n_hospitals), of which all that may be directed goes to the nearest hospital."""
    to, found = nearest(view, allowed)
    brought: FloatArray = np.where(found[:, None] & known(view), 0.0, share)
    brought[found, to[found]] += directed(view)[found]
    return brought
