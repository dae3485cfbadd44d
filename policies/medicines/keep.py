"""Do nothing: every hospital keeps its own medicines."""

from dataclasses import dataclass

import numpy as np

from sim.contract import MedicinesDecision, MedicinesView

_NONE = np.empty(0, dtype=np.int64)
NO_MOVES = MedicinesDecision(_NONE, _NONE, np.empty(0))


@dataclass(slots=True)
class Keep:
    """Move nothing: the baseline of the medicines seat."""

    def decide(self, view: MedicinesView) -> MedicinesDecision:
        """Return no moves."""
        return NO_MOVES
