"""Hold what every policy that moves patients has in common: who may leave, and which ways a transfer may take."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from policies.settings import WrongSetting
from policies.transfer.fairness import ahead_share
from sim.contract import CityFacts, TransferDecision, TransferView, may_send
from sim.units import BoolArray, FloatArray, IntArray

NO_MOVES = TransferDecision(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


@dataclass(slots=True)
class Sharing:
    """Set the terms on which hospitals share beds.

    `max_travel_min`: no transfer takes longer (assumption A-TRANSFER-TRAVEL, range 30 to 90).
    `min_wait_min`: nobody is moved who has waited less (assumption A-TRANSFER-WAIT, range 0 to 240).
    `fairness_min`: so many minutes of road a bed seems farther away at a hospital that has received all transfers and
    was due none; in proportion for who is less ahead of its market share (assumption A-FAIRNESS, range 0 to 120).
    """

    asked_when_idle: ClassVar[bool] = False
    max_travel_min: float = 60.0
    min_wait_min: float = 60.0
    fairness_min: float = 0.0

    def ways(self, city: CityFacts) -> BoolArray:
        """Mark the ways that a transfer may take: short enough, and between two hospitals that both take part."""
        return may_send(city.agreed, city.allowed) & (city.travel_min <= self.max_travel_min)

    def may_leave(self, view: TransferView) -> BoolArray:
        """Mark the boarders who have waited long enough, at hospitals that may send, shape (n_boarders,)."""
        return (view.waited_min >= self.min_wait_min) & self.senders(view)[view.hospital]

    def senders(self, view: TransferView) -> BoolArray:
        """Mark the hospitals that are full enough to send patients, shape (n_hospitals,)."""
        return np.ones(len(view.city.agreed), dtype=np.bool_) if view.may_send is None else view.may_send

    def unfair_min(self, view: TransferView) -> FloatArray:
        """Return the minutes that count against each hospital for having received more than its share, shape (n,).

        The market share of a hospital is that of its beds among all that take part.
        """
        if not self.fairness_min or view.moved is None:
            return np.zeros(len(view.city.agreed))
        size = view.city.establishment.sum(axis=1) * view.city.agreed
        return np.asarray(self.fairness_min * np.maximum(ahead_share(view.moved, size), 0.0))

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield every impossible setting; `where` is the field of this policy."""
        for name in ("max_travel_min", "min_wait_min", "fairness_min"):
            yield from not_negative(where, name, getattr(self, name))


def open_beds(view: TransferView) -> IntArray:
    """Return the open beds of a view as counts, shape (n_hospitals, n_places); none where nothing is known."""
    return np.nan_to_num(view.free, nan=0.0).astype(np.int64)


def not_negative(where: str, name: str, value: float) -> Iterator[WrongSetting]:
    """Yield a fault when a number is negative or not finite."""
    if not 0 <= value < np.inf:
        yield WrongSetting(f"{where}.{name}", value, "give a finite number, zero or more")
