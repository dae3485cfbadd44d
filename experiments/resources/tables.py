"""Show rows as an aligned table, as JSON or as CSV: the same columns in all three."""

import csv
import io
import json
from collections.abc import Sequence
from typing import NamedTuple

Cell = str | int | float | None


class Table(NamedTuple):
    """Hold named columns and the rows below them."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]

    def shown(self, form: str = "table") -> str:
        """Return the rows as "table", "json" (a list of objects) or "csv"."""
        if form == "json":
            objects = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
            return json.dumps(objects, indent=1, ensure_ascii=False)
        return self._csv() if form == "csv" else self._aligned()

    def _csv(self) -> str:
        stream = io.StringIO()
        csv.writer(stream, lineterminator="\n").writerows([self.columns, *self.rows])
        return stream.getvalue().rstrip("\n")

    def _aligned(self) -> str:
        """Return columns side by side, numbers to the right; columns in which nothing stands are left out."""
        if not self.rows:
            return "nothing"
        told = [i for i in range(len(self.columns)) if any(row[i] not in (None, "") for row in self.rows)]
        cells = [[_text(row[i]) for i in told] for row in self.rows]
        names = [self.columns[i] for i in told]
        widths = [max(map(len, column)) for column in zip(names, *cells, strict=True)]
        numbers = [all(isinstance(row[i], int | float | None) for row in self.rows) for i in told]
        lines = [
            "  ".join(cell.rjust(w) if n else cell.ljust(w) for cell, w, n in zip(line, widths, numbers, strict=True))
            for line in [names, *cells]
        ]
        return "\n".join(line.rstrip() for line in lines)


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return f"{cell:.3g}" if isinstance(cell, float) else str(cell)
