"""Check a table before it leaves: how many rows share what others may know of a person, and small counts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from experiments.schema import close_match
from sim.faults import Fault
from sim.units import MINUTES_PER_HOUR

FEWEST = 4
"""Counts of people below this are told nowhere in CityCare."""
MOST_LISTED = 20
NOTHING = "(nothing)"


@dataclass(frozen=True, slots=True)
class SmallCell:
    """Name a combination of values that fewer than k people share, and how many rows, or people counted, have it."""

    values: tuple[str, ...]
    n: int


@dataclass(frozen=True, slots=True)
class Checked:
    """Say how many people share each combination of quasi-identifiers (Sweeney 2002, 10.1142/S0218488502001648).

    `smallest` is the k that the table reaches, 0 where it is empty; `small` are the combinations below the k asked for.
    """

    quasi: tuple[str, ...]
    k: int
    n_rows: int
    n_combinations: int
    smallest: int
    small: tuple[SmallCell, ...]

    @property
    def passed(self) -> bool:
        """Say whether every combination is shared by k people or more."""
        return not self.small

    @property
    def n_exposed(self) -> int:
        """Count the people in combinations that are too small."""
        return sum(cell.n for cell in self.small)

    def words(self) -> list[str]:
        """Return what was found, in words; the small combinations are listed, the smallest first."""
        by = ", ".join(self.quasi) or "nothing"
        head = (
            f"{self.n_rows:,} rows, {self.n_combinations:,} combinations of {by}; the smallest has {self.smallest:,}."
        )
        if self.passed:
            return [head, f"Passed: {self.k} or more share every combination."]
        lines = [f"  {', '.join(cell.values)}: {cell.n}" for cell in self.small[:MOST_LISTED]]
        more = len(self.small) - len(lines)
        lines += [f"  and {more:,} more"] if more > 0 else []
        verdict = f"NOT passed: {len(self.small):,} are shared by fewer than {self.k} ({self.n_exposed:,} people):"
        return [head, verdict, *lines]


def check_table(table: pd.DataFrame, quasi: Sequence[str], k: int = FEWEST, count: str = "") -> Checked:
    """Count who share each combination of the columns `quasi`; where nothing is written, that is a value too.

    `count` is the column that says how many people a row stands for; without it every row is one. Counts of zero name
    nobody.
    """
    weight = pd.to_numeric(table[count]) if count else pd.Series(1, index=table.index)
    words = table[list(quasi)].astype(object).where(table[list(quasi)].notna(), NOTHING).astype(str)
    sums = weight.groupby([words[name] for name in quasi]).sum() if quasi else pd.Series({NOTHING: weight.sum()})
    sums = sums[sums > 0]
    small = sums[sums < k].sort_values(kind="stable")
    cells = tuple(SmallCell(tuple(map(str, _key(key))), int(n)) for key, n in small.items())
    return Checked(tuple(quasi), k, len(table), len(sums), int(sums.min()) if len(sums) else 0, cells)


def _key(key: object) -> tuple[object, ...]:
    return key if isinstance(key, tuple) else (key,)


def question_faults(table: pd.DataFrame, quasi: Sequence[str], k: int, count: str) -> Iterator[Fault]:
    """Yield all that cannot be checked."""
    for name in quasi:
        if name not in table:
            yield Fault("--quasi", name, close_match(name, map(str, table.columns)))
    if k < 2:
        yield Fault("--k", k, "give at least 2; with 1 every table passes")
    if count and count not in table:
        yield Fault("--count", count, close_match(count, map(str, table.columns)))
    elif count and not (pd.to_numeric(table[count], errors="coerce") >= 0).all():
        yield Fault("--count", count, "its values must be numbers, none below zero")


def first_seen(events: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each patient of an event log: the hospital and hour of the first event."""
    firsts = events.groupby("patient", sort=False).first()
    return pd.DataFrame({"hospital": firsts["hospital"], "hour": (firsts["time_min"] // MINUTES_PER_HOUR).astype(int)})
