"""Measure finished replications again, from the tables of their patients, levels and decisions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.build import build_scenario
from experiments.measures import measure_run
from experiments.record_measures import RECORD_MEASURES
from experiments.store import BATCHES, TABLES, Receipt, RunFolder, stem
from experiments.stored_cell import stored_replication
from experiments.verify.files import batch
from experiments.verify.mismatch import Mismatch, by_field, differing
from sim.run import Run
from sim.scenario import Scenario

KEYS = ("measure", "dimension", "level")
NEEDED = ("patients", "levels", "decisions", "transfers", "stock")
NO_REPEATS = ("time_min", "hospital", "test", "spared")
"""Repeated tests are not kept as a table; what counts them is found again only by a replay."""


@dataclass(frozen=True, slots=True)
class Remeasured:
    """Count the values that were measured again from tables, and list those that do not agree."""

    n_values: int
    n_stored: int
    mismatches: tuple[Mismatch, ...]


def remeasured(folder: RunFolder, receipts: Sequence[Receipt], plugins: Sequence[str] = ()) -> Remeasured:
    """Measure again every replication whose tables were kept, and compare with what its own file says.

    Raises:
        ScenarioError: when a stored configuration has no meaning any more.
    """
    mismatches: list[Mismatch] = []
    n_values = n_stored = 0
    scenarios: dict[str, Scenario | None] = {}
    for receipt in receipts:
        stored = batch(folder, receipt)
        n_stored += len(stored)
        if receipt.cell not in scenarios:
            scenarios[receipt.cell] = _scenario(folder, receipt, plugins, mismatches)
        scenario = scenarios[receipt.cell]
        if scenario is not None and kept_tables(folder.path, receipt) >= set(NEEDED):
            found = measured_again(scenario, stored_run(folder.path, receipt))
            n_values += len(found)
            mismatches += _differing(receipt, stored, found)
    return Remeasured(n_values, n_stored, tuple(mismatches))


def _scenario(
    folder: RunFolder, receipt: Receipt, plugins: Sequence[str], mismatches: list[Mismatch]
) -> Scenario | None:
    """Return the scenario of a cell; None, and a mismatch, when its configuration or its files are not as they were."""
    stored = stored_replication(folder.path, receipt.replication, receipt.cell, plugins)
    if stored.is_unchanged:
        return build_scenario(stored.cell.settings)
    cells = folder.manifest()["cells"]
    printed = next(str(one.get("configuration_hash")) for one in cells if one["name"] == receipt.cell)
    mismatches.append(Mismatch(f"configuration of {receipt.cell} and its files, hash", printed, stored.cell.hash))
    return None


def kept_tables(path: Path, receipt: Receipt) -> set[str]:
    """Return the names of the tables that were kept of a replication."""
    name = f"{stem(receipt.cell, receipt.replication)}.parquet"
    return {kind for kind in TABLES if (path / kind / name).is_file()}


def stored_run(path: Path, receipt: Receipt) -> Run:
    """Return what a replication left behind, from its tables; what was not kept is empty."""
    name = f"{stem(receipt.cell, receipt.replication)}.parquet"
    known = {one.name for one in fields(Run)} & kept_tables(path, receipt)
    tables: dict[str, Any] = {kind: pd.read_parquet(path / kind / name) for kind in sorted(known)}
    tables.setdefault("repeats", pd.DataFrame(columns=list(NO_REPEATS)))
    return Run(trace_hash=receipt.trace_hash, seconds_deciding=0.0, day_hashes=receipt.day_hashes, **tables)


def measured_again(scenario: Scenario, run: Run) -> pd.DataFrame:
    """Return the measures that follow from tables alone: columns measure, dimension, level, value."""
    made = measure_run(scenario, run)
    unknown = {measure.name for measure in RECORD_MEASURES}
    return made[~made["measure"].isin(unknown)]


def _differing(receipt: Receipt, stored: pd.DataFrame, found: pd.DataFrame) -> Iterator[Mismatch]:
    where = f"{BATCHES}/{stem(receipt.cell, receipt.replication)}.parquet"
    again = by_field(found, KEYS, where)
    kept = by_field(stored[[*KEYS, "value"]], KEYS, where)
    yield from differing({field: value for field, value in kept.items() if field in again}, again)
