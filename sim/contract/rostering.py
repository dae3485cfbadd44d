"""Define what is seen of rosters, and what a policy puts on them for the coming week."""

from dataclasses import dataclass, field

import numpy as np

from sim.contract.base import Decision
from sim.units import BoolArray, FloatArray, IntArray


def _nobody() -> IntArray:
    return np.empty((0, 0), dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class RosteringFacts:
    """State what never changes during a run about the rosters of h hospitals, r roles and s shifts.

    `offered` (h, r) says who has such staff, `weekly_hours` (h, r) how many hours of it the usual roster pays in a
    week. A day of the roster begins at `day_starts_hour` of the clock, a shift `begins_hour` (s,) hours later, and
    it lasts `shift_hours` (s,). One person works `hours_per_week` at most. Agency staff may add `agency_share` to
    the paid hours and costs `agency_cost_per_hour`.
    """

    hospital_ids: tuple[str, ...]
    roles: tuple[str, ...]
    offered: BoolArray
    weekly_hours: FloatArray
    day_starts_hour: int
    shift_names: tuple[str, ...]
    begins_hour: IntArray
    shift_hours: IntArray
    hours_per_week: float
    agency_share: float
    agency_cost_per_hour: float


@dataclass(frozen=True, slots=True, eq=False)
class RosteringView:
    """Show the days to be rostered: from `starts_min` on, `n_days` of them, the first on `weekday` (0 for Monday).

    `usual` (h, r, 24 * n_days) counts the units on duty by the usual roster in each hour. `last` (people, days) is what
    the decision before kept of who works what, the position of a shift or -1; its last day ends at `last_ends_min`.
    Empty and NaN before the first.
    """

    facts: RosteringFacts
    now_min: float
    starts_min: float
    weekday: int
    n_days: int
    usual: IntArray
    last: IntArray = field(default_factory=_nobody)
    last_ends_min: float = float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class RosteringDecision(Decision):
    """Put `own[i]` people and `agency[i]` more of `role[i]` at `hospital[i]` on `shift[i]` of `day[i]`.

    Staff that no row names keeps its usual roster. `people` (people, days) keeps who works what, the position of a
    shift or -1, up to the last day of the view; it is shown again at the next review and changes nothing by itself.
    """

    hospital: IntArray
    role: IntArray
    day: IntArray
    shift: IntArray
    own: IntArray
    agency: IntArray
    people: IntArray = field(default_factory=_nobody)
