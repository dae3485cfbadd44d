"""Hold the columns of a file as text, and turn them into checked values, blaming cells by row and column."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from experiments.schema import close_match
from sim.faults import Fault
from sim.units import BoolArray, FloatArray, IntArray

LONGEST_CELL = 200
FAULTS_SHOWN = 20
FORMULA_SIGNS = ("=", "+", "@")
Position = tuple[float, float]
"""Latitude and longitude in degrees."""


@dataclass(slots=True)
class Sheet:
    """Hold the cells of one file by column, and collect what is wrong with them.

    `rows` gives the row of each record as a spreadsheet counts: the header is row 1. `is_whole` says whether all rows
    and all required columns are there; if not, other files may well name ids that are missing here.
    """

    file: str
    columns: dict[str, list[str]] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    sha256: str = ""
    is_whole: bool = True
    faults: list[Fault] = field(default_factory=list)
    blamed: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self.rows)

    def blame(self, record: int, column: str, mend: str, found: str | None = None) -> None:
        """Add a fault for one cell; of many alike only the first are kept and the rest counted.

        A column that is not there was reported once, so its cells are not blamed again.
        """
        if column not in self.columns:
            return
        self.blamed[column, mend] += 1
        if self.blamed[column, mend] <= FAULTS_SHOWN:
            value = short(self.columns[column][record] if found is None else found)
            self.faults.append(Fault(f"{self.file} row {self.rows[record]}, column {column}", value, mend))

    def blame_all(self, records: Iterable[int] | BoolArray, column: str, mend: str) -> None:
        """Blame a column of several records, given by number or by a mask of shape (n,)."""
        for record in np.flatnonzero(records) if isinstance(records, np.ndarray) else records:
            self.blame(int(record), column, mend)

    def all_faults(self) -> list[Fault]:
        """Return the faults, and one more for each kind that was cut short."""
        hidden = ((column, mend, n - FAULTS_SHOWN) for (column, mend), n in self.blamed.items())
        rest = [Fault(f"{self.file}, column {c}", f"{n} more rows", mend) for c, mend, n in hidden if n > 0]
        return [*self.faults, *rest]

    def cells(self, column: str) -> list[str]:
        """Return the text of a column; a column that is not there has empty cells."""
        return self.columns.get(column) or [""] * len(self)

    def texts(self, column: str, *, required: bool = False) -> list[str]:
        """Return printable text on one line; blame cells that are missing, too long, or look like a formula."""
        clean = {cell: " ".join(cell.split()) for cell in set(self.cells(column))}
        wrong = {cell: mend for cell, text in clean.items() if (mend := _text_mend(text, required))}
        if wrong:
            for record, cell in enumerate(self.cells(column)):
                if cell in wrong:
                    self.blame(record, column, wrong[cell])
        return [clean[cell] for cell in self.cells(column)]

    def ids(self, column: str = "id") -> list[str]:
        """Return texts that must be there and must differ."""
        texts = self.texts(column, required=True)
        self.blame_repeats([text or None for text in texts], column, "give every row its own id")
        return texts

    def numbers(
        self, column: str, *, low: float = -math.inf, high: float = math.inf, default: float | None = None
    ) -> FloatArray:
        """Return finite numbers from `low` to `high`; empty cells give `default`, blamed cells NaN."""
        cells = self.cells(column)
        value_of = {cell: _number(cell) for cell in set(cells)}
        empty = np.array([not cell for cell in cells], dtype=bool) & (default is not None)
        values = np.array([value_of[cell] for cell in cells], dtype=float)
        wrong = ~empty & ~(np.isfinite(values) & (values >= low) & (values <= high))
        self.blame_all(wrong, column, f"give a number{_span(low, high)}")
        return np.where(wrong, math.nan, np.where(empty, math.nan if default is None else default, values))

    def whole_numbers(self, column: str, *, low: int, high: int, default: int | None = None) -> IntArray:
        """Return whole numbers from `low` to `high`; empty cells give `default`, blamed cells `low`."""
        values = self.numbers(column, low=low, high=high, default=default)
        self.blame_all(np.isfinite(values) & (values != np.rint(values)), column, "give a whole number")
        return np.rint(np.where(np.isfinite(values), values, low)).astype(np.int64)

    def words(self, column: str, allowed: Collection[str], default: str = "") -> list[str]:
        """Return words out of `allowed`, in lower case; empty cells give `default`."""
        found = [cell.lower() or default for cell in self.cells(column)]
        self.blame_unknown(found, allowed, column)
        return found

    def blame_unknown(self, names: Sequence[str], known: Collection[str], column: str) -> None:
        """Blame every record whose name is neither known nor empty, with the name that was probably meant."""
        strange = {name: close_match(name, known) for name in set(names).difference(known, [""])}
        for record, name in enumerate(names):
            if name in strange:
                self.blame(record, column, strange[name])

    def blame_repeats(self, keys: Sequence[object], column: str, mend: str) -> None:
        """Blame every record whose key stood in an earlier record; None is no key."""
        first: dict[object, int] = {}
        for record, key in enumerate(keys):
            if key is not None and (earlier := first.setdefault(key, record)) != record:
                found = self.cells(column)[record]
                self.blame(record, column, mend, f"{short(found)} (as in row {self.rows[earlier]})")


def _text_mend(text: str, required: bool) -> str:
    if required and not text:
        return "fill the cell"
    if len(text) > LONGEST_CELL:
        return f"shorten to at most {LONGEST_CELL} characters"
    if text.startswith(FORMULA_SIGNS):
        return "let the text begin with a letter or a digit"
    return "" if text.isprintable() else "use printable characters only"


def _number(cell: str) -> float:
    try:
        return math.nan if "_" in cell else float(cell)
    except ValueError:
        return math.nan


def _span(low: float, high: float) -> str:
    lower = f" of at least {low:g}" if low > -math.inf else ""
    return f" from {low:g} to {high:g}" if lower and high < math.inf else lower


def short(value: str, longest: int = 60) -> str:
    """Return the value, or its beginning when it is long."""
    return value if len(value) <= longest else value[: longest - 1] + "…"
