"""Read medical_service.csv: a covering program of activities, requirements and costs, wide or long."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy import sparse

from experiments.files.reading import read_sheet
from experiments.files.sheet import Sheet
from optimize.cover_case import CoverCase
from sim.faults import Fault

FILE = "medical_service.csv"
LONG = ("row", "column", "value")
ROW, NEEDED, COST = "requirement", "required", "cost"
MOST = 1e9
"""Beyond this a number is a slip, and a solver in floating point could not tell small ones beside it."""
MOST_DENSE = 1_000_000
"""Pairs of requirement and activity up to which the matrix is kept dense."""
Cells = dict[tuple[str, str], float]


def read_service(path: Path) -> tuple[Sheet, CoverCase | None]:
    """Read the program; what is wrong is in the sheet's faults, and then there is no program.

    Wide: a row for each requirement and one named `cost`, a column for each activity, and a column `required`.
    Long: one row for each number: `row`, `column`, `value`. Numbers that are left out are zero in both.
    """
    sheet = read_sheet(path, ())
    long = set(LONG) <= set(sheet.columns)
    if not sheet.faults and not long and not {ROW, NEEDED} <= set(sheet.columns):
        found = ", ".join(sheet.columns)
        sheet.faults.append(Fault(f"{sheet.file} row 1", found, f"name the columns {ROW}, activities and {NEEDED}"))
    if sheet.faults:
        return sheet, None
    cells = _long_cells(sheet) if long else _wide_cells(sheet)
    rows = list(dict.fromkeys(row for row, _ in cells if row != COST))
    columns = list(dict.fromkeys(column for _, column in cells if column != NEEDED))
    sheet.faults.extend(_gaps(sheet.file, cells, rows, columns))
    return sheet, None if sheet.faults else _case(cells, rows, columns)


def _wide_cells(sheet: Sheet) -> Cells:
    """Return the numbers by row and column, NaN for empty cells."""
    names = sheet.texts(ROW, required=True)
    sheet.blame_repeats(names, ROW, "name every row once")
    values = {
        column: sheet.numbers(column, low=-MOST, high=MOST, default=math.nan)
        for column in sheet.columns
        if column != ROW
    }
    return {(name, column): float(values[column][i]) for i, name in enumerate(names) for column in values}


def _long_cells(sheet: Sheet) -> Cells:
    keys = list(zip(sheet.texts("row", required=True), sheet.texts("column", required=True), strict=True))
    sheet.blame_repeats(keys, "row", "give each row and column once")
    return dict(zip(keys, sheet.numbers("value", low=-MOST, high=MOST).tolist(), strict=True))


def _gaps(file: str, cells: Cells, rows: list[str], columns: list[str]) -> Iterator[Fault]:
    """Yield a fault for every need and every cost that is not there, and for negative costs."""
    if not rows:
        yield Fault(file, "no requirements", "write at least one row besides cost")
    if not columns:
        yield Fault(file, "no activities", f"write at least one column besides {NEEDED}")
    for row in rows:
        if not math.isfinite(cells.get((row, NEEDED), math.nan)):
            yield Fault(f"{file}, row {row}, column {NEEDED}", "nothing", "give what the requirement needs")
    for column in columns:
        cost = cells.get((COST, column), math.nan)
        if not cost >= 0:
            yield Fault(f"{file}, row {COST}, column {column}", cost, "give the cost of one unit, zero or more")


def _case(cells: Cells, rows: list[str], columns: list[str]) -> CoverCase:
    row_of, column_of = ({name: place for place, name in enumerate(names)} for names in (rows, columns))
    given = [
        (value, row_of[row], column_of[column])
        for (row, column), value in cells.items()
        if value and math.isfinite(value) and row in row_of and column in column_of
    ]
    values, at_rows, at_columns = (list(one) for one in zip(*given, strict=True)) if given else ([], [], [])
    coverage = sparse.csr_array((values, (at_rows, at_columns)), shape=(len(rows), len(columns)), dtype=np.float64)
    return CoverCase(
        activities=tuple(columns),
        requirements=tuple(rows),
        cost=np.array([cells[COST, column] for column in columns]),
        coverage=coverage if len(rows) * len(columns) > MOST_DENSE else coverage.toarray(),
        needed=np.array([cells[row, NEEDED] for row in rows]),
    )
