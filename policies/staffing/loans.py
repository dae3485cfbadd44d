"""Write down loans one by one, and say which roads they may take."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from sim.contract import StaffFacts, StaffingDecision
from sim.units import BoolArray


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
    binding: tuple[tuple[str, float], ...] = (),
) -> StaffingDecision:
    """Return the decision to make these loans."""
    table = np.array(list(loans), dtype=np.int64).reshape(-1, len(Loan._fields))
    return StaffingDecision(
        *table.T.copy(), ending=ending, objective=objective, gap=gap, seconds=seconds, binding=binding
    )


def ways(facts: StaffFacts) -> BoolArray:
    """Mark from which hospital to which staff may be lent: both take part, and the road is short enough; (h, h)."""
    both = facts.agreed[:, None] & facts.agreed[None, :]
    elsewhere = ~np.eye(len(facts.agreed), dtype=np.bool_)
    return both & elsewhere & (facts.travel_min <= facts.max_travel_min)
