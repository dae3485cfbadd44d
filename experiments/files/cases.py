"""Read patient_case.csv: patients with known condition and acuity, and what they say of those to come."""

import math
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.files.reading import read_sheet
from experiments.files.sheet import Sheet
from sim.scenario import CaseMix
from sim.units import ACUITIES, FloatArray, IntArray

FILE = "patient_case.csv"
REQUIRED = ("id", "condition", "acuity", "nurse_acuity")
FEWEST_ROWS = 30
"""A level with fewer rows than this takes the mean and the spread of all rows (assumption A-FEW-ROWS)."""
PRIOR_ROWS = 0.5
"""Rows added to each cell of the nurses' table, so that nothing seen rarely is held impossible (Jeffreys' prior)."""


@dataclass(frozen=True, slots=True, eq=False)
class PatientCases:
    """Hold n patients: `condition` indexes `conditions`, acuities are 1 to 5, shapes (n,); `features` is (n, k).

    A feature that was not measured is NaN.
    """

    conditions: tuple[str, ...]
    feature_names: tuple[str, ...]
    condition: IntArray
    acuity: IntArray
    nurse_acuity: IntArray
    features: FloatArray

    @property
    def condition_share(self) -> FloatArray:
        """Return the share of each condition, shape (n_conditions,)."""
        counts = np.bincount(self.condition, minlength=len(self.conditions))
        shares: FloatArray = counts / counts.sum()
        return shares

    @property
    def acuity_share(self) -> FloatArray:
        """Return the shares of true acuity 1 to 5 by condition, shape (n_conditions, 5); rows sum to 1."""
        counts = np.zeros((len(self.conditions), ACUITIES))
        np.add.at(counts, (self.condition, self.acuity - 1), 1.0)
        shares: FloatArray = counts / counts.sum(axis=1, keepdims=True)
        return shares

    @property
    def nurse_share(self) -> FloatArray:
        """Return how often nurses say each level (column) of patients of each true level (row), shape (5, 5)."""
        counts = np.full((ACUITIES, ACUITIES), PRIOR_ROWS)
        np.add.at(counts, (self.acuity - 1, self.nurse_acuity - 1), 1.0)
        shares: FloatArray = counts / counts.sum(axis=1, keepdims=True)
        return shares

    @property
    def case_mix(self) -> CaseMix:
        """Return what the door shows, by true acuity; a level with few rows is described by all rows."""
        levels = [self.features[self.acuity == level] for level in range(1, ACUITIES + 1)]
        moments = np.array(
            [[_moments(level[:, j], self.features[:, j]) for j in range(len(self.feature_names))] for level in levels]
        )
        return CaseMix(
            self.feature_names,
            mean=moments[:, :, 0],
            sd=moments[:, :, 1],
            low=np.nanmin(self.features, axis=0),
            high=np.nanmax(self.features, axis=0),
            nurse_share=self.nurse_share,
        )


def _moments(level: FloatArray, everyone: FloatArray) -> tuple[float, float]:
    """Return mean and standard deviation of what was measured in a level, or in everyone when that is little."""
    measured = level[np.isfinite(level)]
    if len(measured) < FEWEST_ROWS:
        measured = everyone[np.isfinite(everyone)]
    return float(measured.mean()), float(measured.std(ddof=1)) if len(measured) > 1 else 0.0


def read_cases(path: Path, conditions: Collection[str]) -> tuple[Sheet, PatientCases]:
    """Read patients; what is wrong is in the sheet's faults.

    `conditions` are the names that a condition may have; an empty collection allows any. Every column that is not
    required is a feature, except those that begin with an underscore.
    """
    sheet = read_sheet(path, REQUIRED)
    sheet.ids()
    named = sheet.texts("condition", required=True)
    if conditions:
        sheet.blame_unknown(named, conditions, "condition")
    present = tuple(sorted(set(named)))
    index = {name: i for i, name in enumerate(present)}
    features = tuple(name for name in sheet.columns if name not in REQUIRED and name and not name.startswith("_"))
    if not features and len(sheet):
        sheet.blame(
            0, "condition", "add at least one column with a number that is known at the door, such as age_years"
        )
    return sheet, PatientCases(
        present,
        features,
        np.array([index[name] for name in named], dtype=np.int64),
        sheet.whole_numbers("acuity", low=1, high=ACUITIES),
        sheet.whole_numbers("nurse_acuity", low=1, high=ACUITIES),
        _read_features(sheet, features),
    )


def _read_features(sheet: Sheet, names: tuple[str, ...]) -> FloatArray:
    """Return shape (n, k); empty cells were not measured and give NaN."""
    table = np.empty((len(sheet), len(names)))
    for j, name in enumerate(names):
        table[:, j] = sheet.numbers(name, default=math.nan)
        if len(sheet) and not np.isfinite(table[:, j]).any():
            sheet.blame(0, name, "measure it in at least one patient, or leave the column out")
    return table
