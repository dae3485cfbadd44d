"""List the runs below a folder, and show one of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from experiments.manifest import identity
from experiments.progress import counted
from experiments.store import MANIFEST, MEASURES, RunFolder
from experiments.summary import aligned
from sim.faults import ScenarioError

BYTES_PER_MIB = 2**20


@dataclass(frozen=True)
class KeptRun:
    """Hold what the manifest and the batches of a folder say."""

    path: Path
    manifest: dict[str, Any]

    @property
    def cells(self) -> dict[str, dict[str, Any]]:
        """Return what the manifest says of each cell, by its name."""
        return {str(cell["name"]): cell for cell in self.manifest.get("cells", [])}

    @cached_property
    def n_wanted(self) -> int:
        """Return how many replications the study asks for."""
        return len(self.cells) * int(self.manifest.get("replications", 0))

    @cached_property
    def n_done(self) -> int:
        """Return how many of them are finished, by whatever code."""
        folder, n = RunFolder(self.path), int(self.manifest.get("replications", 0))
        return sum(folder.receipt(cell, index) is not None for cell in self.cells for index in range(n))

    @property
    def state(self) -> str:
        """Return "whole", "begun" (some replications are missing) or "failed" (some could not be finished)."""
        if self.manifest.get("failures"):
            return "failed"
        return "whole" if self.n_done == self.n_wanted and (self.path / MEASURES).is_file() else "begun"

    @property
    def is_of_this_code(self) -> bool:
        """Say whether the code that is installed now made it."""
        return all(
            identity(str(cell.get("configuration_hash"))) == identity_of(self.manifest, cell)
            for cell in self.cells.values()
        )

    @property
    def n_bytes(self) -> int:
        """Return the size of all files."""
        return sum(file.stat().st_size for file in self.path.rglob("*") if file.is_file())


def identity_of(manifest: dict[str, Any], cell: dict[str, Any]) -> str:
    """Return the identity of a cell in a run: its configuration and the code that the manifest names."""
    return identity(str(cell.get("configuration_hash")), str(manifest.get("code_hash")))


def kept_run(path: Path) -> KeptRun:
    """Read the folder of a run, or its manifest.

    Raises:
        FolderError: when it is none.
    """
    folder = path.parent if path.name == MANIFEST else path
    return KeptRun(folder, RunFolder(folder).manifest())


def kept_runs(root: Path) -> Iterator[KeptRun]:
    """Yield the runs in a folder and directly below it, by name; folders that hold no run are passed over."""
    for manifest in sorted({*root.glob(MANIFEST), *root.glob(f"*/{MANIFEST}")}):
        try:
            yield kept_run(manifest)
        except ScenarioError:
            continue


def listed(root: Path) -> str:
    """Return a table of the runs below a folder."""
    rows = [
        [str(run.path), f"{run.n_done}/{run.n_wanted}", run.state, f"{run.n_bytes / BYTES_PER_MIB:.1f}", *_asked(run)]
        for run in kept_runs(root)
    ]
    if not rows:
        return f"No runs in {root}."
    return aligned([["run", "replications", "state", "MiB", "cells", "code"], *rows])


def _asked(run: KeptRun) -> list[str]:
    return [str(len(run.cells)), "this" if run.is_of_this_code else "other"]


def shown(run: KeptRun) -> str:
    """Return in words what a run asks, what it consists of, how it ended and how it can be had again."""
    said = run.manifest
    n = int(said.get("replications", 0))
    lines = [
        f"Question:      {said.get('question') or 'none given'}",
        f"State:         {run.state}, {run.n_done} of {counted(run.n_wanted, 'replication')}",
        f"Configuration: {str(said.get('configuration_hash', ''))[:16]}, root seed {said.get('root_seed')}",
        f"Code:          citycare {said.get('citycare')}, {str(said.get('code_hash', ''))[:16]}",
        f"Again:         {said.get('command') or 'unknown command'}",
        "",
        aligned([["cell", "scenario", "done", "trace of the first", "engine"], *_cells(run, n)]),
    ]
    lines += [f"FAILED {one['cell']} r{one['replication']:03d}: {one['error']}" for one in said.get("failures", [])]
    return "\n".join(lines)


def _cells(run: KeptRun, n: int) -> Iterator[list[str]]:
    folder = RunFolder(run.path)
    for name, cell in run.cells.items():
        receipts = [folder.receipt(name, index) for index in range(n)]
        done = [one for one in receipts if one]
        first = done[0] if done else None
        engine = first.engine.partition(":")[0] if first else "-"
        yield [name, str(cell.get("scenario")), f"{len(done)}/{n}", first.trace_hash[:12] if first else "-", engine]
