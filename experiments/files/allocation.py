"""Read the history of supply and demand of resources by type, place and period, and minutes between places."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from experiments.files.reading import read_sheet
from experiments.files.resource_types import HOSPITAL
from experiments.files.sheet import Sheet
from experiments.files.ways import TRAVEL, read_travel
from sim.faults import Fault
from sim.units import FloatArray

FILE = "medical_resource.csv"
REQUIRED = ("type", "resource_supply", "resource_demand")
MOST = 1e6
_DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
Keys = list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """Hold what T periods say about K types of resources at H places.

    `supply` and `demand` have shape (T, K, H), in units; a type that a place never mentions is 0 there. `travel_min`
    has shape (H, H), None if the folder says nothing.
    """

    types: tuple[str, ...]
    places: tuple[str, ...]
    periods: tuple[str, ...]
    supply: FloatArray
    demand: FloatArray
    travel_min: FloatArray | None


def read_history(folder: Path) -> tuple[list[Fault], History | None]:
    """Read `medical_resource.csv`, and `travel.csv` if it is there; return every fault, or the history."""
    sheet = read_sheet(folder / FILE, REQUIRED)
    if "place" not in sheet.columns and "owner" not in sheet.columns and sheet.columns:
        found = ", ".join(sheet.columns)
        sheet.faults.append(Fault(f"{FILE} row 1", found, "add the column place (or owner)"))
    if not sheet.is_whole or sheet.faults:
        return sheet.all_faults(), None
    told = [i for i, word in enumerate(sheet.cells("type")) if word.lower() != HOSPITAL and _says(sheet, i)]
    if not told:
        sheet.faults.append(Fault(FILE, "no supply and no demand", "give resource_supply and resource_demand"))
        return sheet.all_faults(), None
    keys = _keys(sheet, told)
    numbers = [_numbers(sheet, column, told) for column in REQUIRED[1:]]
    history = _history(sheet, keys, numbers) if not sheet.faults else None
    faults = sheet.all_faults()
    if history is not None and (folder / TRAVEL).is_file():
        ways, minutes = read_travel(folder / TRAVEL, history.places, history.places)
        faults += ways.all_faults()
        history = replace(history, travel_min=minutes)
    return faults, None if faults else history


def _says(sheet: Sheet, record: int) -> bool:
    return bool(sheet.cells("resource_supply")[record] or sheet.cells("resource_demand")[record])


def _keys(sheet: Sheet, told: list[int]) -> Keys:
    """Return type, place and period of the records that say something; blame what is missing, odd or there twice."""
    types, periods = sheet.texts("type"), sheet.texts("period")
    column = "place" if "place" in sheet.columns else "owner"
    places = sheet.texts(column)
    for name, cells in (("type", types), (column, places)):
        sheet.blame_all([i for i in told if not cells[i]], name, "fill the cell")
    patterns = [pattern for pattern in (_WHOLE, _DATE) if all(pattern.fullmatch(periods[i]) for i in told)]
    if "period" in sheet.columns and not patterns:
        common = _DATE if sum(bool(_DATE.fullmatch(periods[i])) for i in told) * 2 > len(told) else _WHOLE
        mend = "give a date such as 2025-03 or 2025-03-31" if common is _DATE else "give the whole number of the period"
        sheet.blame_all([i for i in told if not common.fullmatch(periods[i])], "period", mend)
    is_told = set(told)
    keys = [(types[i], places[i], periods[i]) if i in is_told else None for i in range(len(sheet))]
    sheet.blame_repeats(keys, "type", "give each type, place and period once")
    return [key for key in keys if key is not None]


def _numbers(sheet: Sheet, column: str, told: list[int]) -> FloatArray:
    """Return the numbers of the records that say something; one of the two columns alone is not enough."""
    values = sheet.numbers(column, low=0, high=MOST, default=np.nan)
    cells = sheet.cells(column)
    sheet.blame_all([i for i in told if not cells[i]], column, "give a number of units, 0 or more")
    return values[told]


def _history(sheet: Sheet, keys: Keys, numbers: list[FloatArray]) -> History | None:
    """Spread the records over type, place and period; every pair of type and place needs all periods."""
    types, places = (tuple(dict.fromkeys(key[axis] for key in keys)) for axis in (0, 1))
    periods = tuple(sorted({key[2] for key in keys}, key=lambda period: (len(period), period)))
    axes = ((periods, 2), (types, 0), (places, 1))
    places_of = [({name: i for i, name in enumerate(names)}, axis) for names, axis in axes]
    at = tuple(np.array([position[key[axis]] for key in keys]) for position, axis in places_of)
    there = np.zeros((len(periods), len(types), len(places)), dtype=bool)
    there[at] = True
    supply, demand = np.zeros(there.shape), np.zeros(there.shape)
    supply[at], demand[at] = numbers
    gaps = ~there & there.any(axis=0)
    sheet.faults.extend(
        Fault(f"{FILE}, type {types[k]}, place {places[h]}, period {periods[t]}", "no row", "add a row for this period")
        for t, k, h in np.argwhere(gaps)[:20].tolist()
    )
    return None if sheet.faults else History(types, places, periods, supply, demand, None)
