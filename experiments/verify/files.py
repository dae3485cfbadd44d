"""Check the files of a run against the hashes in its receipts, and its measures against those of each replication."""

from collections.abc import Iterator, Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet

from experiments.columns import hash_of_file, hash_of_rows
from experiments.store import BATCHES, MEASURE_COLUMNS, MEASURED, MEASURES, Receipt, RunFolder, stem
from experiments.verify.mismatch import ABSENT, Mismatch, by_field, differing

KEYS = ("cell", "replication", "measure", "dimension", "level")
UNREADABLE = "a file that cannot be read"


def receipts_of(folder: RunFolder) -> list[Receipt]:
    """Return the receipts of all replications that the manifest counts as finished, cell by cell."""
    kept = folder.manifest().get("trace_hashes") or {}
    keys = [(cell, index) for cell, hashes in kept.items() for index, one in enumerate(hashes) if one]
    order = [str(cell["name"]) for cell in folder.manifest().get("cells", [])]
    keys.sort(key=lambda key: (order.index(key[0]) if key[0] in order else len(order), key[1]))
    found = [folder.receipt(cell, index) for cell, index in keys]
    return [receipt for receipt in found if receipt is not None]


def altered_files(folder: RunFolder, receipts: Sequence[Receipt]) -> Iterator[Mismatch]:
    """Yield every file of a replication that is not as it was written, and every trace that the manifest has wrong."""
    traces = folder.manifest().get("trace_hashes") or {}
    for receipt in receipts:
        name = stem(receipt.cell, receipt.replication)
        for kind, wanted in receipt.hashes.items():
            found = _hash(folder, receipt, kind)
            if found != wanted:
                yield Mismatch(f"{BATCHES if kind == MEASURED else kind}/{name}.parquet, SHA-256", wanted, found)
        kept = traces[receipt.cell][receipt.replication]
        if kept != receipt.trace_hash:
            yield Mismatch(f"manifest.json, trace of {receipt.cell} {receipt.replication}", kept, receipt.trace_hash)


def missing_receipts(folder: RunFolder, receipts: Sequence[Receipt]) -> Iterator[Mismatch]:
    """Yield every replication that the manifest calls finished and that has no receipt."""
    there = {(receipt.cell, receipt.replication) for receipt in receipts}
    for cell, hashes in (folder.manifest().get("trace_hashes") or {}).items():
        for index, trace in enumerate(hashes):
            if trace and (cell, index) not in there:
                yield Mismatch(f"{BATCHES}/{stem(cell, index)}.parquet", f"finished, trace {trace}", ABSENT)


def _hash(folder: RunFolder, receipt: Receipt, kind: str) -> str:
    """Return the hash of a file of a replication as it is now."""
    name = f"{stem(receipt.cell, receipt.replication)}.parquet"
    path = folder.path / (BATCHES if kind == MEASURED else kind) / name
    try:
        return hash_of_rows(batch(folder, receipt)) if kind == MEASURED else hash_of_file(path)
    except (OSError, ValueError, pa.ArrowInvalid):
        return UNREADABLE if path.is_file() else ABSENT


def batch(folder: RunFolder, receipt: Receipt) -> pd.DataFrame:
    """Return the measures of one replication as they were written."""
    path = folder.path / BATCHES / f"{stem(receipt.cell, receipt.replication)}.parquet"
    table: pd.DataFrame = parquet.read_table(path).cast(MEASURE_COLUMNS).to_pandas()
    return table


def gathered(folder: RunFolder, receipts: Sequence[Receipt]) -> pd.DataFrame:
    """Return the measures of all replications, from their own files, in the order of the study."""
    tables = [batch(folder, receipt) for receipt in receipts]
    return pd.concat(tables, ignore_index=True) if tables else MEASURE_COLUMNS.empty_table().to_pandas()


def altered_measures(folder: RunFolder, measures: pd.DataFrame) -> Iterator[Mismatch]:
    """Yield every value of `measures.parquet` that is not that of its replication."""
    yield from differing(by_field(folder.measures(), KEYS, MEASURES), by_field(measures, KEYS, MEASURES))
