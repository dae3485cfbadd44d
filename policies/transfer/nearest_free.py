"""A rule for the transfer seat: to the nearest hospital with a free bed."""

from dataclasses import dataclass

import numpy as np

from policies.transfer.sharing import NO_MOVES, Sharing, open_beds
from sim.contract import TransferDecision, TransferView


@dataclass(slots=True)
class NearestFree(Sharing):
    """Send each boarder, in order of acuity and then of waiting, to the nearest hospital with an open bed.

    Boarders who find none stay; the order ends with the last free crew.
    """

    def decide(self, view: TransferView) -> TransferDecision:
        """Return the moves of the rule."""
        if not (len(view.patient) and view.crews_free and np.any(view.free > 0)):
            return NO_MOVES
        beds = open_beds(view)
        travel_min = np.where(self.ways(view.city), view.city.travel_min, np.inf)
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

    def _in_order(self, view: TransferView) -> list[int]:
        """Return the rows of those who may move, most urgent first, then longest waiting, then lowest number."""
        order = np.lexsort((view.patient, -view.waited_min, view.acuity))
        rows: list[int] = order[self.waited_enough(view)[order]].tolist()
        return rows
