"""A rule for the bedding seat: who has waited long takes the best liked bed that can be spared."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from policies.bedding.moves import Move, decision_of, spare
from policies.settings import WrongSetting
from sim.contract import BeddingDecision, BeddingView


@dataclass(slots=True)
class FirstFree:
    """Put who has waited `min_wait_min` or longer into the best liked other place, longest wait first.

    Of each place `kept_free_share` stays free for its own patients (assumptions A-OUTLIER-WAIT, range 0 to 360, and
    A-OUTLIER-KEPT, range 0 to 0.1).
    """

    min_wait_min: float = 120.0
    kept_free_share: float = 0.03

    def decide(self, view: BeddingView) -> BeddingDecision:
        """Return the moves of the rule."""
        return decision_of(self._moves(view))

    def _moves(self, view: BeddingView) -> Iterator[Move]:
        left = spare(view, self.kept_free_share)
        for row in np.lexsort((view.patient, -view.waited_min)).tolist():
            if view.waited_min[row] >= self.min_wait_min:
                hospital, liking = int(view.hospital[row]), view.facts.liking[view.place[row]]
                places = [k for k in np.flatnonzero(liking > 0).tolist() if left[hospital, k] > 0]
                if places:
                    place = min(places, key=lambda k: int(liking[k]))
                    left[hospital, place] -= 1
                    yield Move(int(view.patient[row]), place)

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield every impossible setting; `where` is the field of this policy."""
        if not 0 <= self.min_wait_min < np.inf:
            yield WrongSetting(f"{where}.min_wait_min", self.min_wait_min, "give minutes of zero or more")
        yield from share_faults(self.kept_free_share, where)


def share_faults(share: float, where: str) -> Iterator[WrongSetting]:
    """Yield a fault for a share of beds kept free that is no share."""
    if not 0 <= share <= 1:
        yield WrongSetting(f"{where}.kept_free_share", share, "give a share from 0 to 1")
