"""Hold what every policy that moves patients has in common: who may leave, and which ways a transfer may take."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from policies.settings import WrongSetting
from sim.contract import CityFacts, TransferDecision, TransferView
from sim.units import BoolArray, IntArray

NO_MOVES = TransferDecision(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


@dataclass(slots=True)
class Sharing:
    """Set the terms on which hospitals share beds.

    `max_travel_min`: no transfer takes longer (assumption A-TRANSFER-TRAVEL, range 30 to 90).
    `min_wait_min`: nobody is moved who has waited less (assumption A-TRANSFER-WAIT, range 0 to 240).
    """

    asked_when_idle: ClassVar[bool] = False
    max_travel_min: float = 60.0
    min_wait_min: float = 60.0

    def ways(self, city: CityFacts) -> BoolArray:
        """Mark the ways that a transfer may take: short enough, and between two hospitals that both take part."""
        both = city.agreed[:, None] & city.agreed[None, :]
        elsewhere = ~np.eye(len(city.agreed), dtype=np.bool_)
        return both & elsewhere & (city.travel_min <= self.max_travel_min)

    def waited_enough(self, view: TransferView) -> BoolArray:
        """Mark the boarders who have waited long enough to be moved, shape (n_boarders,)."""
        return view.waited_min >= self.min_wait_min

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield every impossible setting; `where` is the field of this policy."""
        for name in ("max_travel_min", "min_wait_min"):
            yield from not_negative(where, name, getattr(self, name))


def open_beds(view: TransferView) -> IntArray:
    """Return the open beds of a view as counts, shape (n_hospitals, n_places); none where nothing is known."""
    return np.nan_to_num(view.free, nan=0.0).astype(np.int64)


def not_negative(where: str, name: str, value: float) -> Iterator[WrongSetting]:
    """Yield a fault when a number is negative or not finite."""
    if not 0 <= value < np.inf:
        yield WrongSetting(f"{where}.{name}", value, "give a finite number, zero or more")
