"""Define what every model of one outcome does: fit to past patients, then give P(y | x) of others."""

from typing import Any, Protocol

import numpy as np
import pandas as pd

from policies.diagnosis.news2 import news2
from policies.diagnosis.patients import Patients
from sim.units import BoolArray, FloatArray

NURSE, NEWS2, SHOCK_INDEX = "nurse_level", "news2", "shock_index"


class Fitted(Protocol):
    """Give the probability of the outcome."""

    def probability(self, patients: Patients) -> FloatArray:
        """Return P(y | x) of n patients, (n,), each from 0 to 1."""
        ...


class Member(Protocol):
    """Fit a model of one outcome."""

    @property
    def name(self) -> str:
        """Return the name by which tables call it."""
        ...

    @property
    def uses_nurse(self) -> bool:
        """Say whether it reads the level that a nurse gave."""
        ...

    def fit(self, patients: Patients, outcome: BoolArray) -> Fitted:
        """Fit to n patients whose outcome, (n,), is known: both yes and no must be among them."""
        ...


def seen(patients: Patients, with_nurse: bool) -> pd.DataFrame:
    """Return the table a pipeline sees: the features, the shock index (heart rate over systolic pressure), NEWS2.

    With the level of the nurse only where a member says that it uses it.
    """
    table = patients.table[[*patients.numbers, *patients.categories, *patients.texts]].copy()
    if {"heart_rate_per_min", "systolic_pressure_mmhg"} <= set(patients.numbers):
        table[SHOCK_INDEX] = table["heart_rate_per_min"] / table["systolic_pressure_mmhg"]
    table[NEWS2] = news2(patients.table).astype(float)
    if with_nurse:
        table[NURSE] = [f"level {level:g}" for level in patients.nurse]
    return table


def numbers_of(patients: Patients) -> list[str]:
    """Return the columns of numbers that `seen` shows."""
    both = {"heart_rate_per_min", "systolic_pressure_mmhg"} <= set(patients.numbers)
    return [*patients.numbers, *([SHOCK_INDEX] if both else []), NEWS2]


class FittedPipeline:
    """Hold a fitted pipeline of scikit-learn."""

    def __init__(self, pipeline: Any, uses_nurse: bool) -> None:
        self.pipeline = pipeline
        self.uses_nurse = uses_nurse

    def probability(self, patients: Patients) -> FloatArray:
        """Return P(y | x) of n patients, (n,)."""
        p: FloatArray = self.pipeline.predict_proba(seen(patients, self.uses_nurse))[:, 1]
        return p


def fit_pipeline(
    member: Member, preparation: Any, estimator: Any, patients: Patients, outcome: BoolArray
) -> FittedPipeline:
    """Fit what prepares a table and what learns from it, one after the other, to patients whose outcome is known."""
    from sklearn.pipeline import make_pipeline

    pipeline = make_pipeline(preparation, estimator)
    return FittedPipeline(pipeline.fit(seen(patients, member.uses_nurse), outcome), member.uses_nurse)


def words(column: "pd.Series[str]") -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
    """Return a column of text as scikit-learn's vectorizers read it."""
    return column.to_numpy(dtype=object)
