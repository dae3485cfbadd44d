"""Find what is no longer wanted in kept runs, and delete it when told to."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from experiments.columns import PARTIAL, is_left_over
from experiments.kept.listing import KeptRun, identity_of, kept_runs
from experiments.progress import counted
from experiments.store import BATCHES, LAST_WORDS, MANIFEST, Receipt, RunFolder, stem


@dataclass(frozen=True, slots=True)
class Waste:
    """Name a file that nothing refers to, and why."""

    path: Path
    reason: str
    n_bytes: int


def waste(root: Path) -> Iterator[Waste]:
    """Yield the files below a folder that no run needs.

    They are: what killed processes left half written; replications that belong to no cell of their study, or were
    made by other code than the manifest names, with their tables; and tables of replications that were not finished.
    """
    for run in kept_runs(root):
        for path in sorted(run.path.glob(f"**/.*{PARTIAL}")):
            if is_left_over(path):
                yield _waste(path, "half written by a process that has ended")
        yield from _strays(run)


def _strays(run: KeptRun) -> Iterator[Waste]:
    valid = dict(_valid(run))
    kinds = [path for path in sorted(run.path.iterdir()) if path.is_dir() and not (path / MANIFEST).exists()]
    for kind in kinds:
        for path in sorted(kind.glob("*.parquet")):
            receipt = valid.get(path.stem)
            if receipt is None:
                yield _waste(path, "of no finished replication of the study")
            elif kind.name not in (BATCHES, LAST_WORDS) and receipt.hashes and kind.name not in receipt.hashes:
                yield _waste(path, "a table that the replication does not keep any more")


def _valid(run: KeptRun) -> Iterator[tuple[str, Receipt]]:
    """Yield the stems of finished replications that their study still asks for, as many of them as there are."""
    folder = RunFolder(run.path)
    for name, cell in run.cells.items():
        wanted = identity_of(run.manifest, cell)
        for path in (run.path / BATCHES).glob(f"{name}-r*.parquet"):
            number = path.stem.removeprefix(f"{name}-r")
            receipt = folder.receipt(name, int(number)) if number.isdigit() else None
            if receipt and receipt.identity == wanted:
                yield stem(name, int(number)), receipt


def _waste(path: Path, reason: str) -> Waste:
    return Waste(path, reason, path.stat().st_size)


def cleared(root: Path, delete: bool) -> str:
    """Return in words what is, or would be, deleted; delete it if told to.

    Raises:
        OSError: when a file cannot be deleted.
    """
    found = list(waste(root))
    for one in found if delete else ():
        one.path.unlink(missing_ok=True)
    lines = [f"{one.path}: {one.reason}" for one in found]
    size = f"{counted(len(found), 'file')}, {sum(one.n_bytes for one in found) / 2**20:.1f} MiB"
    last = f"Deleted {size}." if delete else f"{size} could be deleted; --yes deletes them."
    return "\n".join([*lines, last if found else f"Nothing to clear away in {root}."])
