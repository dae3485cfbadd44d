"""Read resources from a CSV file or from one command: every fault at once, nothing taken by halves."""

import math
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from experiments.files.reading import read_sheet
from experiments.files.sheet import Sheet
from experiments.resources.calendar import minutes_of
from experiments.resources.known_terms import OWN_FILE, known_terms, known_units
from experiments.schema import stop_at, unknown_keys
from sim.faults import Fault
from sim.platform.records import Resource, Status
from sim.platform.terms import Term, Terms

REQUIRED = ("id", "type", "owner")
COLUMNS = (*REQUIRED, "name", "place", "units", "unit", "content", "status", "lot", "expires")
MOST_UNITS = 10**9
_STATUSES = (Status.AVAILABLE.value, Status.DOWN.value)
_NUMBER = re.compile(r"\d{1,12}(\.\d{1,6})?", re.ASCII)


def read_resources(path: Path, folder: Path, taken: Collection[str] = ()) -> list[Resource]:
    """Read one resource from each row of a CSV file; types may be declared in the folder's own table.

    `taken` are ids that cannot be given again.

    Raises:
        ScenarioError: with every fault, by row and column.
    """
    sheet = read_sheet(path, REQUIRED)
    again = [i for i, text in enumerate(sheet.cells("id")) if text in taken]
    sheet.blame_all(again, "id", "take another id; this one is registered already")
    return resources_of(sheet, known_terms(folder))


def resources_of(sheet: Sheet, terms: Terms) -> list[Resource]:
    """Return the resources that a sheet describes.

    Raises:
        ScenarioError: with every fault, by row and column.
    """
    sheet.faults.extend(unknown_keys(sheet.columns, COLUMNS, f"{sheet.file} row 1"))
    stop_at([] if sheet.is_whole else sheet.all_faults())
    sheet.ids()
    texts = {column: sheet.texts(column, required=column in REQUIRED) for column in COLUMNS}
    sheet.words("status", _STATUSES, _STATUSES[0])
    reader = _Reader(sheet, terms, texts)
    made = [reader.resource(record) for record in range(len(sheet))]
    stop_at(sheet.all_faults())
    return [resource for resource in made if resource is not None]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turn one record at a time into a resource, blaming its cells."""

    sheet: Sheet
    terms: Terms
    texts: dict[str, list[str]]

    def resource(self, record: int) -> Resource | None:
        """Return the resource of a record; None when a cell was blamed."""
        n_before = self.sheet.blamed.total()
        term = self._term(record)
        units = self._units(record, term) if term else 1
        expires_min = self._expires_min(record)
        if term is None or self.sheet.blamed.total() > n_before:
            return None
        cell = {column: cells[record] for column, cells in self.texts.items()}
        made = Resource(
            cell["id"], cell["name"] or cell["id"], term.kind, term.type, cell["owner"], cell["place"] or cell["owner"]
        )
        status = Status(cell["status"].lower()) if cell["status"].lower() in _STATUSES else Status.AVAILABLE
        system, code = term.coding
        made = replace(made, units=units, unit=term.unit, system=system, code=code, status=status)
        made = replace(made, lot=cell["lot"], expires_min=expires_min)
        for fault in made.faults(""):
            self._blame(record, fault.field.strip("."), fault.mend)
        return made

    def _blame(self, record: int, column: str, mend: str) -> None:
        """Blame a cell, also one of a column that is not there."""
        if column in self.sheet.columns:
            self.sheet.blame(record, column, mend)
        else:
            place = f"{self.sheet.file} row {self.sheet.rows[record]}, column {column}"
            self.sheet.faults.append(Fault(place, "", mend))

    def _term(self, record: int) -> Term | None:
        """Return what a type means; what the table does not know is blamed, with what it may have meant."""
        text = self.texts["type"][record]
        found = self.terms.find(text)
        if text and found is None:
            near = self.terms.near(text)
            suggestion = f"did you mean {' or '.join(near)}? Otherwise " if near else ""
            self.sheet.blame(record, "type", f"{suggestion}declare the type in {OWN_FILE} of the folder")
        return found

    def _units(self, record: int, term: Term) -> int:
        """Return the units in the unit of the type; a record that says nothing is one."""
        number = self._fraction(record, "units")
        amount = Fraction(1) if number is None else number
        try:
            unit = self.texts["unit"][record] or term.unit
            amount = known_units().convert(amount, unit, term.unit, self._fraction(record, "content"))
        except ValueError as error:
            self._blame(record, "content" if str(error).startswith("say") else "unit", str(error))
            return 1
        if amount.denominator != 1 or not 1 <= amount <= MOST_UNITS:
            self.sheet.blame(record, "units", f"give a whole number of {term.unit}, from 1 to {MOST_UNITS}")
        return int(amount)

    def _fraction(self, record: int, column: str) -> Fraction | None:
        text = self.texts[column][record]
        if text and not _NUMBER.fullmatch(text):
            self.sheet.blame(record, column, "give a number of more than 0, such as 12 or 0.5")
            return None
        return Fraction(text) if text else None

    def _expires_min(self, record: int) -> float:
        text = self.texts["expires"][record]
        try:
            return minutes_of(text) if text else math.inf
        except ValueError as error:
            self.sheet.blame(record, "expires", str(error))
            return math.inf


def sheet_of(cells: dict[str, str]) -> Sheet:
    """Return the sheet of one resource that was given in a command, one cell for each option."""
    given = {column: [text.strip()] for column, text in cells.items() if text or column in REQUIRED}
    return Sheet("options", given, [1])
