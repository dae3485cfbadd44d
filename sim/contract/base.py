"""Define what every seat shares: a policy decides from a view, and says how it came to its decision."""

from dataclasses import dataclass
from math import nan
from typing import Protocol, TypeVar

ViewT = TypeVar("ViewT", contravariant=True)
DecisionT = TypeVar("DecisionT", covariant=True)


class Policy(Protocol[ViewT, DecisionT]):
    """Decide from a view; a pure function of it.

    A policy that has nothing to say when there is nothing to decide about may set `asked_when_idle = False`.
    """

    def decide(self, view: ViewT) -> DecisionT:
        """Return the decision for this view."""
        ...


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Decision:
    """Say how a decision was reached.

    `ending` is that of the solver, or "rule"; `gap` the share by which the objective may miss the best, NaN where none
    is known; `binding` names the constraints that stood in the way, dearest first, with their shadow prices in the LP
    relaxation, which are 0 or more; `figures` names other numbers worth keeping, in the unit of the objective;
    `seconds` were spent.
    """

    ending: str = "rule"
    objective: float = 0.0
    gap: float = nan
    binding: tuple[tuple[str, float], ...] = ()
    figures: tuple[tuple[str, float], ...] = ()
    seconds: float = 0.0
