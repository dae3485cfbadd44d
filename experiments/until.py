"""Name the ways in which a run may go on adding replications."""

from enum import StrEnum


class Until(StrEnum):
    """Say how long replications are added."""

    REPLICATIONS = "replications"
    DECISION = "decision"
    BEST = "best"
    BUDGET = "budget"
