"""Keep the finished rows of a table that is computed over days, so that only what is missing is computed."""

import csv
from collections.abc import Callable, Iterable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, TypeVar

RowT = TypeVar("RowT")


def read_rows(path: Path, kind: type[RowT]) -> list[RowT]:
    """Read the rows that are kept, of a dataclass whose fields are text and numbers; none if there is no file."""
    if not path.exists():
        return []
    types: dict[str, Any] = {field.name: field.type for field in fields(kind)}  # type: ignore[arg-type]
    with path.open(encoding="utf-8", newline="") as lines:
        return [kind(**{name: types[name](text) for name, text in row.items()}) for row in csv.DictReader(lines)]


def write_rows(path: Path, kind: type[RowT], rows: Iterable[RowT], order: Callable[[RowT], Any]) -> None:
    """Write all rows anew, in this order."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        table = csv.DictWriter(lines, [field.name for field in fields(kind)], lineterminator="\n")  # type: ignore[arg-type]
        table.writeheader()
        table.writerows(asdict(row) for row in sorted(rows, key=order))  # type: ignore[call-overload]
