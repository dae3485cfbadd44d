"""Say whether a replication happened again to the last bit, and if not, where the two part and what has changed."""

from collections.abc import Iterator

import pandas as pd

from experiments import manifest
from experiments.build import build
from experiments.replay.difference import first_day, first_event
from experiments.stored_cell import StoredReplication
from sim.run import Run, simulate


def rerun(stored: StoredReplication) -> Run:
    """Return the run of a stored replication's configuration and seed, made now."""
    settings = stored.cell.settings
    return simulate(*build(settings), stored.replication, settings.run.engine)


def is_same(stored: StoredReplication, run: Run) -> bool:
    """Say whether the trace and all its days have the hashes that the manifest keeps."""
    return bool(stored.kept("trace_hashes") == run.trace_hash) and not _day(stored, run)


def _day(stored: StoredReplication, run: Run) -> int | None:
    kept = stored.kept("day_hashes")
    return first_day(kept, run.day_hashes) if kept else None


def verdict(stored: StoredReplication, run: Run) -> Iterator[str]:
    """Yield lines that say whether the trace is identical, and else the first day and event that differ."""
    if is_same(stored, run):
        yield f"Identical: trace {run.trace_hash}, {len(run.day_hashes)} days, {len(run.patients)} patients"
        return
    day = _day(stored, run)
    yield f"Different: trace {run.trace_hash}, in the manifest {stored.kept('trace_hashes')}"
    if day is None:
        yield "No day differs in its marks: the hash in the manifest is not that of its days, or they were not kept"
        return
    yield f"First day that differs: day {day} of {len(run.day_hashes)}"
    if not stored.table("patients").is_file():
        yield "First event that differs: unknown, for the run kept no patients (store.keep=patients keeps them)"
        return
    event = first_event(pd.read_parquet(stored.table("patients")), run.patients)
    yield f"First event that differs: {event or 'none among the marks of patients; a transfer, or an altered manifest'}"


def changed(stored: StoredReplication) -> Iterator[str]:
    """Yield what is not as it was when the run was made: configuration and files, code, versions, machine."""
    if not stored.is_unchanged:
        yield "Not as it was: the configuration, or the files it names (its hash differs)"
    now = manifest.system()
    for name in (manifest.PROJECT, "code_hash", "python", "platform"):
        if stored.manifest.get(name) != now[name]:
            yield f"Not as it was: {name}, now {_short(now[name])}, then {_short(stored.manifest.get(name))}"
    then = stored.manifest.get("versions") or {}
    for package, version in manifest.versions().items():
        if then.get(package) != version:
            yield f"Not as it was: {package} {version}, then {_short(then.get(package))}"


def _short(found: object) -> str:
    return str(found or "unknown")[:12]
