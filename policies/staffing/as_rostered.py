"""The baseline of the staffing seat: every hospital with its own staff."""

from dataclasses import dataclass
from typing import ClassVar

from policies.staffing.loans import decision_of
from sim.contract import StaffingDecision, StaffingView


@dataclass(slots=True)
class AsRostered:
    """Lend nobody."""

    decides: ClassVar[bool] = False

    def decide(self, view: StaffingView) -> StaffingDecision:
        """Return no loans."""
        return decision_of(())
