"""Compare every cell with its baseline, measure by measure, in pairs of replications."""

from collections.abc import Iterator, Mapping, Sequence
from math import nan
from typing import Protocol

import numpy as np
import pandas as pd

from experiments.control_measures import CONTROLS
from experiments.statistics import holm, paired_difference, verdict
from sim.units import FloatArray

KEYS = ["measure", "dimension", "level"]
COLUMNS = [
    *KEYS,
    "unit",
    "baseline",
    "treatment",
    "baseline_mean",
    "treatment_mean",
    "difference",
    "half_width",
    "low",
    "high",
    "n",
    "variance_ratio",
    "p_value_holm",
    "verdict",
]


class Measured(Protocol):
    """Show what a comparison needs of a measure: its unit and its direction, "lower", "higher" or ""."""

    @property
    def unit(self) -> str:
        """Return the unit of the values."""

    @property
    def better(self) -> str:
        """Return the direction that is better."""


class Compared(Protocol):
    """Show what a comparison needs of a cell."""

    @property
    def name(self) -> str:
        """Return the name of the cell."""

    @property
    def factors(self) -> Mapping[str, str]:
        """Return the levels of what is swept."""


def baselines(cells: Sequence[Compared], baseline: Mapping[str, str]) -> dict[str, str]:
    """Return the name of the baseline of every cell that has one: {treatment: baseline}, in the order of cells.

    A cell's baseline has the same factors, but for those that `baseline` names, which take its levels.
    """
    by_factors = {frozenset(cell.factors.items()): cell.name for cell in cells}
    found = {}
    for cell in cells:
        levels = {key: baseline.get(key, level) for key, level in cell.factors.items()}
        name = by_factors.get(frozenset(levels.items()), cell.name)
        if name != cell.name:
            found[cell.name] = name
    return found


def compare(measures: pd.DataFrame, baseline_of: Mapping[str, str], catalog: Mapping[str, Measured]) -> pd.DataFrame:
    """Return the table of paired differences, with the columns `COLUMNS`, one row for each measure and level.

    `measures` has the columns cell, replication, measure, dimension, level, value. Means are those of the pairs used.
    Holm's correction takes all differences of dimension "all" as one family; other rows have no p-value. What is equal
    in every pair is no test, nor is a control: nothing can be found there, whatever happens.
    """
    wide = measures.pivot(index=KEYS, columns=["cell", "replication"], values="value")
    wide = wide.loc[pd.MultiIndex.from_frame(measures[KEYS].drop_duplicates())]  # in the order of the measures
    finished = set(wide.columns.get_level_values("cell"))
    rows = [
        row
        for treatment, baseline in baseline_of.items()
        if {treatment, baseline} <= finished
        for row in _rows(wide, baseline, treatment, catalog)
    ]
    table = pd.DataFrame(rows, columns=COLUMNS)
    equal = (table["difference"] == 0.0) & (table["half_width"] == 0.0)
    tested = (table["dimension"] == "all") & ~equal & ~table["measure"].isin(CONTROLS)
    table["p_value_holm"] = holm(table["p_value_holm"].where(tested).tolist())
    return table


def _rows(
    wide: pd.DataFrame, baseline: str, treatment: str, catalog: Mapping[str, Measured]
) -> Iterator[tuple[object, ...]]:
    """Yield the rows of one pair of cells, with p-values still uncorrected."""
    before, after = wide[baseline].align(wide[treatment], axis=1)
    for keys, a, b in zip(wide.index, before.to_numpy(), after.to_numpy(), strict=True):
        measure = catalog.get(keys[0])
        unit, better = (measure.unit, measure.better) if measure else ("", "")
        yield (*keys, unit, baseline, treatment, *_figures(a, b, better))


def _figures(a: FloatArray, b: FloatArray, better: str) -> tuple[object, ...]:
    found = paired_difference(a, b)
    both = np.isfinite(a) & np.isfinite(b)
    means = (float(a[both].mean()), float(b[both].mean())) if found.n else (nan, nan)
    interval = (found.mean, found.half_width, found.low, found.high, found.n)
    return (*means, *interval, found.variance_ratio, found.p_value, verdict(found, better))
