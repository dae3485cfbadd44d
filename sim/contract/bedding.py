"""Define what is seen of those who wait for beds, and who is put into which bed now."""

from dataclasses import dataclass

from sim.contract.base import Decision
from sim.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class BeddingFacts:
    """State what never changes during a run about k kinds of place, such as wards.

    `liking` (k, k) says whether who wants the first may lie in the second: 0 for no, 1 for the best liked, and so on.
    """

    hospital_ids: tuple[str, ...]
    place_codes: tuple[str, ...]
    liking: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class BeddingView:
    """Show who waits for a place that others could stand in for, one row a patient, and the free places of everybody.

    `place` is wanted, `holds` the place held meanwhile, -1 for none, both positions in `place_codes`; who waits for the
    same place of one hospital stands in the order in which it will be given out. Places (h, k): `beds` are staffed,
    `free` those of them that nobody has or waits for, `queue` counts the patients who wait.
    """

    facts: BeddingFacts
    now_min: float
    patient: IntArray
    hospital: IntArray
    place: IntArray
    holds: IntArray
    acuity: IntArray
    waited_min: FloatArray
    beds: IntArray
    free: IntArray
    queue: IntArray

    def may_lie(self, row: int) -> BoolArray:
        """Mark the places in which a patient may lie, and where one is free, shape (k,)."""
        marked: BoolArray = (self.facts.liking[self.place[row]] > 0) & (self.free[self.hospital[row]] > 0)
        return marked


@dataclass(frozen=True, slots=True, eq=False)
class BeddingDecision(Decision):
    """Put `patient[i]` into a place of kind `place[i]` of the same hospital now."""

    patient: IntArray
    place: IntArray
