"""The baseline of the dispatch seat: ambulances drive where their patients would go."""

from dataclasses import dataclass
from typing import ClassVar

from sim.contract import DispatchDecision, DispatchView


@dataclass(slots=True)
class OwnChoice:
    """Let every ambulance follow the choice of its patient."""

    decides: ClassVar[bool] = False

    def decide(self, view: DispatchView) -> DispatchDecision:
        """Return no table."""
        return DispatchDecision()
