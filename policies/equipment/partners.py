"""Say for whom a hospital opens its equipment: its own patients, and those of partners who can come."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from policies.settings import WrongSetting
from sim.contract import EquipmentFacts
from sim.units import BoolArray


@dataclass(slots=True)
class Partners:
    """Set how far patients go: no longer than `max_travel_min` (assumption A-IMAGING-TRAVEL, range 30 to 90)."""

    asked_when_idle: ClassVar[bool] = False
    max_travel_min: float = 60.0

    def welcome(self, facts: EquipmentFacts) -> BoolArray:
        """Mark whose patients may use whose equipment, both having agreed, or their own; shape (h, h, e)."""
        both = facts.agreed[:, None] & facts.agreed[None, :]
        near = facts.travel_min <= self.max_travel_min
        own = np.eye(len(facts.agreed), dtype=np.bool_)
        marked: BoolArray = facts.may_use & ((both & near) | own)[..., None]
        return marked

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield every impossible setting; `where` is the field of this policy."""
        yield from least(where, "max_travel_min", self.max_travel_min, 0)


def least(where: str, name: str, value: float, lowest: float) -> Iterator[WrongSetting]:
    """Yield a fault when a number is below the lowest that makes sense, or not finite."""
    if not lowest <= value < np.inf:
        yield WrongSetting(f"{where}.{name}", value, f"give a finite number, at least {lowest:g}")
