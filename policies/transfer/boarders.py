"""Put the boarders of a view in order: queues of one hospital and place, groups of one acuity in them."""

from dataclasses import dataclass

import numpy as np

from sim.contract import TransferView
from sim.units import ACUITIES, BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Boarders:
    """Hold n boarders queue by queue, within a queue by acuity, among equals first those who wait longest.

    `patient`, `waited_min` and `position` (1 for the first of a queue) have shape (n,), and so has `group`, an index
    into the flattened table of hospitals, places and acuities, ascending. `n_beds` are the beds where each waits.
    """

    patient: IntArray
    waited_min: FloatArray
    position: IntArray
    group: IntArray
    n_beds: FloatArray

    @classmethod
    def of(cls, view: TransferView) -> "Boarders":
        """Return the boarders of a view; among those who wait equally long the lowest number comes first."""
        queue = view.hospital * len(view.city.place_codes) + view.place
        group = queue * ACUITIES + view.acuity - 1
        order = np.lexsort((view.patient, -view.waited_min, group))
        queue = queue[order]
        return cls(
            patient=view.patient[order],
            waited_min=view.waited_min[order],
            position=np.arange(1, len(queue) + 1) - np.searchsorted(queue, queue, side="left"),
            group=group[order],
            n_beds=view.city.establishment[view.hospital, view.place][order],
        )

    def where(self, chosen: BoolArray) -> "Boarders":
        """Return those marked, shape (n,), at the positions they have among all."""
        return Boarders(
            self.patient[chosen],
            self.waited_min[chosen],
            self.position[chosen],
            self.group[chosen],
            self.n_beds[chosen],
        )

    def group_sums(self, values: FloatArray | None, shape: tuple[int, int]) -> FloatArray:
        """Add up values, shape (n,), or count heads, by group; shape (n_hospitals, n_places, 5)."""
        n_groups = shape[0] * shape[1] * ACUITIES
        return np.bincount(self.group, values, minlength=n_groups).reshape(*shape, ACUITIES).astype(float)
