"""Write into a run's folder when it was verified, and what was found; a report repeats it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from experiments.columns import write_text

VERIFIED = "verified.json"


@dataclass(frozen=True, slots=True)
class Record:
    """Say when a run was verified (ISO 8601, UTC), by which version, how much was compared and what did not agree.

    `n_measured` of `n_measures` values were measured again from tables, the others only in `n_replayed` replays.
    """

    verified: str
    version: str
    n_measured: int
    n_measures: int
    n_compared: int
    n_replayed: int
    n_mismatches: int


def write_record(record: Record, folder: Path) -> None:
    """Write the record into the folder of its run."""
    write_text(json.dumps(asdict(record), indent=2, sort_keys=True) + "\n", folder / VERIFIED)


def read_record(folder: Path) -> Record | None:
    """Return the record of a folder; None when it was never verified, or the record is not one of this version."""
    try:
        return Record(**json.loads((folder / VERIFIED).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
