"""A neural network with one hidden layer, on the same columns as logistic regression."""

from dataclasses import dataclass

from policies.diagnosis.members.base import FittedPipeline, seen
from policies.diagnosis.members.parts import for_lines
from policies.diagnosis.patients import Patients
from sim.units import BoolArray


@dataclass(frozen=True, slots=True)
class Network:
    """Fit a multilayer perceptron (Rumelhart et al. 1986, 10.1038/323533a0) with a strong ridge."""

    name: str = "network"
    uses_nurse: bool = False
    n_hidden: int = 32
    ridge: float = 3.0
    n_epochs: int = 60
    random_state: int = 0

    def fit(self, patients: Patients, outcome: BoolArray) -> FittedPipeline:
        """Fit to patients whose outcome is known; the number of epochs is fixed, as no patients are left to stop by."""
        from sklearn.neural_network import MLPClassifier
        from sklearn.pipeline import make_pipeline

        network = MLPClassifier(
            (self.n_hidden,), alpha=self.ridge, max_iter=self.n_epochs, random_state=self.random_state
        )
        pipeline = make_pipeline(for_lines(patients, self.uses_nurse), network)
        return FittedPipeline(_quietly(pipeline, patients, self.uses_nurse, outcome), self.uses_nurse)


def _quietly(pipeline: object, patients: Patients, uses_nurse: bool, outcome: BoolArray) -> object:
    """Fit without the warning that the last epoch was not the best."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return pipeline.fit(seen(patients, uses_nurse), outcome)  # type: ignore[attr-defined]
