"""Define what is seen of the wishes of patients on waiting lists."""

from dataclasses import dataclass

from sim.units import BoolArray, FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Wishes:
    """Show what patients of lists, rows of the view, like: n patients, h hospitals.

    `liked` (n, 14) marks mornings and afternoons of the week, two for each day; a day of the view is day
    `(view.day + day) % 7` of the week that begins at the first midnight, and afternoons begin at 12. `travel_min`
    (n, h) is the way from home, `clinics` (h, h) marks to which hospitals (columns) patients of a list (rows) may be
    called.
    """

    liked: BoolArray
    travel_min: FloatArray
    clinics: BoolArray
