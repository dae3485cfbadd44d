"""Estimate what is wrong with a patient, and how urgent it is, from what the door shows.

`members` are models of one outcome, P(y | x), one module each; to add one, write a module there and name it in its
table. `ordinal` is the model that simulated patients are triaged by: four regressions as plain numbers;
`prevalence` fits it to patients of another one.
"""

from policies.diagnosis.ordinal import DiagnosisModel, fit_diagnosis, logistic
from policies.diagnosis.prevalence import recalibrated

__all__ = ["DiagnosisModel", "fit_diagnosis", "logistic", "recalibrated"]
