"""Write tables as parquet files that are complete or absent, and read them again.

Moments and values (floats) are split by byte and compressed with zstd; everything else is dictionary encoded.
"""

import os
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from hashlib import file_digest, sha256
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

PARTIAL = ".partial"
"""Ending of a file that is being written; whoever finds one may delete it."""


def table_of(frame: pd.DataFrame, schema: pa.Schema | None = None) -> pa.Table:
    """Return the columns of `frame` without its index and without pandas' own notes, cast to `schema` if given."""
    return pa.Table.from_pandas(frame, schema=schema, preserve_index=False).replace_schema_metadata(None)


def write_table(table: pa.Table, path: Path, notes: Mapping[str, str] | None = None) -> None:
    """Write a parquet file whole, with `notes` in its metadata; equal tables and notes give equal bytes."""
    floats = [field.name for field in table.schema if pa.types.is_floating(field.type)]
    others = [name for name in table.column_names if name not in floats]
    noted = table.replace_schema_metadata(dict(notes) if notes else None)

    def write(partial: Path) -> None:
        pq.write_table(noted, partial, compression="zstd", use_byte_stream_split=floats, use_dictionary=others)

    write_whole(path, write)


def write_text(text: str, path: Path) -> None:
    """Write a text file whole, in UTF-8."""
    write_whole(path, lambda partial: partial.write_text(text, encoding="utf-8", newline="\n"))


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a file beside `path`, then rename it, so that `path` is never half written.

    Raises:
        OSError: when the folder takes no file, for example because the disk is full; nothing is left behind.
    """
    partial = path.with_name(f".{path.name}.{_writer()}{PARTIAL}")
    try:
        write(partial)
        os.replace(partial, path)
    except BaseException:
        with suppress(OSError):
            partial.unlink()
        raise


def _writer() -> str:
    """Name this process among all that may write to the same folder, also from other machines."""
    return f"{socket.gethostname().replace('.', '_')}.{os.getpid()}"


def is_left_over(partial: Path) -> bool:
    """Say whether who began this file is gone for sure: a process of this machine that has ended."""
    *_, host, process, _ = ["", "", *partial.name.split(".")]
    if f"{host}.{os.getpid()}" != _writer() or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def hash_of_file(path: Path) -> str:
    """Return the SHA-256 of a file, "" when it cannot be read."""
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def hash_of_rows(frame: pd.DataFrame) -> str:
    """Return the SHA-256 of the rows of a table, written as text that gives every number back."""
    return sha256(frame.to_csv(index=False, lineterminator="\n").encode()).hexdigest()


def read_notes(path: Path) -> dict[str, str] | None:
    """Return the notes of a parquet file, or None when there is no such file or it cannot be read."""
    try:
        found = pq.read_metadata(path).metadata or {}
    except (OSError, pa.ArrowInvalid):
        return None
    return {key.decode(): value.decode() for key, value in found.items()}
