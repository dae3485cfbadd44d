"""Define what is seen of pharmacies, and which lots are sent where."""

from dataclasses import dataclass

from sim.contract.base import Decision
from sim.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class PharmacyFacts:
    """State what never changes during a run about h hospitals and m medicines.

    `kept` (h, m) says who keeps what and takes part in sharing; `price`, `cold` and `controlled` (m,). `transit_min`
    (h, h) is handing over and driving, `trip_cost` (h, h) that of the vehicle, whatever it carries. What is `cold`
    travels `cold_max_min` at most; what is `controlled` stays where it is. `allowed` (h, h) marks who may send (row)
    to whom (column); None lets all who take part. Facts change when agreements do.
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
    allowed: BoolArray | None = None


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
