"""Triage by the nurse, with a diagnosis model as a second reader."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from policies.settings import WrongSetting
from policies.triage.learned import Learned
from sim.contract import AssignAcuity, TriageDecision, TriageView

CRITICAL_LEVEL = 2


@dataclass(slots=True)
class SecondReader(Learned):
    """Assign the nurse's level, but level 2 to whom the model finds critical with a probability of `threshold` or more.

    Nobody becomes less urgent than the nurse said. A threshold t finds as bad one critical patient missed as
    (1 - t) / t others called critical; the default 0.4 is assumption A-SECOND-READER.
    """

    threshold: float = 0.4

    def decide(self, view: TriageView) -> TriageDecision:
        """Return a level for every patient.

        Raises:
            ValueError: if nothing was learned, or something other than what the view shows.
        """
        alarmed = self.cumulative(view)[:, CRITICAL_LEVEL - 1] >= self.threshold
        nurse = np.asarray(view.nurse_acuity)
        return AssignAcuity(np.where(alarmed, np.minimum(nurse, CRITICAL_LEVEL), nurse).astype(np.int64))

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield faults of the past and of a threshold outside (0, 1]; `where` is the field of this policy."""
        yield from Learned.faults(self, where)
        if not 0 < self.threshold <= 1:
            yield WrongSetting(f"{where}.threshold", self.threshold, "give a probability above 0, at most 1")
