"""Keep a study in a folder: a few parquet files for each replication, each file complete or absent.

`batches/CELL-rNNN.parquet` holds the measures of one replication and is written last: once it is there, the
replication is done, and a study that is started again goes on with the others. Its receipt keeps the hash of every file
of the replication, so that what was damaged later is found and made again. Several processes may write at once: what
they write for one replication is the same, and each file is renamed into its place whole.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.columns import (
    PARTIAL,
    hash_of_file,
    hash_of_rows,
    is_left_over,
    read_notes,
    table_of,
    write_table,
    write_text,
)
from experiments.store_schema import KEY, MANIFESTS, RECEIPTS, SCHEMA, NewerSchemaError, migrated
from sim.faults import Fault, ScenarioError

MANIFEST = "manifest.json"
MEASURES = "measures.parquet"
COMPARISONS = "comparisons.csv"
ATTRIBUTION = "attribution.csv"
TIMINGS = "timings.parquet"
REPORT = "report.html"
BATCHES = "batches"
RECEIPT, MEASURED = "receipt", "measures"
EVENTS = "events"
ALERTS = "alerts"
SERIES = "series"
STOPPING = "stopping.json"
CELLS = "cells"
LAST_WORDS = "last_words"
TABLES = (
    "patients",
    "levels",
    "decisions",
    "transfers",
    "loans",
    "stock",
    "stock_moves",
    "openings",
    "equipment",
    "rosters",
    "lists",
    "ledger",
    "list_events",
    "lodgings",
)

MEASURE_COLUMNS = pa.schema(
    [
        ("cell", pa.string()),
        ("replication", pa.int64()),
        ("measure", pa.string()),
        ("dimension", pa.string()),
        ("level", pa.string()),
        ("value", pa.float64()),
    ]
)
TIMING_COLUMNS = pa.schema(
    [("cell", pa.string()), ("replication", pa.int64()), ("part", pa.string()), ("seconds", pa.float64())]
)


class FolderError(ScenarioError):
    """Say why a folder cannot take a study; raised before anything runs."""


class UnwrittenError(RuntimeError):
    """Say why results could not be written while a study ran; what was finished before is kept."""

    def __init__(self, reason: str) -> None:
        """Add the mend to the reason."""
        mend = "What was finished is kept: make room, then give the same command again."
        super().__init__(f"results could not be written: {reason}. {mend}")


@dataclass(frozen=True, slots=True)
class Receipt:
    """Record one finished replication beside its measures.

    `identity` names the configuration and the code that made it. `endings` counts the decisions by their ending;
    `timings` are seconds by part of the work, the only figures that differ between runs. `day_hashes` has one hash for
    each simulated day. `engine` is the one that moved the patients, and why. `hashes` are SHA-256: of the file of each
    table by its name, and of the rows of the measures.
    """

    cell: str
    replication: int
    identity: str
    trace_hash: str
    endings: dict[str, int]
    timings: dict[str, float]
    day_hashes: tuple[str, ...] = ()
    engine: str = ""
    hashes: dict[str, str] = field(default_factory=dict)


def stem(cell: str, replication: int) -> str:
    """Return the stem of the files of a replication, for example `balance-live-r007`."""
    return f"{cell}-r{replication:03d}"


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Read and write the files of one study in the folder `path`."""

    path: Path

    def claim(self, manifest: Mapping[str, object], documents: Mapping[str, object] | None = None) -> None:
        """Make the folder ready for the study of `manifest`, or find it ready; keep what it holds of this study.

        `documents` are written beside the manifest, as JSON, by their file names.

        Raises:
            FolderError: when it holds another study or other files, or cannot be written.
        """
        try:
            self._check_owner(str(manifest["configuration_hash"]))
            self.path.mkdir(parents=True, exist_ok=True)
            if not (self.path / MANIFEST).exists():
                self.write_manifest(manifest)
            (self.path / BATCHES).mkdir(exist_ok=True)
            for name, document in (documents or {}).items():
                self._write_json(name, document)
        except OSError as error:
            raise self._error(f"choose a folder that can be written ({error.strerror or error})") from error

    def write_manifest(self, manifest: Mapping[str, object]) -> None:
        """Write `manifest.json`, keys sorted, with the version of the schema."""
        self._write_json(MANIFEST, {**manifest, KEY: SCHEMA})

    def manifest(self) -> dict[str, Any]:
        """Return the manifest.

        Raises:
            FolderError: when there is none, or it cannot be read.
        """
        try:
            found = json.loads((self.path / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise self._error(f"name the folder of a run; its {MANIFEST} cannot be read ({error})") from error
        if not isinstance(found, dict):
            raise self._error(f"name the folder of a run; its {MANIFEST} is not that of a run")
        try:
            return migrated(found, MANIFESTS)
        except NewerSchemaError as error:
            raise self._error(f"choose another folder: {error}") from error

    def keep_tables(self, cell: str, replication: int, tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
        """Write the tables of one replication, by their names (`TABLES`, and `EVENTS` where asked for).

        Return the hash of each file.

        Raises:
            OSError: when a file cannot be written.
        """
        hashes = {}
        for name, frame in tables.items():
            (self.path / name).mkdir(exist_ok=True)
            path = self._table(name, cell, replication)
            write_table(table_of(frame), path)
            hashes[name] = hash_of_file(path)
        return hashes

    def mark_done(self, receipt: Receipt, measures: pd.DataFrame) -> Receipt:
        """Write the measures of one replication, with its receipt: from now on it is done. Return the receipt.

        `measures` has the columns measure, dimension, level, value.

        Raises:
            OSError: when the file cannot be written; the replication then does not count as done.
        """
        rows = table_of(measures.assign(cell=receipt.cell, replication=receipt.replication), MEASURE_COLUMNS)
        receipt = replace(receipt, hashes={**receipt.hashes, MEASURED: hash_of_rows(rows.to_pandas())})
        notes = {RECEIPT: json.dumps({**asdict(receipt), KEY: SCHEMA}, sort_keys=True)}
        write_table(rows, self._batch(receipt.cell, receipt.replication), notes)
        return receipt

    def is_intact(self, receipt: Receipt) -> bool:
        """Say whether every file of a finished replication is as it was written."""
        cell, index, hashes = receipt.cell, receipt.replication, dict(receipt.hashes)
        measured = hashes.pop(MEASURED, "")
        try:
            rows = pq.read_table(self._batch(cell, index)).cast(MEASURE_COLUMNS).to_pandas()
        except (OSError, pa.ArrowInvalid, ValueError):
            return False
        if measured and hash_of_rows(rows) != measured:
            return False
        return all(hash_of_file(self._table(name, cell, index)) == wanted for name, wanted in hashes.items())

    def forget(self, cell: str, replication: int) -> None:
        """Let a replication count as not done."""
        self._batch(cell, replication).unlink(missing_ok=True)

    def receipt(self, cell: str, replication: int) -> Receipt | None:
        """Return the receipt of a finished replication, or None when it is not there or cannot be read."""
        notes = read_notes(self._batch(cell, replication))
        if not notes or RECEIPT not in notes:
            return None
        try:
            found = migrated(json.loads(notes[RECEIPT]), RECEIPTS)
            del found[KEY]
            return Receipt(**{**found, "day_hashes": tuple(found.get("day_hashes", ()))})
        except (ValueError, TypeError):  # of another version, or damaged
            return None

    def gather(self, receipts: Sequence[Receipt]) -> pd.DataFrame:
        """Write `measures.parquet` and `timings.parquet` of these replications, in this order; return the measures.

        Equal batches in equal order give equal bytes of the measures.
        """
        batches = [pq.read_table(self._batch(done.cell, done.replication)) for done in receipts]
        table = pa.concat_tables([MEASURE_COLUMNS.empty_table(), *(batch.cast(MEASURE_COLUMNS) for batch in batches)])
        write_table(table.combine_chunks(), self.path / MEASURES)
        seconds = [
            {"cell": done.cell, "replication": done.replication, "part": part, "seconds": spent}
            for done in receipts
            for part, spent in sorted(done.timings.items())
        ]
        write_table(pa.Table.from_pylist(seconds, TIMING_COLUMNS), self.path / TIMINGS)
        return self.measures()

    def write_comparisons(self, comparisons: pd.DataFrame) -> None:
        """Write `comparisons.csv`; what is not known stays empty."""
        write_text(comparisons.to_csv(index=False, lineterminator="\n"), self.path / COMPARISONS)

    def write_attribution(self, attribution: pd.DataFrame) -> None:
        """Write `attribution.csv`, unless there is nothing to attribute."""
        if not attribution.empty:
            write_text(attribution.to_csv(index=False, lineterminator="\n"), self.path / ATTRIBUTION)

    def measures(self) -> pd.DataFrame:
        """Return the table of `measures.parquet`: cell, replication, measure, dimension, level, value."""
        return pd.read_parquet(self.path / MEASURES)

    def sweep(self) -> None:
        """Delete what killed processes of this machine left half written; what others write now stays."""
        for left in self.path.glob(f"**/.*{PARTIAL}"):
            if is_left_over(left):
                left.unlink(missing_ok=True)

    def _write_json(self, name: str, document: object) -> None:
        text = json.dumps(_in_order(document), indent=2, ensure_ascii=False)
        write_text(text + "\n", self.path / name)

    def _table(self, name: str, cell: str, replication: int) -> Path:
        return self.path / name / f"{stem(cell, replication)}.parquet"

    def _batch(self, cell: str, replication: int) -> Path:
        return self.path / BATCHES / f"{stem(cell, replication)}.parquet"

    def _check_owner(self, configuration_hash: str) -> None:
        if (self.path / MANIFEST).exists():
            found = str(self.manifest().get("configuration_hash", ""))
            if found != configuration_hash:
                mend = "choose another folder: it holds the study of another configuration"
                raise self._error(f"{mend} ({found[:10]}, this one is {configuration_hash[:10]})")
        elif self.path.exists() and not self.path.is_dir():
            raise self._error("choose a folder; this is a file")
        elif self.path.is_dir() and any(not entry.name.endswith(PARTIAL) for entry in self.path.iterdir()):
            raise self._error("choose an empty or a new folder: it holds files that are not of a run")

    def _error(self, mend: str) -> FolderError:
        return FolderError([Fault("run.folder", str(self.path), mend)])


def _in_order(document: Any) -> Any:
    """Sort the keys of a document, but not those of its cells: the order of hospitals decides who goes where."""
    if not isinstance(document, dict):
        return document
    return {key: value if key == CELLS else _in_order(value) for key, value in sorted(document.items())}
