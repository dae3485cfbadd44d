"""Read medical_demand.csv: where patients live, and how many come in each hour of the week."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.files.reading import read_sheet
from experiments.files.sheet import Position, Sheet, short
from sim.city import Zone
from sim.faults import Fault
from sim.units import HOURS_PER_WEEK, FloatArray, IntArray

FILE = "medical_demand.csv"
REQUIRED = ("place", "per_hour")
ED_VISIT = "ed_visit"
EVERY = -1
MOST_PER_HOUR = 1e6


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """Hold the zones with their emergency visits per hour, shape (n_zones, 168).

    `per_week` maps each type of demand, `ed_visit` or a condition, to visits a week by zone, shape (n_zones,).
    """

    zones: tuple[Zone, ...]
    hourly_rate: FloatArray
    per_week: Mapping[str, FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Hold n rows as values: `code` indexes `places`; `weekday` and `hour` may be EVERY; shapes (n,)."""

    places: list[str]
    code: IntArray
    weekday: IntArray
    hour: IntArray
    types: list[str]
    per_hour: FloatArray

    def rate(self, kind: str) -> FloatArray:
        """Return arrivals per hour of one type, shape (n_places, 168); rows of the same hour add up."""
        rows = np.flatnonzero([word == kind for word in self.types])
        on_day, at_hour = _matches(self.weekday[rows], 7), _matches(self.hour[rows], 24)
        per_hour = self.per_hour[rows, None] * at_hour
        rate = np.zeros((len(self.places), 7, 24))
        for day in range(7):
            mine = on_day[:, day] > 0
            np.add.at(rate[:, day], self.code[rows][mine], per_hour[mine])
        by_week: FloatArray = rate.reshape(-1, HOURS_PER_WEEK)
        return by_week


def read_demand(path: Path, places: Mapping[str, Position], conditions: Collection[str]) -> tuple[Sheet, Demand]:
    """Read zones and demand; what is wrong is in the sheet's faults.

    `places` gives latitude and longitude by id, for rows that leave them empty. `conditions` are the types of
    demand that are known besides `ed_visit`.
    """
    sheet = read_sheet(path, REQUIRED, {"quantity": "per_hour"})
    rows = _read_rows(sheet, conditions)
    rates = {kind: rows.rate(kind) for kind in dict.fromkeys(rows.types)}
    total = sum(rates.values(), np.zeros((len(rows.places), HOURS_PER_WEEK)))
    if len(sheet) and not total.any():
        sheet.blame(0, "per_hour", "let at least one place have more than zero")
    per_week = {kind: rate.sum(axis=1) for kind, rate in rates.items()}
    return sheet, Demand(_zones(sheet, rows, places), total, per_week)


def _read_rows(sheet: Sheet, conditions: Collection[str]) -> _Rows:
    names = sheet.texts("place", required=True)
    places = list(dict.fromkeys(names))
    index = {place: code for code, place in enumerate(places)}
    weekday = sheet.whole_numbers("weekday", low=0, high=6, default=EVERY)
    hour = sheet.whole_numbers("hour", low=0, high=23, default=EVERY)
    types = sheet.words("type", {ED_VISIT, *conditions}, ED_VISIT)
    keys = list(zip(names, weekday.tolist(), hour.tolist(), types, strict=True))
    sheet.blame_repeats(keys, "place", "give each place, weekday, hour and type once")
    per_hour = sheet.numbers("per_hour", low=0, high=MOST_PER_HOUR)
    return _Rows(places, np.array([index[name] for name in names], dtype=np.int64), weekday, hour, types, per_hour)


def _zones(sheet: Sheet, rows: _Rows, places: Mapping[str, Position]) -> tuple[Zone, ...]:
    """Return the places as zones; what a place leaves empty on one row, another row may say."""
    names = {place: name for place, name in zip(sheet.texts("place"), sheet.texts("name"), strict=True) if name}
    latitude = _stated(sheet, rows, "latitude", 90.0)
    longitude = _stated(sheet, rows, "longitude", 180.0)
    population = _stated(sheet, rows, "population", math.inf)
    zones = []
    for code, place in enumerate(rows.places):
        position = float(latitude[code]), float(longitude[code])
        if math.isnan(sum(position)):
            position = places.get(place, position)
        if math.isnan(sum(position)):
            mend = "give latitude and longitude of the place, or describe it in places.csv"
            sheet.faults.append(Fault(f"{sheet.file}, place {short(place)}", position, mend))
        zones.append(Zone(place, names.get(place, place), *position, float(np.nan_to_num(population[code]))))
    return tuple(zones)


def _stated(sheet: Sheet, rows: _Rows, column: str, most: float) -> FloatArray:
    """Return what the rows say of each place, shape (n_places,), NaN where none says anything; blame contradictions."""
    low = -most if math.isfinite(most) else 0.0
    values = sheet.numbers(column, low=low, high=most, default=math.nan)
    stated = np.flatnonzero(np.isfinite(values))[::-1]
    first = np.full(len(rows.places), math.nan)
    first[rows.code[stated]] = values[stated]
    wrong = np.isfinite(values) & (values != first[rows.code])
    sheet.blame_all(wrong, column, "give a place the same value on all of its rows")
    return first


def _matches(values: IntArray, n: int) -> FloatArray:
    """Return 1 where a row counts for a value from 0 to n - 1, shape (len(values), n)."""
    matches: FloatArray = np.equal(values[:, None], np.arange(n)).astype(float)
    matches[values == EVERY] = 1.0
    return matches
