"""Hold what every policy that directs ambulances has in common: how far they may drive, and who takes part."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from policies.settings import WrongSetting
from sim.contract import DispatchView
from sim.units import ACUITIES, BoolArray, FloatArray


@dataclass(slots=True)
class Driving:
    """Set how far ambulances may drive.

    `max_detour_min`: nobody is brought to a hospital that is so much farther than the nearest one (assumption
    A-DETOUR, range 5 to 20); `nearest_acuity`: whoever is as urgent as this, or more, is never sent past a nearer
    hospital for the sake of a shorter queue (assumption A-NEAREST, range 1 to 2).
    """

    max_detour_min: float = 10.0
    nearest_acuity: int = 1

    def ways(self, view: DispatchView) -> BoolArray:
        """Mark the ways that may be driven to hospitals of which something is known, shape (n_zones, n_hospitals)."""
        travel_min = view.facts.travel_min
        detour_min = travel_min - travel_min.min(axis=1, keepdims=True, initial=np.inf)
        near: BoolArray = (detour_min <= self.max_detour_min) & known(view)
        return near

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield every impossible setting; `where` is the field of this policy."""
        if not 0 <= self.max_detour_min < np.inf:
            yield WrongSetting(f"{where}.max_detour_min", self.max_detour_min, "give a finite number, zero or more")
        if not 0 <= self.nearest_acuity <= ACUITIES:
            mend = f"give an acuity from 1 to {ACUITIES}, or 0 for nobody"
            yield WrongSetting(f"{where}.nearest_acuity", self.nearest_acuity, mend)


def known(view: DispatchView) -> BoolArray:
    """Mark the hospitals of which something is known, shape (n_hospitals,); all of them take part."""
    return np.asarray(~np.isnan(view.waiting), dtype=np.bool_)


def choices(view: DispatchView) -> FloatArray:
    """Return the shares of those who follow their choice, shape (n_zones, 5, n_hospitals)."""
    zones, hospitals = view.facts.choice_share.shape
    shares: FloatArray = np.broadcast_to(view.facts.choice_share[:, None, :], (zones, ACUITIES, hospitals)).copy()
    return shares


def directed(view: DispatchView) -> FloatArray:
    """Return the share of each zone's patients who may be directed: those who chose hospitals that take part."""
    share: FloatArray = np.where(known(view), view.facts.choice_share, 0.0).sum(axis=1)
    return share
