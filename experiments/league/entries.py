"""Gather what several runs measured: one entry for each cell of each run."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.measures import MEASURES
from experiments.report.folder import StoredRun, read_folder
from experiments.report.words import label
from experiments.schema import close_match
from sim.faults import Fault, ScenarioError
from sim.units import FloatArray

SHOWN = (
    "boarding_hours_per_day",
    "wait_for_provider_min",
    "ed_los_min",
    "lwbs_share",
    "bed_occupancy",
    "sharing_cost_per_day",
    "boarding_gini",
)
MOST_ENTRIES = 60


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """Hold one cell of one run: its name, and the values of every measure of the whole city, by replication.

    `group` is equal for entries whose replications are the same patients: equal seed, city size and length are not
    asked for, equal seed and numbers are.
    """

    run: str
    name: str
    group: tuple[object, ...]
    values: pd.DataFrame

    def of(self, measure: str) -> FloatArray:
        """Return a measure by replication, shape (n,), NaN where it is not known."""
        column: FloatArray = self.values[measure].to_numpy(dtype=float)
        return column

    def knows(self, measure: str) -> bool:
        """Return whether every replication has the measure."""
        return measure in self.values and bool(np.isfinite(self.of(measure)).all())


def entries_of(paths: Sequence[Path]) -> tuple[list[StoredRun], list[Entry]]:
    """Read the runs and return them with all entries, in the order of runs and cells.

    Raises:
        ScenarioError: naming every folder that is not of a finished run, or when there are too few or many entries.
    """
    faults: list[Fault] = []
    runs: list[StoredRun] = []
    for path in paths:
        try:
            runs.append(read_folder(path))
        except ScenarioError as error:
            faults.extend(error.faults)
    if faults:
        raise ScenarioError(faults)
    names = run_names(paths)
    found = [entry for run, name in zip(runs, names, strict=True) for entry in _entries(run, name, len(runs) > 1)]
    if not 2 <= len(found) <= MOST_ENTRIES:
        mend = f"name runs with 2 to {MOST_ENTRIES} cells together; these have {len(found)}"
        raise ScenarioError([Fault("run", " ".join(map(str, paths)), mend)])
    return runs, found


def run_names(paths: Sequence[Path]) -> list[str]:
    """Return the names of folders, with that of the folder around where two are called the same."""
    names = [path.resolve().name for path in paths]
    often = Counter(names)
    both = [f"{path.resolve().parent.name}/{path.resolve().name}" for path in paths]
    return [name if often[name] == 1 else longer for name, longer in zip(names, both, strict=True)]


def _entries(run: StoredRun, name: str, several: bool) -> list[Entry]:
    city = run.measures[run.measures["dimension"] == "all"]
    found = []
    for cell in run.cells:
        wide = city[city["cell"] == cell.name].pivot(index="replication", columns="measure", values="value")
        if len(wide):
            group = (run.manifest.get("root_seed"), *wide.index.tolist())
            found.append(Entry(name, f"{name}: {label(cell)}" if several else label(cell), group, wide.sort_index()))
    return found


def chosen_measures(entries: Sequence[Entry], asked: str = "") -> list[str]:
    """Return the measures to show, the one that ranks first: what is asked for, or the first main one all have.

    Raises:
        ScenarioError: when the measure asked for is not one that all entries have and that has a better direction.
    """
    known = [name for name in MEASURES if all(entry.knows(name) for entry in entries)]
    ranking = [name for name in known if MEASURES[name].better]
    if not ranking or (asked and asked not in ranking):
        raise ScenarioError([Fault("--measure", asked, close_match(asked, ranking))])
    first = asked or next((name for name in SHOWN if name in ranking), ranking[0])
    return [first, *(name for name in SHOWN if name in known and name != first)]
