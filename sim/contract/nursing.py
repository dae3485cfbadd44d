"""Define what is known of nurses and rooms of the places that patients of waiting lists hold."""

from dataclasses import dataclass

from sim.units import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class WardFacts:
    """State the nursing of h hospitals and k kinds of place; places go by the numbers of `AdmissionFacts.place_codes`.

    `nurses` (h, k, 168) are those on the usual roster in each hour of a week that begins at the first midnight, and
    each takes `patients_each` (k,) ordinary patients, NaN where nothing is known. `load_by_day` (n,) says as how many
    ordinary patients one counts on the first day after coming, the second, and so on, the last number for all later
    days. A room has `beds_per_room`.
    """

    nurses: IntArray
    patients_each: FloatArray
    load_by_day: FloatArray
    beds_per_room: int
