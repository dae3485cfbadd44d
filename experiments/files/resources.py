"""Read medical_resource.csv: the hospitals, what they own, and how many of their places are occupied."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.files.reading import read_sheet
from experiments.files.resource_types import HOSPITAL, read_type
from experiments.files.roster import read_roster
from experiments.files.sheet import Position, Sheet
from sim.city import Hospital, Kind, Pool
from sim.units import HOURS_PER_WEEK, BoolArray, FloatArray, IntArray

FILE = "medical_resource.csv"
REQUIRED = ("id", "type", "location", "owner", "quantity")
MOST_UNITS = 100_000
_POSITION = re.compile(r"([-+]?\d{1,3}(?:\.\d+)?)[\s,]+([-+]?\d{1,3}(?:\.\d+)?)", re.ASCII)


@dataclass(frozen=True, slots=True, eq=False)
class Resources:
    """Hold the active hospitals, the ids of all hospitals of the file, and the occupied places.

    `electives_per_day` (n_hospitals,) counts planned admissions, a mean over all seven days. `occupied` maps the
    code of a place to the patients in it at the start, (n_hospitals,). Both are NaN where nothing is said.
    """

    hospitals: tuple[Hospital, ...]
    all_ids: tuple[str, ...]
    electives_per_day: FloatArray
    occupied: Mapping[str, FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class _Stock:
    """Hold one row that is not a hospital; `levels` has shape (168,), `occupied` is NaN where unsaid."""

    owner: str
    code: str
    kind: Kind
    levels: IntArray
    occupied: float


def read_resources(path: Path, places: Mapping[str, Position]) -> tuple[Sheet, Resources]:
    """Read hospitals and pools; what is wrong is in the sheet's faults.

    `places` gives latitude and longitude by id, for hospitals that name a place as their location.
    """
    sheet = read_sheet(path, REQUIRED)
    ids, names = sheet.ids(), sheet.texts("name")
    active = [word == "active" for word in sheet.words("status", ("active", "inactive"), "active")]
    homes = {ids[i]: i for i, cell in enumerate(sheet.cells("type")) if cell.lower() == HOSPITAL}
    agreed = [word == "yes" for word in sheet.words("agreed", ("yes", "no"), "yes")]
    regions = sheet.texts("region")
    electives = sheet.numbers("electives_per_day", low=0, high=MOST_UNITS, default=math.nan)
    stocks = [stock for stock in _read_stocks(sheet, homes) if stock is not None]
    hospitals = tuple(
        Hospital(
            id_,
            names[i] or id_,
            *_position(sheet, i, places),
            pools=_pools(stock for stock in stocks if stock.owner == id_),
            agreed=agreed[i],
            region=regions[i],
        )
        for id_, i in homes.items()
        if active[i]
    )
    if not hospitals and len(sheet):
        sheet.blame(0, "type", "give at least one active row of type hospital")
    open_ids = [hospital.id for hospital in hospitals]
    planned = np.array([electives[homes[id_]] for id_ in open_ids])
    return sheet, Resources(hospitals, tuple(homes), planned, _occupied(stocks, open_ids))


def _position(sheet: Sheet, record: int, places: Mapping[str, Position]) -> Position:
    """Return latitude and longitude, written down or those of a place."""
    text = " ".join(sheet.cells("location")[record].split())
    if text in places:
        return places[text]
    match = _POSITION.fullmatch(text)
    latitude, longitude = map(float, match.groups()) if match else (math.nan, math.nan)
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        sheet.blame(record, "location", "give latitude and longitude such as 40.7 -73.9, or the id of a place")
    return latitude, longitude


def _read_stocks(sheet: Sheet, homes: Mapping[str, int]) -> list[_Stock | None]:
    """Return the stock of every row that is active and not a hospital, None for the others."""
    is_known = "type" in sheet.columns  # otherwise that alone is to be mended first
    is_stock = np.array([is_known and cell.lower() != HOSPITAL for cell in sheet.cells("type")], dtype=bool)
    types = [_type(sheet, i) if is_stock[i] else None for i in range(len(sheet))]
    owners = _owners(sheet, homes, is_stock)
    quantity = sheet.whole_numbers("quantity", low=0, high=MOST_UNITS, default=0)
    sheet.blame_all(is_stock & _is_empty(sheet, "quantity"), "quantity", "give the number of units")
    levels = [_levels(sheet, i, int(units)) for i, units in enumerate(quantity)]
    occupied = _read_occupied(sheet, types, quantity)
    active = [cell.lower() != "inactive" for cell in sheet.cells("status")]
    return [
        _Stock(owners[i], *kind_of, levels[i], float(occupied[i])) if kind_of and active[i] else None
        for i, kind_of in enumerate(types)
    ]


def _type(sheet: Sheet, record: int) -> tuple[str, Kind] | None:
    try:
        return read_type(sheet.cells("type")[record])
    except ValueError as error:
        sheet.blame(record, "type", str(error))
        return None


def _owners(sheet: Sheet, homes: Mapping[str, int], is_stock: BoolArray) -> list[str]:
    owners = sheet.texts("owner")
    wrong = is_stock & np.array([owner not in homes for owner in owners], dtype=bool)
    if sheet.is_whole:
        sheet.blame_all(wrong, "owner", "give the id of a row of type hospital")
    return owners


def _is_empty(sheet: Sheet, column: str) -> BoolArray:
    return np.array([not cell for cell in sheet.cells(column)], dtype=bool)


def _levels(sheet: Sheet, record: int, quantity: int) -> IntArray:
    """Return the units on duty in each hour of the week, shape (168,): the roster, or the quantity always."""
    text = sheet.cells("roster")[record]
    if not text:
        return np.full(HOURS_PER_WEEK, quantity)
    try:
        levels = read_roster(text)
    except ValueError as error:
        sheet.blame(record, "roster", str(error))
        return np.zeros(HOURS_PER_WEEK, dtype=np.int64)
    if levels.max() == 0 or levels.max() > quantity:
        sheet.blame(record, "roster", f"put at least 1 and at most quantity ({quantity}) on duty at one time")
    return levels


def _read_occupied(sheet: Sheet, types: list[tuple[str, Kind] | None], quantity: IntArray) -> FloatArray:
    occupied = sheet.numbers("occupied", low=0, default=math.nan)
    stated = np.isfinite(occupied)
    kinds = np.array([kind_of[1].value if kind_of else "" for kind_of in types])
    is_place, is_other = kinds == Kind.PLACE.value, np.isin(kinds, [Kind.STAFF.value, Kind.EQUIPMENT.value])
    sheet.blame_all(stated & is_other, "occupied", "leave empty; only places are occupied by patients")
    sheet.blame_all(stated & is_place & (occupied > quantity), "occupied", "give at most the quantity")
    return occupied


def _pools(stocks: Iterable[_Stock]) -> tuple[Pool, ...]:
    """Add up the rows of one hospital by code; leave out pools with nothing on duty at any hour."""
    total: dict[tuple[str, Kind], IntArray] = {}
    for stock in stocks:
        key = stock.code, stock.kind
        total[key] = total.get(key, 0) + stock.levels
    return tuple(Pool(*key, _compact(levels)) for key, levels in total.items() if levels.any())


def _compact(levels: IntArray) -> tuple[int, ...]:
    numbers = tuple(levels.tolist())
    return numbers[:1] if len(set(numbers)) == 1 else numbers


def _occupied(stocks: Iterable[_Stock], hospitals: list[str]) -> dict[str, FloatArray]:
    """Add up the patients by place and hospital, shape (n_hospitals,) each; NaN where no row says a number."""
    occupied: dict[str, FloatArray] = {}
    for stock in stocks:
        if math.isfinite(stock.occupied) and stock.owner in hospitals:
            patients = occupied.setdefault(stock.code, np.full(len(hospitals), math.nan))
            home = hospitals.index(stock.owner)
            patients[home] = np.nan_to_num(patients[home]) + stock.occupied
    return occupied
