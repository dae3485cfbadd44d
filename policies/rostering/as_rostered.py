"""The baseline of the rostering seat: every week the usual roster."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from policies.rostering.rows import decision_of
from sim.contract import RosteringDecision, RosteringView


@dataclass(slots=True)
class UsualRoster:
    """Change no roster."""

    decides: ClassVar[bool] = False

    def decide(self, view: RosteringView) -> RosteringDecision:
        """Return a decision that names nobody."""
        nobody = np.zeros((*view.facts.offered.shape, view.n_days, len(view.facts.shift_names)), dtype=np.int64)
        return decision_of(nobody, nobody, np.zeros(view.facts.offered.shape, dtype=np.bool_))
