"""What members of the triage seat share that read a diagnosis model."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from policies.diagnosis import DiagnosisModel
from policies.settings import NOT_A_SETTING, WrongSetting
from sim.contract import TriageView
from sim.units import ACUITIES, FloatArray


@dataclass(slots=True, kw_only=True)
class Learned:
    """Hold a diagnosis model: one read from `model_file`, or one trained on patients like those of the scenario.

    With a `past_acuity_share` the model is trained on patients whose true acuity 1 to 5 had these weights, as in a city
    whose prevalence has changed since. Its intercepts are then fitted to `recalibrated_on` patients of the scenario.
    `diagnosis` is given before the first decision; no configuration sets it.
    """

    model_file: str | None = None
    past_acuity_share: list[float] = field(default_factory=list)
    recalibrated_on: int = 0
    diagnosis: DiagnosisModel | None = field(default=None, repr=False, metadata=NOT_A_SETTING)

    def cumulative(self, view: TriageView) -> FloatArray:
        """Return P(acuity <= 1..4 | x) of the patients of a view, shape (n, 4), all scored at once.

        Raises:
            ValueError: if nothing was learned, or something other than what the view shows.
        """
        if self.diagnosis is None:
            raise ValueError(f"{type(self).__name__} has learned nothing; give it a fitted diagnosis model")
        if view.feature_names != self.diagnosis.feature_names:
            learned = ", ".join(self.diagnosis.feature_names)
            raise ValueError(f"the view shows {', '.join(view.feature_names)}; the model has learned {learned}")
        return self.diagnosis.cumulative(np.asarray(view.features))

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield what is wrong with the past that is learned from; `where` is the field of this policy."""
        past = self.past_acuity_share
        if past and (len(past) != ACUITIES or min(past) < 0 or not sum(past) > 0):
            mend = "give five weights of zero or more, or none for the patients of the scenario"
            yield WrongSetting(f"{where}.past_acuity_share", past, mend)
        if past and self.model_file is not None:
            yield WrongSetting(f"{where}.past_acuity_share", past, "leave it out where a model_file is given")
        if self.recalibrated_on < 0:
            mend = "give a number of patients, or 0 for a model as it was learned"
            yield WrongSetting(f"{where}.recalibrated_on", self.recalibrated_on, mend)
