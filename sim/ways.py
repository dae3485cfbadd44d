"""Know the ways that patients are driven: from their zone to a hospital, in the first phase of their pathway.

How long a drive takes depends on where it goes, which a policy may decide. So the minutes of a cohort hold the way to
the hospital that was chosen at the door, and an engine whose patients are redirected writes over its own copy.
"""

from dataclasses import dataclass

import numpy as np

from sim.distributions import Drive
from sim.layout import Layout
from sim.pathway import Step
from sim.units import FloatArray, IntArray, on_grid

NONE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """Hold who is driven: `zone`, `pathway` and `factor`, by which the way is multiplied, of n patients, shapes (n,).

    `minutes` (n, n_slots) are the durations of all steps, -1 where one does not happen.
    """

    layout: Layout
    zone: IntArray
    pathway: IntArray
    factor: FloatArray
    minutes: FloatArray

    def driven(self) -> IntArray:
        """Return the rows of those who are driven from a zone to a hospital, in order."""
        slot = drive_slots(self.layout)[self.pathway]
        rows = np.flatnonzero((slot != NONE) & (self.zone >= 0))
        return rows[self.minutes[rows, slot[rows]] >= 0.0]

    def lengthen(self, rows: IntArray, hospital: IntArray, sign: float = 1.0) -> None:
        """Add the ways of these rows to hospitals, shape (n_rows,), to their drives, or take them away."""
        slot = drive_slots(self.layout)[self.pathway[rows]]
        self.minutes[rows, slot] += sign * on_grid(self.factor[rows] * self.way_min(rows, hospital))

    def way_min(self, rows: IntArray, hospital: IntArray) -> FloatArray:
        """Return the minutes of single ways, shape (n_rows,)."""
        table = self.layout.scenario.city.zone_travel_min
        assert table is not None
        minutes: FloatArray = table[self.zone[rows], hospital]
        return minutes


def drive_factor(step: Step) -> FloatArray:
    """Return by what each law of a step's duration multiplies the way, shape (n_laws,); 0 where nobody drives."""
    return np.array([law.factor if isinstance(law, Drive) else 0.0 for law in step.duration.values])


def drive_slots(layout: Layout) -> IntArray:
    """Return the slot of each pathway's drive, shape (n_pathways,), -1 where nobody is driven."""
    firsts = [pathway.phases[0] for pathway in layout.scenario.pathways]
    slots = [[f"{phase.name}.{step.name}" for step in phase.steps if step.drives] for phase in firsts]
    return np.array([layout.slot_index[names[0]] if names else NONE for names in slots], dtype=np.int64)
