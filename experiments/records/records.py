"""Hold patient records after cleaning, and say what cleaning did."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.records.columns import Kind, Schema
from sim.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Finding:
    """Name one value that was not taken as it stands: where, what, why, and what became of it."""

    row: int
    column: str
    value: str
    reason: str
    done: str


@dataclass(frozen=True, slots=True)
class ColumnCard:
    """Say of a column what it is, how much of it is known, and why it is not used, where it is not."""

    name: str
    source: str
    role: str
    unit: str
    n_known: int
    n_not_measurable: int
    n_findings: int
    why: str


@dataclass(frozen=True, slots=True)
class DataCard:
    """Say what a file holds and what cleaning did; `sha256` names the very file."""

    schema: str
    source: str
    sha256: str
    n_rows: int
    n_used: int
    n_duplicates: int
    columns: tuple[ColumnCard, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """Hold n patients: `features` one column each, numbers as float with NaN, categories and text as words.

    `row` (n,) is the row in the file, the first below the header being 2. `outcomes` holds one float column for each
    target: 0 or 1, 1 to 5, or an amount, NaN where unknown. `nurse` (n,) is the level a nurse gave, NaN where none did;
    `group` (n,) the site as its place in `site_names`; `subgroups` the columns that the card is divided by.
    """

    schema: Schema
    features: pd.DataFrame
    outcomes: pd.DataFrame
    nurse: FloatArray
    group: IntArray
    subgroups: pd.DataFrame
    row: IntArray
    card: DataCard
    site_names: tuple[str, ...] = ()

    @property
    def n_patients(self) -> int:
        """Count the patients."""
        return len(self.row)

    def names_of(self, kind: Kind) -> tuple[str, ...]:
        """Return the names of the features of one kind."""
        kinds = {column.name: column.kind for column in self.schema.columns}
        return tuple(name for name in self.features.columns if kinds.get(name, Kind.NUMBER) is kind)

    def known(self, target: str) -> BoolArray:
        """Say of whom the outcome is known, (n,)."""
        return np.asarray(self.outcomes[target].notna())

    def where(self, chosen: BoolArray | IntArray) -> "Records":
        """Return the records of some patients."""
        return Records(
            self.schema,
            self.features.iloc[_places(chosen)].reset_index(drop=True),
            self.outcomes.iloc[_places(chosen)].reset_index(drop=True),
            self.nurse[chosen],
            self.group[chosen],
            self.subgroups.iloc[_places(chosen)].reset_index(drop=True),
            self.row[chosen],
            self.card,
            self.site_names,
        )


def _places(chosen: BoolArray | IntArray) -> IntArray:
    return np.flatnonzero(chosen) if chosen.dtype == np.bool_ else np.asarray(chosen, dtype=np.int64)
