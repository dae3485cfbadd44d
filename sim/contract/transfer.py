"""Define what is seen of boarders and open beds, and who is sent where."""

from dataclasses import dataclass

from sim.contract.base import Decision
from sim.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class CityFacts:
    """State what never changes during a run.

    `travel_min` (n_hospitals, n_hospitals); `establishment` (n_hospitals, n_places) counts beds of each place code;
    `agreed` (n_hospitals,) says who takes part in sharing. `tier` (n_hospitals, n_hospitals) ranks the ways from row to
    column: beds of a lower tier are filled first; None where all ways are alike. `allowed` (n_hospitals, n_hospitals)
    marks from where (row) patients may be sent where (column); None lets all who agreed. Facts change when agreements
    do.
    """

    hospital_ids: tuple[str, ...]
    place_codes: tuple[str, ...]
    travel_min: FloatArray
    establishment: FloatArray
    agreed: BoolArray
    tier: IntArray | None = None
    allowed: BoolArray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class TransferView:
    """Show the patients who wait for a bed, and the open beds as far as they are known.

    One row a boarder: `patient`, `hospital`, `place` (index into `city.place_codes`), `acuity`, `waited_min`; of those
    who wait for the same place of one hospital, the first in the table gets the next bed.
    `free` (n_hospitals, n_places) counts open beds, whole numbers: so many transfers the hospital would accept under
    the city's receiving cap, after all who wait there; none if it takes no part; unknown hospitals show NaN.
    `known_at_min` is the moment `free` describes. `crews_free` counts ambulance crews at hand now. `may_send`
    (n_hospitals,) says who is full enough to send patients; None where everybody may. `moved` (n_hospitals,
    n_hospitals) counts the transfers made so far, from row to column; None where nobody counts.
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
    may_send: BoolArray | None = None
    moved: IntArray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class TransferDecision(Decision):
    """Send `patient[i]` to hospital index `destination[i]`."""

    patient: IntArray
    destination: IntArray
