"""Hold simulated waits by acuity against those of real departments, where the urgent hardly go first."""

from collections.abc import Iterable, Iterator

import numpy as np

from experiments.report.catalogue import _, later
from experiments.report.folder import Cell, StoredRun
from experiments.report.numbers import ABSENT, number
from experiments.report.tables import Table
from experiments.report.words import label
from sim.units import FloatArray

MEASURE = "wait_for_provider_min"
REAL_OVER_MEAN = (0.66, 0.88, 1.06, 0.97, 0.95)
"""The same, over the mean of all patients (F07, weighted by the patients of each level)."""
CAPTION = later("Waits for a provider by acuity, each over the mean wait of all patients")


def real_waits_table(run: StoredRun, cells: Iterable[Cell]) -> Table | None:
    """Return a row for each of the cells and one for real departments; None where no waits by acuity were measured.

    A level that waits as long as the average is 1; strict priority puts the urgent far below it and the others above.
    """
    rows = tuple(_rows(run, cells))
    if not rows:
        return None
    real = (_("Real departments (United States, 2012–15)"), *(number(one, 2) for one in REAL_OVER_MEAN))
    heads = (_("Cell"), *(_("Level {level}").format(level=level) for level in range(1, len(REAL_OVER_MEAN) + 1)))
    return Table(_(CAPTION), heads, (*rows, real), frozenset({0}))


def _rows(run: StoredRun, cells: Iterable[Cell]) -> Iterator[tuple[str, ...]]:
    waits = run.measures[run.measures["measure"] == MEASURE]
    for cell in cells:
        mine = waits[waits["cell"] == cell.name]
        by_level = mine[mine["dimension"] == "acuity"].groupby("level", observed=True)["value"].mean()
        mean = float(mine.loc[mine["dimension"] == "all", "value"].mean())
        if not by_level.empty and mean > 0:
            levels = [f"{level}" for level in range(1, len(REAL_OVER_MEAN) + 1)]
            over: FloatArray = by_level.reindex(levels).to_numpy(dtype=float) / mean
            yield label(cell), *(number(one, 2) if np.isfinite(one) else ABSENT for one in over.tolist())
