"""Define the seam between the world and its policies: views, decisions, and one method between them.

A view holds numbers only and no reference into the moving world, so it can be stored and decided again.
"""

from dataclasses import dataclass
from math import ceil, nan
from typing import Protocol, TypeVar

import numpy as np

from sim.units import BoolArray, FloatArray, IntArray

ViewT = TypeVar("ViewT", contravariant=True)
DecisionT = TypeVar("DecisionT", covariant=True)


class Policy(Protocol[ViewT, DecisionT]):
    """Decide from a view; a pure function of it.

    A policy that has nothing to say when there is nothing to decide about may set `asked_when_idle = False`.
    """

    def decide(self, view: ViewT) -> DecisionT:
        """Return the decision for this view."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class TriageView:
    """Show what the door shows of n patients: `features` (n, k), and the level a nurse gave, (n,)."""

    feature_names: tuple[str, ...]
    features: FloatArray
    nurse_acuity: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class AssignAcuity:
    """Assign these acuities, 1 to 5, shape (n,)."""

    acuity: IntArray


@dataclass(frozen=True, slots=True)
class AssignTruth:
    """Assign the true acuity, which no view ever shows: the yardstick of a perfect triage."""


TriageDecision = AssignAcuity | AssignTruth


@dataclass(frozen=True, slots=True, eq=False)
class CityFacts:
    """State what never changes during a run.

    `travel_min` (n_hospitals, n_hospitals); `establishment` (n_hospitals, n_places) counts beds of each place code;
    `agreed` (n_hospitals,) says who takes part in sharing.
    """

    hospital_ids: tuple[str, ...]
    place_codes: tuple[str, ...]
    travel_min: FloatArray
    establishment: FloatArray
    agreed: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class TransferView:
    """Show the patients who wait for a bed, and the open beds as far as they are known.

    One row a boarder: `patient`, `hospital`, `place` (index into `city.place_codes`), `acuity`, `waited_min`; of those
    who wait for the same place of one hospital, the first in the table gets the next bed.
    `free` (n_hospitals, n_places) counts open beds, whole numbers: so many transfers the hospital would accept under
    the city's receiving cap, after all who wait there; none if it takes no part; unknown hospitals show NaN.
    `known_at_min` is the moment `free` describes. `crews_free` counts ambulance crews at hand now.
    """

    city: CityFacts
    now_min: float
    known_at_min: float
    patient: IntArray
    hospital: IntArray
    place: IntArray
    acuity: IntArray
    waited_min: FloatArray
    free: FloatArray
    crews_free: int


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Decision:
    """Say how a decision was reached.

    `ending` is that of the solver, or "rule"; `gap` the share by which the objective may miss the best, NaN where none
    is known; `binding` names the constraints that stood in the way, with their shadow prices; `seconds` were spent.
    """

    ending: str = "rule"
    objective: float = 0.0
    gap: float = nan
    binding: tuple[tuple[str, float], ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class TransferDecision(Decision):
    """Send `patient[i]` to hospital index `destination[i]`."""

    patient: IntArray
    destination: IntArray


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


@dataclass(frozen=True, slots=True, eq=False)
class PharmacyFacts:
    """State what never changes during a run about h hospitals and m medicines.

    `kept` (h, m) says who keeps what and takes part in sharing; `price`, `cold` and `controlled` (m,). `transit_min`
    (h, h) is handing over and driving, `trip_cost` (h, h) that of the vehicle, whatever it carries. What is `cold`
    travels `cold_max_min` at most; what is `controlled` stays where it is.
    """

    hospital_ids: tuple[str, ...]
    medicines: tuple[str, ...]
    kept: BoolArray
    price: FloatArray
    cold: BoolArray
    controlled: BoolArray
    transit_min: FloatArray
    trip_cost: FloatArray
    cold_max_min: float


@dataclass(frozen=True, slots=True, eq=False)
class Lots:
    """Show n lots: where, of what, how many units, and how long they are still good; all shape (n,).

    `number` names a lot, -1 one that has not come yet. `in_min` is when it comes, 0 for what is there; `stood_min` how
    long it has been there.
    """

    number: IntArray
    hospital: IntArray
    medicine: IntArray
    units: FloatArray
    life_min: FloatArray
    in_min: FloatArray
    stood_min: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class MedicinesView:
    """Show the medicines of all who take part, as they were known at `known_at_min`; nothing where nobody tells.

    `lots` are at hand, `due` is ordered or on its way. `daily_use` (h, m) is what was wanted each day, on average over
    the last whole days. `more_in_min` (h, m) is when more can come that is not ordered yet, inf for never.
    """

    facts: PharmacyFacts
    now_min: float
    known_at_min: float
    lots: Lots
    due: Lots
    daily_use: FloatArray
    more_in_min: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class MedicinesDecision(Decision):
    """Send `units[i]` of the lot of number `lot[i]` to hospital index `destination[i]`."""

    lot: IntArray
    destination: IntArray
    units: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class DispatchFacts:
    """State what never changes about z zones and h hospitals that ambulances drive between.

    `travel_min` (z, h) are minutes of a single way; `choice_share` (z, h) says where patients go when nobody decides
    anything else, rows sum to 1; `agreed` (h,) says whose patients may be driven elsewhere, and who takes others'.
    """

    zone_ids: tuple[str, ...]
    hospital_ids: tuple[str, ...]
    travel_min: FloatArray
    choice_share: FloatArray
    agreed: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class DispatchView:
    """Show who called ambulances, and how full emergency departments are as far as it is known.

    `calls_per_hour` (z, 5) counts calls by zone and acuity over the last day, or since the start; `on_way` (h,) counts
    those who called and have not arrived yet. `spaces`, `busy` and `waiting` (h,) count staffed emergency spaces,
    those taken, and the patients who wait for one, at `known_at_min`; unknown hospitals, and those without agreement,
    show NaN.
    """

    facts: DispatchFacts
    now_min: float
    known_at_min: float
    calls_per_hour: FloatArray
    on_way: IntArray
    spaces: FloatArray
    busy: FloatArray
    waiting: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class DispatchDecision(Decision):
    """Let these shares of ambulances drive to each hospital, by zone and acuity, until the next review: (z, 5, h).

    Rows sum to 1, and leave hospitals without agreement the share they have; None lets all follow the choice.
    """

    share: FloatArray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class StaffFacts:
    """State what never changes during a run about staff of h hospitals in r roles that at least two of them have.

    `offered` (h, r) says who has such staff; `travel_min` (h, h); `agreed` (h,). Staff lent for a shift costs
    `premium_cost` a head, and its minutes on the road `travel_cost_per_min`.
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


@dataclass(frozen=True, slots=True)
class Policies:
    """Seat one policy for each kind of decision."""

    triage: Policy[TriageView, TriageDecision]
    transfer: Policy[TransferView, TransferDecision]
    equipment: Policy[EquipmentView, EquipmentDecision] | None = None
    medicines: Policy[MedicinesView, MedicinesDecision] | None = None
    dispatch: Policy[DispatchView, DispatchDecision] | None = None
    staffing: Policy[StaffingView, StaffingDecision] | None = None
