"""Name what does not agree: where it is printed, what is printed there, and what was found."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import isclose
from typing import Any

import pandas as pd

RELATIVE = 1e-9
"""Sums may differ in their last digits between processors; what differs by more was altered."""
ABSENT = "nothing"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """State one number that does not agree: its field, the value printed or stored, and the value found."""

    field: str
    printed: str
    found: str

    def __str__(self) -> str:
        """Return the mismatch as one line."""
        return f"{self.field}: printed {self.printed}, found {self.found}"


def is_same(printed: object, found: object) -> bool:
    """Say whether two values agree: numbers but for rounding of the machine, NaN with NaN, all else exactly."""
    if isinstance(printed, float) and isinstance(found, float):
        return isclose(printed, found, rel_tol=RELATIVE, abs_tol=RELATIVE) or (printed != printed and found != found)
    return printed == found


def differing(printed: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Mismatch]:
    """Yield every field whose values do not agree, in the order in which they are printed; then what is not printed."""
    for field in dict.fromkeys((*printed, *found)):
        one, other = printed.get(field, ABSENT), found.get(field, ABSENT)
        if not is_same(one, other):
            yield Mismatch(field, str(one), str(other))


def by_field(table: pd.DataFrame, keys: Iterable[str], where: str) -> dict[str, Any]:
    """Return every value of a table by a field that names its file, its row by `keys`, and its column."""
    names = list(keys)
    values = [str(name) for name in table.columns if name not in names]
    rows = zip(*(table[name].astype(str) for name in names), strict=True)
    headings = [f"{where}, {' '.join(row)}" for row in rows]
    return {
        f"{heading}, {name}": value
        for name in values
        for heading, value in zip(headings, table[name].tolist(), strict=True)
    }
