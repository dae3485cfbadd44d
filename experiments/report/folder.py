"""Read the stored tables of a run folder: nothing else ever reaches a report."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

import duckdb
import pandas as pd

from experiments.comparisons import COLUMNS
from experiments.start_date import hour_at_start
from experiments.store import ATTRIBUTION, COMPARISONS, MANIFEST, MEASURE_COLUMNS, MEASURES, stem
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
    measure, dimension, level and treatment; `attribution` what each switch brings, empty where that was not asked.
    """

    path: Path
    manifest: Mapping[str, Any]
    measures: pd.DataFrame
    comparisons: pd.DataFrame
    attribution: pd.DataFrame = field(default_factory=pd.DataFrame)

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

    @property
    def first_hour(self) -> int:
        """Return the hour of the week at which the run starts, 0 for Monday midnight."""
        runs = [cell.configuration.get("run") or {} for cell in self.cells]
        date = runs[0].get("start_date") if runs else None
        return hour_at_start(str(date)) if date else 0

    def tables(self, kind: str, cell: str) -> list[str]:
        """Return the parquet files of one kind ("patients", "levels", ...) and cell, in replication order."""
        names = [f"{stem(cell, index)}.parquet" for index in range(int(self.manifest.get("replications", 0)))]
        done = [name for name in names if (self.path / "batches" / name).is_file()]
        return [str(self.path / kind / name) for name in done if (self.path / kind / name).is_file()]


def read_folder(path: Path) -> StoredRun:
    """Read a run folder.

    Raises:
        ScenarioError: naming every file that is missing, or cannot be read.
    """
    missing = [name for name in NEEDED if not (path / name).is_file()]
    if missing:
        mend = "name the folder of a finished run, as `citycare run` prints it; it lacks " + ", ".join(missing)
        raise ScenarioError([Fault("folder", str(path), mend)])
    faults: list[Fault] = []
    read = {name: _read(path / name, reader, faults) for name, reader in READERS.items()}
    if faults:
        raise ScenarioError(faults)
    attributed = pd.read_csv(path / ATTRIBUTION) if (path / ATTRIBUTION).is_file() else pd.DataFrame()
    return StoredRun(path, read[MANIFEST], read[MEASURES], read[COMPARISONS], attributed)


def _read(path: Path, reader: Callable[[Path], Any], faults: list[Fault]) -> Any:
    """Return what a file holds; append a fault when it is not the file of a run."""
    try:
        return reader(path)
    except (OSError, ValueError, KeyError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        mend = f"name the folder of a finished run; in this one the file cannot be read ({reason})"
        faults.append(Fault("folder", str(path), mend))
        return None


def _read_manifest(path: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(manifest, dict):
        raise ValueError("it is not a table of keys and values")
    return manifest


def _read_measures(path: Path) -> pd.DataFrame:
    return pd.read_parquet(path, columns=MEASURE_COLUMNS.names)


def read_comparisons(path: Path | TextIO) -> pd.DataFrame:
    """Return the comparisons of a CSV file; a gap is NaN among numbers, and "" among words."""
    table = pd.read_csv(path, dtype=dict.fromkeys(TEXT_COLUMNS, str), keep_default_na=False, usecols=COLUMNS)
    numeric = [name for name in table.columns if name not in TEXT_COLUMNS]
    table[numeric] = table[numeric].apply(pd.to_numeric, errors="coerce")
    return table


READERS = {MANIFEST: _read_manifest, MEASURES: _read_measures, COMPARISONS: read_comparisons}


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
