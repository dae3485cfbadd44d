"""Read what every treatment changes against its baseline, rank it, and see which treatments differ from each other."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd

from experiments.measure_list import MAIN
from experiments.report.folder import Cell, StoredRun, records
from experiments.report.numbers import number, scale_of, span
from experiments.report.phrases import Spoken
from experiments.report.words import decimals_of, spoken
from experiments.statistics import paired_difference
from sim.units import FloatArray

MAIN_MEASURES = MAIN
ALPHA = 0.05
RANK = {"better": 0, "worse": 2}
UNSURE = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """State one paired difference of a measure over the whole city, treatment minus baseline, in printed units."""

    measure: str
    unit: str
    baseline: Cell
    treatment: Cell
    difference: float
    low: float
    high: float
    n: int
    p_holm: float
    verdict: str

    @property
    def decided(self) -> bool:
        """Return whether the interval leaves zero on one side."""
        return isfinite(self.low) and isfinite(self.high) and (self.low > 0 or self.high < 0)

    @property
    def stands(self) -> bool:
        """Return whether the difference is decided and remains so after Holm’s correction."""
        return self.decided and self.p_holm <= ALPHA

    @property
    def reserved(self) -> bool:
        """Return whether the difference is decided, but not after Holm’s correction."""
        return self.decided and isfinite(self.p_holm) and not self.stands

    @property
    def rank(self) -> int:
        """Return 0 for a sure gain, 2 for a sure loss, 1 for all else."""
        return UNSURE if self.reserved else RANK.get(self.verdict, UNSURE)

    @property
    def words(self) -> Spoken:
        """Return how the measure and its unit are said."""
        return spoken(self.measure, self.unit)

    @property
    def decimals(self) -> int:
        """Return the decimals that the interval's width deserves."""
        return decimals_of(self.measure, (self.high - self.low) / 2)

    @property
    def size(self) -> str:
        """Return the size of the difference, without sign."""
        return number(abs(self.difference), self.decimals)

    @property
    def sized_interval(self) -> str:
        """Return the interval of the size: ends in order, both counted in the direction of the difference."""
        ends = (self.low, self.high) if self.difference >= 0 else (-self.high, -self.low)
        return span(*ends, self.decimals)

    @property
    def interval(self) -> str:
        """Return the interval of the signed difference."""
        return span(self.low, self.high, self.decimals)


def main_measure(comparisons: pd.DataFrame, first: str = "") -> str:
    """Return the first main measure that was compared over the whole city, "" when none was; `first` before all."""
    compared = set(comparisons.loc[comparisons["dimension"] == "all", "measure"])
    return next((name for name in (first, *MAIN_MEASURES) if name in compared), "")


def ranked_findings(measure: str, comparisons: pd.DataFrame, cells: Mapping[str, Cell]) -> list[Finding]:
    """Return the findings of one measure: sure gains before the unsure before sure losses, the best mean first.

    What does not stand after Holm’s correction is unsure, so that no hair's breadth of an interval decides who leads.
    All main measures are better when lower.
    """
    rows = comparisons[(comparisons["measure"] == measure) & (comparisons["dimension"] == "all")]
    found = [finding(row, cells) for row in records(rows)]
    return sorted(found, key=lambda one: (one.rank, one.difference, one.treatment.name))


def finding(row: Mapping[str, Any], cells: Mapping[str, Cell]) -> Finding:
    """Read one row of the comparisons; a verdict that its interval does not support is "undecided"."""
    scale, unit = scale_of(row["unit"]), str(row["unit"])
    baseline, treatment = (cells.get(row[end], Cell(str(row[end]))) for end in ("baseline", "treatment"))
    numbers = {name: float(row[name]) * scale for name in ("difference", "low", "high")}
    verdict, p_holm = str(row["verdict"]), float(row["p_value_holm"])
    made = Finding(
        str(row["measure"]), unit, baseline, treatment, n=int(row["n"]), p_holm=p_holm, verdict=verdict, **numbers
    )
    return made if made.decided or verdict == "no direction" else replace(made, verdict="undecided")


@dataclass(frozen=True, slots=True)
class Gap:
    """State by how much more one treatment changes a measure than another, over paired replications.

    `difference`, `low` and `high` are in printed units; NaN where there are too few common replications.
    """

    difference: float
    low: float
    high: float

    @property
    def holds_zero(self) -> bool:
        """Return whether the two treatments cannot be told apart; False when nothing is known of them."""
        return self.low <= 0 <= self.high


def pair_differences(run: StoredRun, one: Finding) -> FloatArray:
    """Return the difference that a finding is the mean of, replication by replication, shape (n,), known ones only."""
    changes = _changes(_by_replication(run, one.measure), one) * scale_of(one.unit)
    known: FloatArray = changes[np.isfinite(changes)]
    return known


def _by_replication(run: StoredRun, measure: str) -> pd.DataFrame:
    """Return a measure of the whole city, one row a replication, one column a cell."""
    rows = run.measures[(run.measures["measure"] == measure) & (run.measures["dimension"] == "all")]
    return rows.pivot(index="replication", columns="cell", values="value")


def gap(run: StoredRun, one: Finding, other: Finding) -> Gap:
    """Return what `other` changes, minus what `one` changes, each against its own baseline, replication by replication.

    Where both have the same baseline this is the difference of the two treatments.
    """
    wide = _by_replication(run, one.measure)
    found = paired_difference(_changes(wide, one), _changes(wide, other))
    scale = scale_of(one.unit)
    return Gap(found.mean * scale, found.low * scale, found.high * scale)


def _changes(wide: pd.DataFrame, one: Finding) -> FloatArray:
    """Return treatment minus baseline by replication, shape (n,), NaN where one of them is missing."""
    ends = wide.reindex(columns=[one.baseline.name, one.treatment.name]).to_numpy(dtype=float)
    changes: FloatArray = ends[:, 1] - ends[:, 0]
    return changes
