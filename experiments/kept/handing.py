"""Pack a run into one file for somebody else: the small tables for a spreadsheet, or all that is needed to check it."""

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from experiments.columns import write_whole
from experiments.kept.listing import KeptRun
from experiments.kept.small_groups import shared_measures
from experiments.store import BATCHES
from sim.faults import Fault, ScenarioError

FIRST_DATE = (1980, 1, 1, 0, 0, 0)
ENDINGS = (".zip", ".csv", ".parquet")


def handed(run: KeptRun, out: Path, with_tables: bool = False) -> Path:
    """Write the run to `out`: measures as .csv or .parquet, or the folder as .zip; return where.

    The archive holds no row of a patient unless `with_tables`; equal folders give equal bytes. A table of measures
    tells nothing of groups of one to three patients (`shared_measures`); the archive is the run as it is, so that it
    can be checked.

    Raises:
        ScenarioError: when the ending of `out` is unknown.
        OSError: when it cannot be written.
    """
    if out.suffix not in ENDINGS:
        raise ScenarioError([Fault("--out", str(out), f"let it end in {', '.join(ENDINGS)}")])
    if out.suffix == ".zip":
        write_whole(out, lambda partial: _pack(run, partial, with_tables))
    elif out.suffix == ".csv":
        write_whole(out, lambda partial: shared_measures(run).to_csv(partial, index=False))
    else:
        write_whole(out, lambda partial: shared_measures(run).to_parquet(partial, index=False))
    return out


def _pack(run: KeptRun, out: Path, with_tables: bool) -> None:
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for file in sorted(run.path.rglob("*")):
            name = file.relative_to(run.path)
            small = len(name.parts) == 1 or name.parts[0] == BATCHES
            if file.is_file() and not file.name.startswith(".") and (small or with_tables):
                entry = ZipInfo(name.as_posix(), FIRST_DATE)
                entry.compress_type = ZIP_DEFLATED
                archive.writestr(entry, file.read_bytes())
