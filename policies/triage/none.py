"""Triage that tells nobody apart."""

from dataclasses import dataclass

import numpy as np

from sim.contract import AssignAcuity, TriageDecision, TriageView

MIDDLE_LEVEL = 3


@dataclass(slots=True)
class NoTriage:
    """Assign everybody the same level, so that patients come first who asked first."""

    def decide(self, view: TriageView) -> TriageDecision:
        """Return the middle level for every patient."""
        return AssignAcuity(np.full(len(view.nurse_acuity), MIDDLE_LEVEL, dtype=np.int64))
