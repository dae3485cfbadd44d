"""Hold what every policy that moves patients has in common: who may leave, who may receive, and how many."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from policies.settings import WrongSetting
from sim.contract import CityFacts, TransferView
from sim.units import BoolArray, IntArray


@dataclass(slots=True)
class Sharing:
    """Set the terms on which hospitals share beds.

    `max_travel_min`: no transfer takes longer (assumption A-TRANSFER-TRAVEL, range 30 to 90).
    `min_wait_min`: nobody is moved who has waited less (assumption A-TRANSFER-WAIT, range 0 to 240).
    `receiving_cap_share`: no transfer fills more than this share of the receiver's beds (P65: risk above .85).
    `reserve_beds`: nor leaves it fewer free beds than this.
    """

    max_travel_min: float = 60.0
    min_wait_min: float = 60.0
    receiving_cap_share: float = 0.85
    reserve_beds: int = 0

    def open_beds(self, view: TransferView) -> IntArray:
        """Count the beds that may receive transfers, shape (n_hospitals, n_places); none where nothing is known."""
        kept = np.maximum(self.reserve_beds, (1 - self.receiving_cap_share) * view.city.establishment)
        # A bed must not be lost to rounding, as in 4 - 0.15 * 20 = 0.9999999999999996.
        beds = np.floor(np.nan_to_num(view.free - kept, nan=0.0) + 1e-9)
        return np.where(view.city.agreed[:, None], np.maximum(beds, 0.0), 0.0).astype(np.int64)

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
        for name in ("max_travel_min", "min_wait_min", "reserve_beds"):
            yield from not_negative(where, name, getattr(self, name))
        if not 0 < self.receiving_cap_share <= 1:
            field = f"{where}.receiving_cap_share"
            yield WrongSetting(field, self.receiving_cap_share, "give a share above 0, at most 1")


def not_negative(where: str, name: str, value: float) -> Iterator[WrongSetting]:
    """Yield a fault when a number is negative or not finite."""
    if not 0 <= value < np.inf:
        yield WrongSetting(f"{where}.{name}", value, "give a finite number, zero or more")
