"""Put the boarders of a view in order: queues of one hospital and place, groups of one acuity in them."""

from dataclasses import dataclass

import numpy as np

from sim.contract import TransferView
from sim.units import ACUITIES, BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Boarders:
    """Hold n boarders queue by queue, in each queue in the order of the view. All have shape (n,).

    `queue` is an index into the flattened table of hospitals and places, ascending; `position` is 1 for the first of
    a queue. `group` is an index into the flattened table of hospitals, places and acuities.
    """

    patient: IntArray
    waited_min: FloatArray
    acuity: IntArray
    queue: IntArray
    position: IntArray

    @classmethod
    def of(cls, view: TransferView) -> "Boarders":
        """Return the boarders of a view."""
        queue = view.hospital * len(view.city.place_codes) + view.place
        order = np.argsort(queue, kind="stable")
        queue = queue[order]
        position = np.arange(1, len(queue) + 1) - np.searchsorted(queue, queue, side="left")
        return cls(view.patient[order], view.waited_min[order], view.acuity[order], queue, position)

    @property
    def group(self) -> IntArray:
        """Return the group of each."""
        return self.queue * ACUITIES + self.acuity - 1

    def where(self, chosen: BoolArray) -> "Boarders":
        """Return those marked, shape (n,), at the positions they have among all."""
        return Boarders(
            self.patient[chosen],
            self.waited_min[chosen],
            self.acuity[chosen],
            self.queue[chosen],
            self.position[chosen],
        )

    def sum_behind(self, values: FloatArray) -> FloatArray:
        """Add up for each the values, shape (n,), of all who stand behind in the same queue."""
        so_far = values.cumsum()
        last = np.searchsorted(self.queue, self.queue, side="right") - 1
        behind: FloatArray = so_far[last] - so_far
        return behind

    def group_sums(self, values: FloatArray | None, shape: tuple[int, ...]) -> FloatArray:
        """Add up values, shape (n,), or count heads, by group; shape (n_hospitals, n_places) + (5,)."""
        n_groups = shape[0] * shape[1] * ACUITIES
        return np.bincount(self.group, values, minlength=n_groups).reshape(*shape, ACUITIES).astype(float)
