"""Triage by the nurse at the door."""

from dataclasses import dataclass

from sim.contract import AssignAcuity, TriageDecision, TriageView


@dataclass(slots=True)
class Nurse:
    """Assign the level that the nurse gave: the baseline, mistakes included."""

    def decide(self, view: TriageView) -> TriageDecision:
        """Return the nurse's levels."""
        return AssignAcuity(view.nurse_acuity)
