"""Withhold figures of groups of fewer than four patients before measures leave the folder of a run."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from experiments.kept.listing import KeptRun
from experiments.learning.cells import FEWEST
from experiments.store import RunFolder, stem
from experiments.triage_measures import ATTRIBUTE

COLUMN_OF = {"acuity": "acuity_true"}
Group = tuple[str, int, str, str]


def shared_measures(run: KeptRun) -> pd.DataFrame:
    """Return the measures of a run; the value is missing where one to three patients make up the group.

    Groups are counted in the tables of patients, all that came, for each replication; where a run kept none, its
    measures are returned as they are.
    """
    measures = RunFolder(run.path).measures()
    small = set(_small_groups(run, measures))
    keys = zip(measures["cell"], measures["replication"], measures["dimension"], measures["level"], strict=True)
    hidden = np.array([key in small for key in keys], dtype=bool)
    return measures.assign(value=measures["value"].mask(hidden)) if hidden.any() else measures


def _small_groups(run: KeptRun, measures: pd.DataFrame) -> Iterator[Group]:
    for key, mine in measures.groupby(["cell", "replication"], observed=True):
        cell, replication = str(key[0]), int(str(key[1]))
        file = run.path / "patients" / f"{stem(cell, replication)}.parquet"
        if file.is_file():
            patients = pd.read_parquet(file)
            for dimension in mine["dimension"].unique():
                for level in _small_levels(patients, str(dimension)):
                    yield cell, replication, str(dimension), level


def _small_levels(patients: pd.DataFrame, dimension: str) -> Iterator[str]:
    names = (COLUMN_OF.get(dimension, dimension), f"{ATTRIBUTE}{dimension}")
    for name in (name for name in names if name in patients):
        counts = patients[name].value_counts()
        yield from (str(level) for level, n in counts.items() if 0 < n < FEWEST)
