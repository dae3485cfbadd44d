"""Define what triage sees at the door, and assigns."""

from dataclasses import dataclass

from sim.units import FloatArray, IntArray


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
