"""An ensemble: the plain mean of what several models say."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from policies.diagnosis.members.base import Fitted, Member
from policies.diagnosis.members.logistic import Logistic
from policies.diagnosis.members.network import Network
from policies.diagnosis.members.trees import Boosting, ExtraTrees
from policies.diagnosis.patients import Patients
from sim.units import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class FittedMean:
    """Hold the fitted models of an ensemble."""

    models: Sequence[Fitted]

    def probability(self, patients: Patients) -> FloatArray:
        """Return the mean of the models' probabilities, (n,)."""
        p: FloatArray = np.mean([model.probability(patients) for model in self.models], axis=0)
        return p


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Fit several models, and let each have one vote of its probability.

    These four were the best of sixteen mixtures on folds within training folds (`experiments.train.choice`).
    """

    name: str = "ensemble"
    uses_nurse: bool = False
    members: tuple[Member, ...] = field(default_factory=lambda: (Logistic(), ExtraTrees(), Boosting(), Network()))

    def fit(self, patients: Patients, outcome: BoolArray) -> FittedMean:
        """Fit every member to patients whose outcome is known."""
        return FittedMean([member.fit(patients, outcome) for member in self.members])
