"""Define what is seen of staff, and who is lent to whom."""

from dataclasses import dataclass

from sim.contract.base import Decision
from sim.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class StaffFacts:
    """State what never changes during a run about staff of h hospitals in r roles that at least two of them have.

    `offered` (h, r) says who has such staff; `travel_min` (h, h); `agreed` (h,). Staff lent for a shift costs
    `premium_cost` a head, and its minutes on the road `travel_cost_per_min`. `allowed` (h, h) marks who may lend (row)
    to whom (column) where agreements say so; None lets all who agreed. Facts change when agreements do.
    """

    hospital_ids: tuple[str, ...]
    roles: tuple[str, ...]
    offered: BoolArray
    travel_min: FloatArray
    agreed: BoolArray
    shift_min: float
    max_travel_min: float
    premium_cost: float
    travel_cost_per_min: float
    allowed: BoolArray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class StaffingView:
    """Show who works and waits, and who will be on duty in the shift that begins at `starts_min`; tables (h, r).

    `on_duty` and `busy` units and the `queue` of patients are those at `known_at_min`, NaN where unknown. `next_duty`
    counts the fewest on duty in that shift, with the loans made so far; `may_lend` those who can still be lent.
    """

    facts: StaffFacts
    now_min: float
    known_at_min: float
    starts_min: float
    on_duty: FloatArray
    busy: FloatArray
    queue: FloatArray
    next_duty: IntArray
    may_lend: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class StaffingDecision(Decision):
    """Lend `units[i]` of `role[i]` from hospital `lender[i]` to hospital `borrower[i]` for the next shift."""

    lender: IntArray
    borrower: IntArray
    role: IntArray
    units: IntArray
