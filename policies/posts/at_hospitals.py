"""The baseline of the posts seat: crews wait where they usually do."""

from dataclasses import dataclass
from typing import ClassVar

from sim.contract import PostsDecision, PostsView


@dataclass(slots=True)
class AtHospitals:
    """Let every crew wait at its hospital."""

    decides: ClassVar[bool] = False

    def decide(self, view: PostsView) -> PostsDecision:
        """Return no change."""
        return PostsDecision()
