"""Write a roster down as the rows of a decision."""

from typing import Any

import numpy as np

from sim.contract import RosteringDecision
from sim.units import BoolArray, IntArray


def decision_of(own: IntArray, agency: IntArray, changed: BoolArray, **how: Any) -> RosteringDecision:
    """Return the decision to staff every shift of the posts that are `changed` (h, r); the others keep their roster.

    Args:
        own: people on each shift of each day; shape (h, r, days, shifts).
        agency: agency people beside them; the same shape.
        changed: which posts get a new roster; shape (h, r).
        how: ending, objective, gap, binding, seconds and people of the decision.
    """
    hospital, role, day, shift = np.nonzero(np.broadcast_to(changed[:, :, None, None], own.shape))
    at = (hospital, role, day, shift)
    return RosteringDecision(hospital, role, day, shift, own[at], agency[at], **how)
