"""Read the stored tables of a run folder: nothing else ever reaches a report."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from experiments.store import COMPARISONS, MANIFEST, MEASURES, stem
from sim.faults import Fault, ScenarioError
from sim.units import MINUTES_PER_WEEK

NEEDED = (MANIFEST, MEASURES, COMPARISONS)
TEXT_COLUMNS = ("measure", "dimension", "level", "unit", "baseline", "treatment", "verdict")


@dataclass(frozen=True, slots=True)
class Cell:
    """Name one cell of the grid: its swept factors and its resolved configuration."""

    name: str
    factors: Mapping[str, str] = field(default_factory=dict)
    configuration: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class StoredRun:
    """Hold a run's manifest and small tables, and the way to its large ones.

    `measures` has the columns cell, replication, measure, dimension, level, value; `comparisons` one row for each
    measure, dimension, level and treatment.
    """

    path: Path
    manifest: Mapping[str, Any]
    measures: pd.DataFrame
    comparisons: pd.DataFrame

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Return the cells in the order of the manifest."""
        return cells_of(self.manifest)

    def cell(self, name: str) -> Cell:
        """Return a cell by its name, an empty one when the manifest does not list it."""
        return next((cell for cell in self.cells if cell.name == name), Cell(name))

    def names(self, kind: str) -> dict[str, str]:
        """Return the names of "hospitals" or "zones" by id, as far as they are known; equal names keep their id."""
        names = {str(key): str(name) for key, name in (self.manifest.get("names") or {}).get(kind, {}).items()}
        every = Counter(names.values())
        return {key: name if every[name] == 1 else f"{name} ({key})" for key, name in names.items()}

    def documents(self, name: str) -> list[dict[str, Any]]:
        """Return what a JSON file of the folder lists, nothing when there is no such file."""
        path = self.path / name
        found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
        return found

    @property
    def warm_up_min(self) -> float:
        """Return the minutes that come before everything counted."""
        runs = [cell.configuration.get("run") or {} for cell in self.cells]
        return float(runs[0].get("warm_up_weeks", 0)) * MINUTES_PER_WEEK if runs else 0.0

    def tables(self, kind: str, cell: str) -> list[str]:
        """Return the parquet files of one kind ("patients", "levels", ...) and cell, in replication order."""
        names = [f"{stem(cell, index)}.parquet" for index in range(int(self.manifest.get("replications", 0)))]
        done = [name for name in names if (self.path / "batches" / name).is_file()]
        return [str(self.path / kind / name) for name in done if (self.path / kind / name).is_file()]


def read_folder(path: Path) -> StoredRun:
    """Read a run folder.

    Raises:
        ScenarioError: naming every file that is missing.
    """
    missing = [name for name in NEEDED if not (path / name).is_file()]
    if missing:
        mend = "name the folder of a finished run, as `citycare run` prints it; it lacks " + ", ".join(missing)
        raise ScenarioError([Fault("folder", str(path), mend)])
    comparisons = pd.read_csv(path / COMPARISONS, dtype=dict.fromkeys(TEXT_COLUMNS, str), keep_default_na=False)
    numeric = [name for name in comparisons.columns if name not in TEXT_COLUMNS]
    comparisons[numeric] = comparisons[numeric].apply(pd.to_numeric, errors="coerce")
    manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    return StoredRun(path, manifest, pd.read_parquet(path / MEASURES), comparisons)


def cells_of(manifest: Mapping[str, Any]) -> tuple[Cell, ...]:
    """Return the cells a manifest lists, in its order."""
    return tuple(
        Cell(str(cell["name"]), cell.get("factors") or {}, cell.get("configuration") or {})
        for cell in manifest.get("cells", [])
    )


def query(sql: str, **parameters: Any) -> pd.DataFrame:
    """Return the answer of DuckDB, on one thread: sums must not depend on the order of threads."""
    with duckdb.connect(config={"threads": 1}) as connection:
        return connection.execute(sql, parameters).df()


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table as one dict for each row."""
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]
