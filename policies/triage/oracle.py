"""Triage that is never wrong."""

from dataclasses import dataclass

from sim.contract import AssignTruth, TriageDecision, TriageView


@dataclass(slots=True)
class Oracle:
    """Assign the true acuity: no department can, it shows what perfect triage would be worth."""

    def decide(self, view: TriageView) -> TriageDecision:
        """Return the wish for the truth, which the view does not show."""
        return AssignTruth()
