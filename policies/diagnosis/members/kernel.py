"""A support vector machine with a Gaussian kernel, its margin turned into a probability."""

from dataclasses import dataclass

from policies.diagnosis.members.base import FittedPipeline, seen
from policies.diagnosis.members.parts import for_lines
from policies.diagnosis.patients import Patients
from sim.units import BoolArray


@dataclass(frozen=True, slots=True)
class Kernel:
    """Fit a support vector machine (Cortes & Vapnik 1995, 10.1007/BF00994018) on the columns of logistic regression.

    Its margin becomes a probability by a sigmoid fitted to margins out of fold (Platt 1999); `cost` is the price of a
    patient on the wrong side.
    """

    name: str = "kernel"
    uses_nurse: bool = False
    cost: float = 1.0
    n_folds: int = 3

    def fit(self, patients: Patients, outcome: BoolArray) -> FittedPipeline:
        """Fit to patients whose outcome is known; the rarer outcome needs as many patients as there are folds."""
        from sklearn.calibration import CalibratedClassifierCV
        from sklearn.pipeline import make_pipeline
        from sklearn.svm import SVC

        machine = CalibratedClassifierCV(SVC(C=self.cost), ensemble=False, cv=self.n_folds)
        pipeline = make_pipeline(for_lines(patients, self.uses_nurse), machine)
        return FittedPipeline(pipeline.fit(seen(patients, self.uses_nurse), outcome), self.uses_nurse)
