"""A rule for the transfer seat: to the nearest hospital with a free bed."""

from dataclasses import dataclass

import numpy as np

from policies.transfer.sharing import NO_MOVES, Sharing, open_beds
from sim.contract import TransferDecision, TransferView
from sim.units import FloatArray


@dataclass(slots=True)
class NearestFree(Sharing):
    """Send each boarder, in order of acuity and then of waiting, to the nearest hospital with an open bed.

    Of the beds open those of the lowest tier come first, and minutes count against who is ahead of its market share.
    Boarders who find none stay; the order ends with the last free crew.
    """

    def decide(self, view: TransferView) -> TransferDecision:
        """Return the moves of the rule."""
        if not (len(view.patient) and view.crews_free and np.any(view.free > 0)):
            return NO_MOVES
        beds = open_beds(view)
        travel_min = self._far_min(view)
        moved: list[int] = []
        destinations: list[int] = []
        for row in self._in_order(view):
            if len(moved) >= view.crews_free:
                break
            place = view.place[row]
            minutes = np.where(beds[:, place] > 0, travel_min[view.hospital[row]], np.inf)
            nearest = int(minutes.argmin())
            if minutes[nearest] < np.inf:
                beds[nearest, place] -= 1
                moved.append(int(view.patient[row]))
                destinations.append(nearest)
        return TransferDecision(np.array(moved, dtype=np.int64), np.array(destinations, dtype=np.int64))

    def _far_min(self, view: TransferView) -> FloatArray:
        """Return how far each hospital (column) seems from each (row), in minutes; inf where no transfer goes."""
        far_min = view.city.travel_min + self.unfair_min(view)
        if view.city.tier is not None:
            far_min = far_min + view.city.tier * (self.max_travel_min + self.fairness_min + 1.0)
        return np.where(self.ways(view.city), far_min, np.inf)

    def _in_order(self, view: TransferView) -> list[int]:
        """Return the rows of those who may move, most urgent first, then longest waiting, then lowest number."""
        order = np.lexsort((view.patient, -view.waited_min, view.acuity))
        rows: list[int] = order[self.may_leave(view)[order]].tolist()
        return rows
