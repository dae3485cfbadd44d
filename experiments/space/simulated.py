"""Simulate points of a space as one study: equal points once, every point in the same replications."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from experiments.config import CellConfig
from experiments.space.ranges import Levels, Space
from experiments.study import Study
from sim.units import FloatArray

Names = dict[Levels, str]


def named_points(points: Sequence[Levels]) -> Names:
    """Return a name for every different point, in order: p000, p001, ..."""
    different = list(dict.fromkeys(points))
    digits = max(3, len(str(len(different) - 1)))
    return {levels: f"p{place:0{digits}d}" for place, levels in enumerate(different)}


def study_of_points(space: Space, names: Names, name: str, question: str, measure: str) -> Study:
    """Return the study of all points, one cell each.

    Raises:
        ScenarioError: when a setting cannot have its value.
    """
    run = space.cell.settings.run
    cells: list[CellConfig] = [space.cell_at(levels, called) for levels, called in names.items()]
    return Study(cells, run.replications, run.root_seed, {}, name, question, measure=measure)


def values_of(measures: pd.DataFrame, measure: str, names: Sequence[str], n: int) -> FloatArray:
    """Return a measure of the whole city, shape (cells, n), NaN where a replication failed or has no such measure."""
    rows = measures[(measures["measure"] == measure) & (measures["dimension"] == "all")]
    wide = rows.pivot(index="cell", columns="replication", values="value")
    found: FloatArray = wide.reindex(index=list(names), columns=range(n)).to_numpy(dtype=np.float64)
    return found
