"""Read public tables of hospitals, zones and distances, whatever their columns are called."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from experiments.files.reading import read_sheet
from experiments.files.sheet import Sheet, short
from experiments.importing.aliases import Aliases, shipped_aliases
from experiments.schema import close_match
from sim.city import Zone
from sim.faults import Fault
from sim.units import FloatArray

WITHHELD = ("-999999", "-999999.0")
"""Stand for a count of 1 to 3 that is not told for privacy."""
WITHHELD_COUNT = "2"
"""Taken for a count that is withheld (I01)."""
MOST = 1e7
OPTIONS = {
    "hospitals": "hospitals",
    "zones": "zones",
    "zone_distances": "distances",
    "hospital_distances": "hospital-distances",
    "hourly_profile": "hourly-profile",
}
"""How the command line calls each kind of table."""


@dataclass(frozen=True, slots=True)
class Site:
    """Describe a hospital as a public table does: averages of a week, NaN where the table says nothing.

    Beds of intensive care count in `beds` too.
    """

    id: str
    name: str
    latitude: float
    longitude: float
    beds: float
    beds_used: float
    icu_beds: float
    icu_used: float
    visits_per_week: float


@dataclass(slots=True)
class PublicTables:
    """Read tables one after another, keeping their sheets and what had to be filled in.

    `aliases` are the names that columns may have, by kind of table and by the name that is used here.
    """

    aliases: Aliases = field(default_factory=shipped_aliases)
    sheets: list[Sheet] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def faults(self) -> list[Fault]:
        """Return everything that is wrong with the tables read so far."""
        return [fault for sheet in self.sheets for fault in sheet.all_faults()]

    def sites(self, path: Path) -> list[Site]:
        """Return all hospitals of a table."""
        sheet = self.open(path, "hospitals", ("id", "latitude", "longitude", "beds", "visits_per_week"))
        ids, names = sheet.ids(), sheet.texts("name")
        degrees = [sheet.numbers(name, low=-most, high=most) for name, most in (("latitude", 90), ("longitude", 180))]
        counted = ("beds", "beds_used", "icu_beds", "icu_used", "visits_per_week")
        counts = [sheet.numbers(name, low=0, high=MOST, default=np.nan) for name in counted]
        numbers = np.stack([*degrees, *counts], axis=1).tolist()
        return [Site(ids[i], names[i] or ids[i], *row) for i, row in enumerate(numbers)]

    def zones(self, path: Path) -> list[Zone]:
        """Return all zones of a table."""
        sheet = self.open(path, "zones", ("id", "latitude", "longitude", "population"))
        ids, names = sheet.ids(), sheet.texts("name")
        limits = {"latitude": (-90.0, 90.0), "longitude": (-180.0, 180.0), "population": (0.0, 1e9)}
        numbers = np.stack([sheet.numbers(name, low=low, high=high) for name, (low, high) in limits.items()], axis=1)
        if len(sheet) and not np.nansum(numbers[:, 2]) > 0:
            sheet.blame(0, "population", "give at least one zone a population above zero")
        return [Zone(ids[i], names[i] or ids[i], *row) for i, row in enumerate(numbers.tolist())]

    def kilometers(self, path: Path, kind: str, rows: Sequence[str], columns: Sequence[str]) -> FloatArray:
        """Return kilometers by row and column, NaN where the table says nothing; other ids are passed over.

        `kind` is zone_distances or hospital_distances.
        """
        sheet = self.open(path, kind, ("from", "to", "km"))
        km = np.full((len(rows), len(columns)), np.nan)
        row_of, column_of = ({name: i for i, name in enumerate(names)} for names in (rows, columns))
        values = sheet.numbers("km", low=0, high=50_000).tolist()
        for origin, destination, value in zip(sheet.texts("from"), sheet.texts("to"), values, strict=True):
            if origin in row_of and destination in column_of:
                km[row_of[origin], column_of[destination]] = value
        return km

    def open(self, path: Path, kind: str, required: Collection[str]) -> Sheet:
        """Read a file and give its columns the names that this module uses."""
        sheet = read_sheet(path, ())
        if not path.is_file():
            sheet.faults = [Fault(f"--{OPTIONS[kind]}", str(path), "name a file that exists")]
        if not sheet.faults:
            names = self.aliases[kind]
            chosen = {name: next((a for a in known if a in sheet.columns), "") for name, known in names.items()}
            found = short(", ".join(sheet.columns), 120)
            for name in (name for name in required if not chosen[name]):
                mend = f"add the column {name}, or name it otherwise: {', '.join(names[name])}; or give --aliases"
                sheet.faults.append(Fault(f"{sheet.file} row 1", found, mend))
            sheet.columns = {name: sheet.columns[column] for name, column in chosen.items() if column}
        withheld = {name: n for name, cells in sheet.columns.items() if (n := _tell(cells))}
        if withheld:
            counts = ", ".join(f"{n} in {name}" for name, n in withheld.items())
            n = sum(withheld.values())
            self.notes.append(f"{sheet.file}: {n} withheld small counts (-999999) were taken as 2 (I01): {counts}")
        self.sheets.append(sheet)
        return sheet


def _tell(cells: list[str]) -> int:
    """Put a stand-in for withheld counts into the cells, and return how many there were."""
    withheld = [i for i, cell in enumerate(cells) if cell in WITHHELD]
    for i in withheld:
        cells[i] = WITHHELD_COUNT
    return len(withheld)


def acute_sites(sites: Sequence[Site], exclude: Collection[str]) -> tuple[list[Site], list[str]]:
    """Return the hospitals with staffed beds and emergency visits, and a line for each one that is left out."""
    kept, left_out = [], []
    for site in sites:
        reason = _reason_to_leave_out(site, exclude)
        if reason:
            left_out.append(f"{site.id} {site.name}: {reason}")
        else:
            kept.append(site)
    return kept, left_out


def _reason_to_leave_out(site: Site, exclude: Collection[str]) -> str:
    if site.id in exclude:
        return "excluded by request"
    if not site.visits_per_week > 0:
        return "no emergency visits"
    return "" if site.beds >= 1 else "no staffed beds"


def unknown_exclusions(sites: Sequence[Site], exclude: Collection[str]) -> list[Fault]:
    """Return a fault for every hospital to exclude that the table does not have."""
    known = [site.id for site in sites]
    return [Fault("--exclude", name, close_match(name, known)) for name in exclude if name not in known]


def filled(sites: Sequence[Site]) -> tuple[list[Site], list[str]]:
    """Return the hospitals with nothing missing, and a line for each kind of value that was filled in or cut."""
    rules: tuple[tuple[str, str, float, str], ...] = (
        ("icu_beds", "beds", 0.137, "P59"),
        ("beds_used", "beds", 0.762, "P60"),
        ("icu_used", "icu_beds", 0.726, "P60"),
    )
    notes = []
    for name, of, share, source in rules:
        missing = [math.isnan(getattr(site, name)) for site in sites]
        above = [getattr(site, name) > getattr(site, of) for site in sites]
        sites = [
            replace(site, **{name: share * getattr(site, of) if gone else min(getattr(site, name), getattr(site, of))})
            for site, gone in zip(sites, missing, strict=True)
        ]
        if any(missing):
            named = _named(sites, missing)
            notes.append(f"{name}: {sum(missing)} missing, filled with {share} x {of} ({source}): {named}")
        if any(above):
            notes.append(f"{name}: {sum(above)} above {of}, cut to it: {_named(sites, above)}")
    return list(sites), notes


def _named(sites: Sequence[Site], chosen: Sequence[bool]) -> str:
    """Return the ids of the chosen hospitals, the first few of many."""
    return short(", ".join(site.id for site, one in zip(sites, chosen, strict=True) if one), 80)
