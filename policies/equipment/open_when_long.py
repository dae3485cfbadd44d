"""A rule for the equipment seat: open hours where a queue is long."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from policies.equipment.partners import Partners, least
from policies.settings import WrongSetting
from sim.contract import EquipmentDecision, EquipmentView
from sim.units import BoolArray


@dataclass(slots=True)
class OpenWhenLong(Partners):
    """Open one more unit for the next hours that the notice allows, where a queue is longer than `longest_queue`.

    It may be the hospital's own queue or that of a partner whose patients may come. `hours` are opened at once. Both
    numbers are judgements (assumption A-OPENING-QUEUE, range 2 to 8).
    """

    longest_queue: int = 4
    hours: int = 4

    def decide(self, view: EquipmentView) -> EquipmentDecision:
        """Return the openings of the rule."""
        long = view.waiting > self.longest_queue
        pressed: BoolArray = np.any(self.welcome(view.facts) & long[:, None, :], axis=0)
        first = max(view.first_hour, 0)
        idle = view.can_open[..., first : first + self.hours] > 0
        hospital, equipment, later = np.nonzero(idle & pressed[..., None])
        return EquipmentDecision(hospital, equipment, view.hour + first + later, np.ones_like(hospital))

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield every impossible setting; `where` is the field of this policy."""
        yield from Partners.faults(self, where)
        yield from least(where, "longest_queue", self.longest_queue, 0)
        yield from least(where, "hours", self.hours, 1)
