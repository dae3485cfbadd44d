"""Keep every change as a row that is never altered: who did what, when, why, and what was before and after."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass

START = "0" * 64
"""What stands for the hash before the first row."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Say what changed: at which minute, by whom, which thing (as "booking/7"), why, from what into what.

    `before` and `after` are texts that `written` makes of the thing's fields; empty when there was, or is, none.
    """

    time_min: float
    actor: str
    action: str
    subject: str
    reason: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one entry in its place: rows count from 1, and the hash covers the entry and the hash before it."""

    number: int
    entry: Entry
    previous: str
    hash: str


def next_row(number: int, previous: str, entry: Entry) -> Row:
    """Return the row that comes after the hash `previous` as the given number."""
    return Row(number, entry, previous, _hash(number, entry, previous))


class Ledger:
    """Append rows, each chained to the row before, so that a row that was altered, moved or cut out shows.

    Rows cut off at the end leave no trace within: keep `head` elsewhere to see that too.
    """

    __slots__ = ("rows",)

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        """Go on from rows that were written before."""
        self.rows = list(rows)

    @property
    def head(self) -> str:
        """Return the hash of the last row, which stands for the whole ledger."""
        return self.rows[-1].hash if self.rows else START

    def append(self, entry: Entry) -> Row:
        """Add an entry at the end and return its row."""
        row = next_row(len(self.rows) + 1, self.head, entry)
        self.rows.append(row)
        return row


def first_broken(rows: Iterable[Row]) -> int | None:
    """Return the place, from 1, of the first row that is not what was written there; None when all are."""
    previous = START
    for number, row in enumerate(rows, start=1):
        if row != next_row(number, previous, row.entry):
            return number
        previous = row.hash
    return None


def written(fields: Mapping[str, object]) -> str:
    """Return numbers, texts, lists and tables as one JSON text; equal fields give equal texts.

    Raises:
        ValueError: for a number that is not finite.
    """
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _hash(number: int, entry: Entry, previous: str) -> str:
    text = json.dumps([number, *astuple(entry), previous], ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
