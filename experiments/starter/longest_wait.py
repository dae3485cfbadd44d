"""Decide transfers by one rule of your own: who has waited longest goes where most beds are free."""

from dataclasses import dataclass

import numpy as np

from sim.contract import TransferDecision, TransferView


@dataclass(frozen=True, slots=True)
class LongestWait:
    """Move those who have waited at least `min_wait_min`; the fields of the class are its settings."""

    min_wait_min: float = 120.0

    def decide(self, view: TransferView) -> TransferDecision:
        """Return the moves; a pure function of the view."""
        free = np.nan_to_num(view.free) * view.city.agreed[:, None]  # unknown beds count as none
        patients: list[int] = []
        destinations: list[int] = []
        for row in np.argsort(-view.waited_min, kind="stable"):
            if view.waited_min[row] < self.min_wait_min or len(patients) >= view.crews_free:
                break
            home, place = view.hospital[row], view.place[row]
            beds = np.where(np.arange(len(free)) == home, 0.0, free[:, place])
            best = int(beds.argmax())
            if view.city.agreed[home] and beds[best] >= 1:
                free[best, place] -= 1
                patients.append(int(view.patient[row]))
                destinations.append(best)
        return TransferDecision(np.array(patients, dtype=np.int64), np.array(destinations, dtype=np.int64))


POLICIES = {"transfer": {"longest_wait": LongestWait}}
