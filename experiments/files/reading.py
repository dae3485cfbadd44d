"""Read a comma-separated file from a stranger into a sheet: bytes, then text, then records, then columns."""

import csv
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from experiments.files.sheet import Sheet, short
from sim.faults import Fault

LARGEST_FILE = 200_000_000


class UnreadableError(Exception):
    """Carry the one fault that keeps a file from being read at all."""

    def __init__(self, fault: Fault) -> None:
        """Keep the fault."""
        self.fault = fault
        super().__init__(str(fault))


def read_sheet(path: Path, required: Iterable[str], rename: Mapping[str, str] | None = None) -> Sheet:
    """Read a file (UTF-8, with or without a byte order mark; `.gz` is unpacked) with these required columns.

    Column names are taken in lower case with underscores, then renamed. What is wrong is in the sheet's faults.
    """
    sheet = Sheet(path.name)
    try:
        raw = _bytes_of(path)
        sheet.sha256 = sha256(raw).hexdigest()
        records = _records(path.name, _text_of(path.name, raw))
        _fill(sheet, records, rename or {})
        _require(sheet, required)
    except UnreadableError as stop:
        sheet.faults.append(stop.fault)
    sheet.is_whole = not sheet.faults
    return sheet


def _bytes_of(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise UnreadableError(Fault(path.name, "no such file", f"put a file {path.name} into the folder"))
        if path.stat().st_size > LARGEST_FILE:
            raise UnreadableError(Fault(path.name, path.stat().st_size, f"give at most {LARGEST_FILE} bytes"))
        return _unpacked(path) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableError(Fault(path.name, reason, "make the file readable")) from error


def _unpacked(path: Path) -> bytes:
    with gzip.open(path) as stream:
        raw = stream.read(LARGEST_FILE + 1)
    if len(raw) > LARGEST_FILE:
        raise UnreadableError(Fault(path.name, "too large", f"give at most {LARGEST_FILE} bytes when unpacked"))
    return raw


def _text_of(file: str, raw: bytes) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        found = repr(raw[error.start : error.start + 1])
        raise UnreadableError(Fault(f"{file} line {line}", found, "save the file in the encoding UTF-8")) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise UnreadableError(Fault(f"{file} line {line}", "\0", "save the file as text, without zero bytes"))
    return text


def _records(file: str, text: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        records = list(reader)
    except csv.Error as error:
        mend = "close every quotation mark and double those inside"
        raise UnreadableError(Fault(f"{file} line {reader.line_num}", str(error), mend)) from error
    if all(map(_is_blank, records)):
        raise UnreadableError(Fault(file, "empty", "write a header row and at least one row below it"))
    return records


def _is_blank(record: Sequence[str]) -> bool:
    return not "".join(record).strip()


def _fill(sheet: Sheet, records: list[list[str]], rename: Mapping[str, str]) -> None:
    """Turn records into columns, leaving out blank rows and blaming rows of another length than the header."""
    names = _header(sheet.file, records[0], rename)
    n, kept = len(names), []
    for row, record in enumerate(records[1:], start=2):
        if _is_blank(record):
            continue
        if len(record) == n or (len(record) > n and _is_blank(record[n:])):
            kept.append(record)
            sheet.rows.append(row)
        else:
            mend = f"give {n} cells, as the header has"
            sheet.faults.append(Fault(f"{sheet.file} row {row}", f"{len(record)} cells", mend))
    if not kept and not sheet.faults:
        raise UnreadableError(Fault(sheet.file, "no rows", "write at least one row below the header"))
    cells = zip(*kept, strict=False) if kept else ((),) * n  # not strict: empty cells may follow the last column
    sheet.columns = {name: list(map(str.strip, column)) for name, column in zip(names, cells, strict=False)}


def _header(file: str, record: Sequence[str], rename: Mapping[str, str]) -> list[str]:
    """Return the names of the columns: lower case, underscores for spaces, renamed; without empty ones at the end."""
    header = [name.strip() for name in record]
    while header and not header[-1]:
        header.pop()
    plain = ["_".join(name.lower().split()) for name in header]
    names = [rename.get(name, name) for name in plain]
    _check_header(file, header, names)
    return names


def _check_header(file: str, header: Sequence[str], names: Sequence[str]) -> None:
    if not header:
        raise UnreadableError(Fault(f"{file} row 1", "blank", "write the names of the columns in row 1"))
    for sign, spoken in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and sign in header[0]:
            mend = f"separate the columns by commas, not {spoken}"
            raise UnreadableError(Fault(f"{file} row 1", short(header[0]), mend))
    for name, count in Counter(names).items():
        if count > 1:
            raise UnreadableError(Fault(f"{file} row 1", short(name), "name every column once"))


def _require(sheet: Sheet, required: Iterable[str]) -> None:
    found = short(", ".join(sheet.columns), 120)
    for name in required:
        if name not in sheet.columns:
            sheet.faults.append(Fault(f"{sheet.file} row 1", found, f"add the column {name}"))
