"""The baseline of the transfer seat: every hospital on its own."""

from dataclasses import dataclass

import numpy as np

from sim.contract import TransferDecision, TransferView

NOBODY = np.empty(0, dtype=np.int64)


@dataclass(slots=True)
class StayPut:
    """Never move anybody."""

    def decide(self, view: TransferView) -> TransferDecision:
        """Return no moves."""
        return TransferDecision(NOBODY, NOBODY)
