"""Triage by the nurse, with a diagnosis model as a second reader."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from policies.diagnosis.members.base import Fitted
from policies.diagnosis.patients import Patients
from policies.settings import NOT_A_SETTING, WrongSetting
from policies.triage.learned import Learned
from sim.contract import AssignAcuity, TriageDecision, TriageView
from sim.units import FloatArray

CRITICAL_LEVEL = 2


@dataclass(slots=True)
class SecondReader(Learned):
    """Assign the nurse's level, but level 2 to whom the model finds critical with a probability of `threshold` or more.

    Nobody becomes less urgent than the nurse said. A threshold t finds as bad one critical patient missed as
    (1 - t) / t others called critical; the default 0.4 is assumption A-SECOND-READER. `reader` is a model of critical
    patients that was trained on records, and takes the place of `diagnosis`; no configuration sets either.
    """

    threshold: float = 0.4
    reader: Fitted | None = field(default=None, repr=False, metadata=NOT_A_SETTING)

    def decide(self, view: TriageView) -> TriageDecision:
        """Return a level for every patient.

        Raises:
            ValueError: if nothing was learned, or something other than what the view shows.
        """
        alarmed, nurse = self.p_critical(view) >= self.threshold, np.asarray(view.nurse_acuity)
        return AssignAcuity(np.where(alarmed, np.minimum(nurse, CRITICAL_LEVEL), nurse).astype(np.int64))

    def p_critical(self, view: TriageView) -> FloatArray:
        """Return P(acuity 1 or 2 | x) of n patients, (n,), all scored at once; raises as `decide` does."""
        if self.reader is None:
            return self.cumulative(view)[:, CRITICAL_LEVEL - 1]
        if not len(view.nurse_acuity):
            return np.zeros(0)
        return self.reader.probability(shown(view))

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield faults of the past and of a threshold outside (0, 1]; `where` is the field of this policy."""
        yield from Learned.faults(self, where)
        if not 0 < self.threshold <= 1:
            yield WrongSetting(f"{where}.threshold", self.threshold, "give a probability above 0, at most 1")


def shown(view: TriageView) -> Patients:
    """Return the patients of a view as models of records see them."""
    names = view.feature_names
    table = pd.DataFrame(np.asarray(view.features, dtype=float), columns=pd.Index(names))
    return Patients(table, np.asarray(view.nurse_acuity, dtype=float), names)
