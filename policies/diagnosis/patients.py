"""Hold what a model may see of patients: one row each."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Patients:
    """Show n patients: `table` has a column for each feature, `nurse` (n,) the level a nurse gave, NaN where none did.

    `numbers` are columns of float with NaN where not measured; `categories` and `texts` are columns of words.
    """

    table: pd.DataFrame
    nurse: FloatArray
    numbers: tuple[str, ...]
    categories: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """Count the patients."""
        return len(self.table)

    def where(self, chosen: BoolArray | IntArray) -> "Patients":
        """Return some of the patients."""
        table = self.table.loc[chosen] if chosen.dtype == np.bool_ else self.table.iloc[chosen]
        return Patients(table, self.nurse[chosen], self.numbers, self.categories, self.texts)

    def faults(self) -> Iterator[str]:
        """Yield what is wrong with the shapes, or with a number that is infinite."""
        if self.nurse.shape != (self.n,):
            yield f"nurse has shape {self.nurse.shape}; {self.n} patients ask for ({self.n},)"
        for name in (*self.numbers, *self.categories, *self.texts):
            if name not in self.table:
                yield f"the table lacks {name!r}"
        known = [name for name in self.numbers if name in self.table]
        for name in np.asarray(known, dtype=object)[np.isinf(self.table[known].to_numpy(dtype=float)).any(axis=0)]:
            yield f"{name!r} holds an infinite number; leave it empty where it is not known"
