"""Write down loans one by one, and say which roads they may take."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from sim.contract import StaffFacts, StaffingDecision, may_send
from sim.units import BoolArray

Named = tuple[tuple[str, float], ...]


class Loan(NamedTuple):
    """Lend `units` of a role from one hospital to another; all but `units` are positions."""

    lender: int
    borrower: int
    role: int
    units: int


def decision_of(
    loans: Iterable[Loan],
    ending: str = "rule",
    objective: float = 0.0,
    gap: float = np.nan,
    seconds: float = 0.0,
    binding: Named = (),
    figures: Named = (),
) -> StaffingDecision:
    """Return the decision to make these loans."""
    table = np.array(list(loans), dtype=np.int64).reshape(-1, len(Loan._fields))
    return StaffingDecision(
        *table.T.copy(), ending=ending, objective=objective, gap=gap, seconds=seconds, binding=binding, figures=figures
    )


def ways(facts: StaffFacts) -> BoolArray:
    """Mark from which hospital to which staff may be lent: both take part, and the road is short enough; (h, h)."""
    return may_send(facts.agreed, facts.allowed) & (facts.travel_min <= facts.max_travel_min)
