"""The baseline of the bedding seat: everybody waits for the own ward."""

from dataclasses import dataclass
from typing import ClassVar

from policies.bedding.moves import decision_of
from sim.contract import BeddingDecision, BeddingView


@dataclass(slots=True)
class OwnWard:
    """Put nobody elsewhere."""

    decides: ClassVar[bool] = False

    def decide(self, view: BeddingView) -> BeddingDecision:
        """Return no moves."""
        return decision_of(())
