"""Run sampled replications again, alone, and compare their traces and every one of their measures."""

from collections.abc import Iterator, Sequence

import numpy as np

from experiments.replication import Outcome, run_cell
from experiments.store import BATCHES, Receipt, RunFolder, stem
from experiments.stored_cell import stored_replication
from experiments.verify.files import batch
from experiments.verify.mismatch import Mismatch, by_field, differing

KEYS = ("measure", "dimension", "level")


def sampled(receipts: Sequence[Receipt], n: int) -> list[Receipt]:
    """Return `n` replications spread evenly over all, or all when there are no more; the same ones each time."""
    n = min(n, len(receipts))
    return [receipts[place] for place in np.linspace(0, len(receipts) - 1, n).round().astype(int)] if n else []


def replayed(folder: RunFolder, receipts: Sequence[Receipt], plugins: Sequence[str] = ()) -> Iterator[Mismatch]:
    """Yield what is not the same when these replications are run again.

    Raises:
        ScenarioError: when a stored configuration has no meaning any more.
    """
    for receipt in receipts:
        stored = stored_replication(folder.path, receipt.replication, receipt.cell, plugins)
        yield from _compared(folder, receipt, run_cell(stored.cell, stored.replication))


def _compared(folder: RunFolder, receipt: Receipt, now: Outcome) -> Iterator[Mismatch]:
    name = f"replay of {stem(receipt.cell, receipt.replication)}"
    before = {f"{name}, trace": receipt.trace_hash} | _days(name, receipt.day_hashes)
    yield from differing(before, {f"{name}, trace": now.trace_hash} | _days(name, now.day_hashes))
    where = f"{name}, {BATCHES}"
    kept = by_field(batch(folder, receipt)[[*KEYS, "value"]], KEYS, where)
    yield from differing(kept, by_field(now.measures[[*KEYS, "value"]], KEYS, where))


def _days(name: str, hashes: Sequence[str]) -> dict[str, str]:
    return {f"{name}, day {day}": found for day, found in enumerate(hashes, start=1)}
