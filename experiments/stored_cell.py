"""Find a replication in the manifest of a finished run, with the configuration that made it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from experiments.config import CellConfig
from experiments.fingerprint import configuration_hash
from experiments.schema import close_match, read, stop_at
from experiments.settings import Settings
from experiments.store import MANIFEST, RunFolder, stem
from sim.faults import Fault
from sim.streams import Replication


@dataclass(frozen=True, slots=True)
class StoredReplication:
    """Name one finished replication: its run's folder and manifest, its cell, and its number and seed.

    The hash of `cell` is made anew, from the stored configuration and from the input files as they are now.
    """

    folder: Path
    manifest: dict[str, Any]
    cell: CellConfig
    replication: Replication

    @property
    def is_unchanged(self) -> bool:
        """Say whether the configuration and the files it names are those that the run was made from."""
        described = next(one for one in self.manifest["cells"] if one["name"] == self.cell.name)
        return bool(described.get("configuration_hash") == self.cell.hash)

    def table(self, kind: str) -> Path:
        """Return where a table of the replication is, if it was kept."""
        return self.folder / kind / f"{stem(self.cell.name, self.replication.index)}.parquet"

    def kept(self, what: str) -> Any:
        """Return what the manifest keeps of the replication under `what`, None when it keeps nothing."""
        own = (self.manifest.get(what) or {}).get(self.cell.name) or []
        return own[self.replication.index] if self.replication.index < len(own) else None


def stored_replication(
    path: Path, index: int, cell: str | None = None, plugins: Sequence[str] = ()
) -> StoredReplication:
    """Return replication `index` of a run, from its folder or its manifest.

    `cell` may be left out where the run has only one; `plugins` are the files with policies that the run was given.

    Raises:
        ScenarioError: when there is no such run, cell or finished replication.
    """
    folder = path.parent if path.name == MANIFEST else path
    manifest = RunFolder(folder).manifest()
    described = _described(manifest, cell)
    faults: list[Fault] = []
    n = int(manifest.get("replications", 0))
    if not 0 <= index < n:
        faults.append(Fault("--replication", index, f"the run has {n}; give a number from 0 to {n - 1}"))
    elif (manifest.get("trace_hashes") or {}).get(described["name"], [None] * n)[index] is None:
        faults.append(Fault("--replication", index, "choose another: this one was not finished"))
    files = [str(Path(file).resolve()) for file in plugins]
    resolved = described["configuration"]
    settings = read(Settings, resolved, "", faults)
    stop_at(faults)
    settings = replace(settings, plugins=tuple(files))
    made = CellConfig(
        described["name"], described["factors"], settings, resolved, configuration_hash(resolved, files), resolved
    )
    return StoredReplication(folder, manifest, made, Replication(index, int(manifest["root_seed"])))


def _described(manifest: dict[str, Any], cell: str | None) -> dict[str, Any]:
    """Return what the manifest says of a cell."""
    cells = {str(one["name"]): one for one in manifest.get("cells", [])}
    if cell is None and len(cells) == 1:
        return dict(next(iter(cells.values())))
    if cell not in cells:
        stop_at([Fault("--cell", cell, f"name the cell; {close_match(cell or '', cells)}")])
    return dict(cells[str(cell)])
