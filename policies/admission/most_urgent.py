"""A rule for the admission seat: the most urgent are called first."""

from dataclasses import dataclass

import numpy as np

from policies.admission.in_order import InOrder
from sim.contract import AdmissionDecision, AdmissionView


@dataclass(slots=True)
class MostUrgent(InOrder):
    """Call in the order of acuity, and those of one acuity in the order in which they are due."""

    def decide(self, view: AdmissionView) -> AdmissionDecision:
        """Return the calls of the rule."""
        rows = np.flatnonzero(view.uncalled)
        acuity = view.facts.acuity[view.group[rows]]
        return self.call_all(view, rows[np.lexsort((view.patient[rows], view.due_min[rows], acuity))])
