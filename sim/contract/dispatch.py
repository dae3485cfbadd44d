"""Define what is seen of ambulances and emergency departments, and where ambulances drive."""

from dataclasses import dataclass

from sim.contract.base import Decision
from sim.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class DispatchFacts:
    """State what never changes about z zones and h hospitals that ambulances drive between.

    `travel_min` (z, h) are minutes of a single way; `choice_share` (z, h) says where patients go when nobody decides
    anything else, rows sum to 1; `agreed` (h,) says whose patients may be driven elsewhere, and who takes others'.
    `allowed` (h, h) marks from which choice (row) patients may be driven where (column) instead; None lets all who
    agreed. Facts change when agreements do.
    `allowed` (h, h) marks from which choice (row) patients may be driven where (column) instead; None lets all who
    agreed. Facts change when agreements do.
    """

    zone_ids: tuple[str, ...]
    hospital_ids: tuple[str, ...]
    travel_min: FloatArray
    choice_share: FloatArray
    agreed: BoolArray
    allowed: BoolArray | None = None


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
