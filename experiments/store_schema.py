"""Version the shape of what a run folder holds, and bring older folders up to date when they are read.

1: receipts without hashes of files. 2: receipts with the hash of every file, manifests with the version of the schema.
"""

from collections.abc import Callable
from typing import Any

SCHEMA = 2
KEY = "schema"

Found = dict[str, Any]


class NewerSchemaError(ValueError):
    """Say that a folder was written by a later version of CityCare."""

    def __init__(self, version: int) -> None:
        """Name both versions."""
        super().__init__(f"it has schema {version}, this version of CityCare reads up to {SCHEMA}; update CityCare")


def _receipt_2(found: Found) -> Found:
    """Know of no hashes: an old receipt did not keep them, and a study of this code makes the replication again."""
    return {**found, "hashes": {}}


def _manifest_2(found: Found) -> Found:
    """Name what every manifest has by now; the question was always there, the measure that answers it was not."""
    return {"measure": "", "names": {}, "data_hashes": {}, **found}


RECEIPTS: dict[int, Callable[[Found], Found]] = {2: _receipt_2}
MANIFESTS: dict[int, Callable[[Found], Found]] = {2: _manifest_2}
"""How to get to each version from the one before."""


def migrated(found: Found, steps: dict[int, Callable[[Found], Found]]) -> Found:
    """Return a receipt or a manifest in the shape of this version; what is there already stays as it is.

    Raises:
        NewerSchemaError: when it was written by a later version.
    """
    version = int(found.get(KEY, 1))
    if version > SCHEMA:
        raise NewerSchemaError(version)
    for wanted in range(version + 1, SCHEMA + 1):
        found = {**steps[wanted](found), KEY: wanted}
    return found
