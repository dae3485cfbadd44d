"""Read the tables of types and units: those that ship, and a registry's own `types.csv` beside them."""

import csv
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from importlib.resources import files
from pathlib import Path

from experiments.files.reading import read_sheet
from experiments.files.sheet import Sheet
from experiments.schema import stop_at
from sim.platform.amounts import Unit, Units
from sim.platform.kinds import SharedKind
from sim.platform.terms import Term, Terms

OWN_FILE = "types.csv"
COLUMNS = ("type", "kind", "unit", "system", "code", "display", "aliases")


@cache
def known_units() -> Units:
    """Return the units that ship."""
    return Units(
        Unit(row["unit"], row["dimension"], Fraction(row["factor"]), _listed(row["aliases"]))
        for row in _shipped("units.csv")
    )


def known_terms(folder: Path | None = None) -> Terms:
    """Return the types that ship and those of `types.csv` in a folder, which replace those of the same name.

    Raises:
        ScenarioError: with every fault of the folder's own table.
    """
    terms = {row["type"]: _term(row) for row in _shipped("types.csv")}
    if folder is not None and (folder / OWN_FILE).is_file():
        sheet = read_sheet(folder / OWN_FILE, COLUMNS[:2])
        terms |= {term.type: term for term in _own_terms(sheet)}
    return Terms(terms.values())


def _shipped(name: str) -> list[dict[str, str]]:
    lines = files("conf").joinpath("terms", name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(lines))


def _own_terms(sheet: Sheet) -> Iterator[Term]:
    sheet.ids("type")
    sheet.words("kind", [kind.value for kind in SharedKind if kind is not SharedKind.INFORMATION])
    units = sheet.texts("unit")
    sheet.blame_all([i for i, unit in enumerate(units) if unit and known_units().find(unit) is None], "unit", "unknown")
    cells = {name: sheet.texts(name) for name in COLUMNS}
    stop_at(sheet.all_faults())
    return (_term({name: cells[name][i] for name in COLUMNS}) for i in range(len(sheet)))


def _term(row: Mapping[str, str]) -> Term:
    kind = SharedKind(row["kind"].lower())
    named = (row["system"], row["code"], row["display"] or row["type"])
    return Term(row["type"], kind, row["unit"] or "each", *named, aliases=_listed(row["aliases"]))


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in cell.split("|") if word.strip())
