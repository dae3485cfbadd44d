"""A rule for the admission seat: whoever has used up most of the time until the due date is called first."""

from dataclasses import dataclass

import numpy as np

from policies.admission.in_order import InOrder
from sim.contract import AdmissionDecision, AdmissionView
from sim.units import MINUTES_PER_DAY, FloatArray, IntArray


@dataclass(slots=True)
class LargestPriority(InOrder):
    """Call in the order of priorities: the time since the referral, over that until the patient is due."""

    def decide(self, view: AdmissionView) -> AdmissionDecision:
        """Return the calls of the rule."""
        return self.call_all(view, by_priority(view, np.flatnonzero(view.uncalled)))


def priority(view: AdmissionView, rows: IntArray) -> FloatArray:
    """Return the priority of rows of the view, (n_rows,): 1 for who is due now, more for who is overdue."""
    waited_days = (view.now_min - view.referred_min[rows]) / MINUTES_PER_DAY
    share: FloatArray = waited_days / np.maximum(view.facts.due_days[view.group[rows]], 1.0)
    return share


def by_priority(view: AdmissionView, rows: IntArray) -> IntArray:
    """Return rows of the view, those of the largest priority first, then in the order of due dates and of patients."""
    return rows[np.lexsort((view.patient[rows], view.due_min[rows], -priority(view, rows)))]
