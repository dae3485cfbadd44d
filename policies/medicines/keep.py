"""Do nothing: every hospital keeps its own medicines."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.contract import MedicinesDecision, MedicinesView

_NONE = np.empty(0, dtype=np.int64)
NO_MOVES = MedicinesDecision(_NONE, _NONE, np.empty(0))


@dataclass(slots=True)
class Keep:
    """Move nothing: the baseline of the medicines seat."""

    decides: ClassVar[bool] = False

    def decide(self, view: MedicinesView) -> MedicinesDecision:
        """Return no moves."""
        return NO_MOVES
