"""Define the seam between the world and its policies: views, decisions, and one method between them.

A view holds numbers only and no reference into the moving world, so it can be stored and decided again.
"""

from dataclasses import dataclass
from math import nan
from typing import Protocol, TypeVar

from sim.units import BoolArray, FloatArray, IntArray

ViewT = TypeVar("ViewT", contravariant=True)
DecisionT = TypeVar("DecisionT", covariant=True)


class Policy(Protocol[ViewT, DecisionT]):
    """Decide from a view; a pure function of it."""

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


@dataclass(frozen=True, slots=True)
class Policies:
    """Seat one policy for each kind of decision."""

    triage: Policy[TriageView, TriageDecision]
    transfer: Policy[TransferView, TransferDecision]
