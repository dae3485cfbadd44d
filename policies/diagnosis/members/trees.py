"""Models made of many trees: a random forest, extra trees, and gradient boosting."""

from dataclasses import dataclass

from policies.diagnosis.members.base import FittedPipeline, fit_pipeline
from policies.diagnosis.members.parts import for_trees
from policies.diagnosis.patients import Patients
from sim.units import BoolArray


@dataclass(frozen=True, slots=True)
class Forest:
    """Fit a random forest (Breiman 2001, 10.1023/A:1010933404324)."""

    name: str = "forest"
    uses_nurse: bool = False
    n_trees: int = 300
    random_state: int = 0

    def fit(self, patients: Patients, outcome: BoolArray) -> FittedPipeline:
        """Fit to patients whose outcome is known."""
        from sklearn.ensemble import RandomForestClassifier

        forest = RandomForestClassifier(
            self.n_trees, min_samples_leaf=2, max_features=0.2, random_state=self.random_state, n_jobs=1
        )
        return fit_pipeline(self, for_trees(patients, self.uses_nurse), forest, patients, outcome)


@dataclass(frozen=True, slots=True)
class ExtraTrees:
    """Fit trees that split at random places (Geurts, Ernst & Wehenkel 2006, 10.1007/s10994-006-6226-1)."""

    name: str = "extra_trees"
    uses_nurse: bool = False
    n_trees: int = 300
    random_state: int = 0

    def fit(self, patients: Patients, outcome: BoolArray) -> FittedPipeline:
        """Fit to patients whose outcome is known."""
        from sklearn.ensemble import ExtraTreesClassifier

        trees = ExtraTreesClassifier(
            self.n_trees, min_samples_leaf=2, max_features=0.2, random_state=self.random_state, n_jobs=1
        )
        return fit_pipeline(self, for_trees(patients, self.uses_nurse), trees, patients, outcome)


@dataclass(frozen=True, slots=True)
class Boosting:
    """Fit gradient boosting over binned features (Friedman 2001, 10.1214/aos/1013203451)."""

    name: str = "boosting"
    uses_nurse: bool = False
    n_rounds: int = 120
    learning_rate: float = 0.06
    n_leaves: int = 8
    random_state: int = 0

    def fit(self, patients: Patients, outcome: BoolArray) -> FittedPipeline:
        """Fit to patients whose outcome is known."""
        from sklearn.ensemble import HistGradientBoostingClassifier

        boosting = HistGradientBoostingClassifier(
            max_iter=self.n_rounds,
            learning_rate=self.learning_rate,
            max_leaf_nodes=self.n_leaves,
            min_samples_leaf=10,
            l2_regularization=5.0,
            early_stopping=False,
            random_state=self.random_state,
        )
        return fit_pipeline(self, for_trees(patients, self.uses_nurse), boosting, patients, outcome)
