"""The baseline of the equipment seat: every hospital keeps to its usual hours."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.contract import EquipmentDecision, EquipmentView

_NOTHING = np.empty(0, dtype=np.int64)


@dataclass(slots=True)
class OwnUse:
    """Never open anything."""

    decides: ClassVar[bool] = False

    asked_when_idle: ClassVar[bool] = False

    def decide(self, view: EquipmentView) -> EquipmentDecision:
        """Return no openings."""
        return EquipmentDecision(_NOTHING, _NOTHING, _NOTHING, _NOTHING)
