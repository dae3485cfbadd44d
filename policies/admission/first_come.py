"""The baseline of the admission seat: who was referred first is called first."""

from dataclasses import dataclass

import numpy as np

from policies.admission.in_order import InOrder
from sim.contract import AdmissionDecision, AdmissionView


@dataclass(slots=True)
class FirstCome(InOrder):
    """Call in the order of referrals."""

    def decide(self, view: AdmissionView) -> AdmissionDecision:
        """Return the calls of the rule."""
        rows = np.flatnonzero(view.uncalled)
        return self.call_all(view, rows[np.lexsort((view.patient[rows], view.referred_min[rows]))])
