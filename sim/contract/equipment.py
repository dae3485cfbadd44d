"""Define what is seen of equipment, and which hours of it are opened."""

from dataclasses import dataclass
from math import ceil

import numpy as np

from sim.contract.base import Decision
from sim.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class EquipmentFacts:
    """State what never changes during a run about equipment, such as scanners, with h hospitals and e kinds of it.

    `travel_min` (h, h); `agreed` (h,); `units` (h, e) counts what exists. `may_use` (h, h, e) says whether patients of
    the first hospital may use the equipment of the second. `mean_min` (e,) is the plain mean, over the steps that use
    it, of the minutes they take; NaN where none does. The rest are the rules of `sim.openings.OpeningRules`.
    """

    hospital_ids: tuple[str, ...]
    equipment_codes: tuple[str, ...]
    travel_min: FloatArray
    agreed: BoolArray
    units: IntArray
    may_use: BoolArray
    mean_min: FloatArray
    review_every_min: float
    opening_notice_min: float
    cost_per_opened_hour: float
    most_extra_units: int


@dataclass(frozen=True, slots=True, eq=False)
class EquipmentView:
    """Show how busy the equipment of every hospital is, and how much of it is on duty in this hour and the next ones.

    `hour` counts from time zero, `now_min` lies in it. `on_duty`, `busy` and `waiting` (h, e) count units and patients
    now; who may use several pools waits in every one of them. `rostered` and `opened` (h, e, n_hours) count units by
    the usual roster and those opened beyond it. `asked` (h, e, 168) estimates the requests in each of the last 168
    times 60 minutes, the latest last: what began for patients of the hospital, and how much more waited afterwards, of
    those who may use several pools an equal share in each; NaN before time zero.
    """

    facts: EquipmentFacts
    now_min: float
    hour: int
    on_duty: IntArray
    busy: IntArray
    waiting: IntArray
    rostered: IntArray
    opened: IntArray
    asked: FloatArray

    @property
    def can_open(self) -> IntArray:
        """Count the units that may still be opened in each hour, by what exists and the rules, not the notice."""
        idle = self.facts.units[..., None] - self.rostered - self.opened
        spare: IntArray = np.maximum(np.minimum(idle, self.facts.most_extra_units - self.opened), 0)
        return spare

    @property
    def first_hour(self) -> int:
        """Return the first of the hours shown that may still be opened, by the notice."""
        return ceil((self.now_min + self.facts.opening_notice_min) / 60.0) - self.hour


@dataclass(frozen=True, slots=True, eq=False)
class EquipmentDecision(Decision):
    """Open `units[i]` more units of `equipment[i]` at `hospital[i]` in `hour[i]`, counted from time zero."""

    hospital: IntArray
    equipment: IntArray
    hour: IntArray
    units: IntArray
