"""A rule for the admission seat: the most urgent are called first."""

from dataclasses import dataclass

import numpy as np

from policies.admission.in_order import InOrder
from sim.contract import AdmissionDecision, AdmissionView
from sim.units import IntArray


@dataclass(slots=True)
class MostUrgent(InOrder):
    """Call in the order of acuity, and those of one acuity in the order in which they are due."""

    def decide(self, view: AdmissionView) -> AdmissionDecision:
        """Return the calls of the rule."""
        return self.call_all(view, by_urgency(view, np.flatnonzero(view.uncalled)))


def by_urgency(view: AdmissionView, rows: IntArray) -> IntArray:
    """Return rows of the view in the order of acuity, then of due dates, then of patients."""
    acuity = view.facts.acuity[view.group[rows]]
    return rows[np.lexsort((view.patient[rows], view.due_min[rows], acuity))]
