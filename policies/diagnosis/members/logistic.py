"""Logistic regression: the baseline P(y | x) = 1 / (1 + exp(-(w'x + b))), whose weights can be read."""

from dataclasses import dataclass

from policies.diagnosis.members.base import FittedPipeline, fit_pipeline
from policies.diagnosis.members.parts import for_lines
from policies.diagnosis.patients import Patients
from sim.units import BoolArray


@dataclass(frozen=True, slots=True)
class Logistic:
    """Fit a logistic regression with a ridge of strength 1 / `inverse_ridge` on numbers, categories and text."""

    name: str = "logistic"
    uses_nurse: bool = False
    inverse_ridge: float = 1.0

    def fit(self, patients: Patients, outcome: BoolArray) -> FittedPipeline:
        """Fit to patients whose outcome is known."""
        from sklearn.linear_model import LogisticRegression

        regression = LogisticRegression(C=self.inverse_ridge, max_iter=2000)
        return fit_pipeline(self, for_lines(patients, self.uses_nurse), regression, patients, outcome)
