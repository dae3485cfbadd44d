"""The baseline of the transfer seat: every hospital on its own."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.contract import TransferDecision, TransferView

NOBODY = np.empty(0, dtype=np.int64)


@dataclass(slots=True)
class StayPut:
    """Never move anybody."""

    asked_when_idle: ClassVar[bool] = False

    def decide(self, view: TransferView) -> TransferDecision:
        """Return no moves."""
        return TransferDecision(NOBODY, NOBODY)
