"""Read places.csv, travel.csv, choice.csv and mix.csv: where things are, how far apart, who goes where and why."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from experiments.files.reading import read_sheet
from experiments.files.sheet import FAULTS_SHOWN, Position, Sheet
from sim.faults import Fault
from sim.units import FloatArray

PLACES, TRAVEL, CHOICE, MIX = "places.csv", "travel.csv", "choice.csv", "mix.csv"
LONGEST_TRAVEL_MIN = 10_000.0
ROUNDING = 0.001
"""A zone's shares may miss 1 by this much, since tables are rounded; they are then scaled to 1."""
EXACT = 1e-12
"""A sum that misses 1 by no more than this is 1 to the last bits of its shares, which then stay as they are."""


def read_places(path: Path) -> tuple[Sheet, dict[str, Position]]:
    """Read latitude and longitude by the id of the place."""
    sheet = read_sheet(path, ("id", "latitude", "longitude"))
    latitude, longitude = sheet.numbers("latitude", low=-90, high=90), sheet.numbers("longitude", low=-180, high=180)
    return sheet, dict(zip(sheet.ids(), zip(latitude.tolist(), longitude.tolist(), strict=True), strict=True))


def read_travel(path: Path, hospitals: Sequence[str], known: Sequence[str]) -> tuple[Sheet, FloatArray]:
    """Read minutes between hospitals, shape (n_hospitals, n_hospitals).

    A way that stands in one direction only counts for both. `known` are all ids that the file may name; rows
    that name others than `hospitals` are not used.
    """
    sheet = read_sheet(path, ("from", "to", "minutes"))
    pairs = _pairs(sheet, ("from", known), ("to", known))
    minutes = _matrix(pairs, sheet.numbers("minutes", low=0, high=LONGEST_TRAVEL_MIN), hospitals, hospitals)
    np.fill_diagonal(minutes, 0.0)
    minutes = np.where(np.isnan(minutes), minutes.T, minutes)
    if not sheet.faults:
        sheet.faults.extend(
            Fault(f"{sheet.file}, from {hospitals[i]} to {hospitals[j]}", "nothing", "add a row with the minutes")
            for i, j in np.argwhere(np.isnan(np.triu(minutes)))[:FAULTS_SHOWN]
        )
    return sheet, minutes


def zone_travel(sheet: Sheet, zones: Sequence[str], hospitals: Sequence[str]) -> FloatArray | None:
    """Return minutes from zones to hospitals, shape (n_zones, n_hospitals), of a sheet that `read_travel` checked.

    NaN stands where nothing is said, None if nothing is said at all; a way in one direction only counts for both.
    """
    pairs = list(zip(sheet.texts("from"), sheet.texts("to"), strict=True))
    numbers = sheet.numbers("minutes", low=0, high=LONGEST_TRAVEL_MIN)
    there, back = _matrix(pairs, numbers, zones, hospitals), _matrix(pairs, numbers, hospitals, zones).T
    minutes = np.where(np.isnan(there), back, there)
    return None if np.isnan(minutes).all() else minutes


def read_choice(
    path: Path, zones: Sequence[str], hospitals: Sequence[str], known: Sequence[str]
) -> tuple[Sheet, FloatArray]:
    """Read the share of each zone's patients who go to each hospital, shape (n_zones, n_hospitals); rows sum to 1.

    `known` are all hospitals of the city; the shares of those that are not in `hospitals`, because they are
    inactive, go to the others in proportion.
    """
    sheet, shares = _read_shares(path, "hospital", zones, known)
    kept = shares[:, [known.index(name) for name in hospitals]]
    total = kept.sum(axis=1, keepdims=True)
    if hospitals and not sheet.faults:
        mend = "give shares that sum to 1, some of them to active hospitals"
        sheet.faults.extend(_share_faults(sheet.file, zones, np.where(total[:, 0] > 0, shares.sum(axis=1), 0.0), mend))
    return sheet, summing_to_one(kept)


def read_mix(path: Path, zones: Sequence[str], conditions: Sequence[str]) -> tuple[Sheet, dict[str, FloatArray]]:
    """Read how conditions mix in the zones that the file names, shape (n_conditions,) each; the shares sum to 1."""
    sheet, shares = _read_shares(path, "condition", zones, conditions)
    total = shares.sum(axis=1)
    written = {" ".join(cell.split()) for cell in sheet.cells("zone")}
    named = [i for i, zone in enumerate(zones) if zone in written]
    if conditions and not sheet.faults:
        names, sums = [zones[i] for i in named], total[named]
        sheet.faults.extend(_share_faults(sheet.file, names, sums, "give shares of conditions that sum to 1"))
    scaled = summing_to_one(shares)
    return sheet, {zones[i]: scaled[i] for i in named if total[i] > 0}


def summing_to_one(shares: FloatArray) -> FloatArray:
    """Return shares whose rows sum to 1; rows that do so already, or hold nothing, stay as they are."""
    total = shares.sum(axis=1, keepdims=True)
    inexact = (total > 0) & (np.abs(total - 1.0) > EXACT)
    return np.asarray(np.divide(shares, total, out=shares.copy(), where=inexact))


def _read_shares(path: Path, column: str, zones: Sequence[str], known: Sequence[str]) -> tuple[Sheet, FloatArray]:
    """Return the shares by zone and by the ids of another column, shape (n_zones, n_known), 0 where none is given."""
    sheet = read_sheet(path, ("zone", column, "share"))
    pairs = _pairs(sheet, ("zone", zones), (column, known))
    return sheet, np.nan_to_num(_matrix(pairs, sheet.numbers("share", low=0, high=1), zones, known))


def _pairs(sheet: Sheet, *columns: tuple[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """Return the ids of each row, blaming unknown ones and repeated rows."""
    texts = []
    for column, known in columns:
        texts.append(sheet.texts(column, required=True))
        if known:  # an empty list means that its own file has faults, which are reported there
            sheet.blame_unknown(texts[-1], known, column)
    pairs = list(zip(*texts, strict=True))
    sheet.blame_repeats(pairs, columns[0][0], "give each pair once")
    return pairs


def _matrix(
    pairs: Sequence[tuple[str, ...]], values: FloatArray, rows: Sequence[str], columns: Sequence[str]
) -> FloatArray:
    """Return values by row and column, NaN where no pair says anything; other pairs are passed over."""
    row_of, column_of = ({name: i for i, name in enumerate(names)} for names in (rows, columns))
    matrix = np.full((len(rows), len(columns)), math.nan)
    for (row, column), value in zip(pairs, values.tolist(), strict=True):
        if row in row_of and column in column_of:
            matrix[row_of[row], column_of[column]] = value
    return matrix


def _share_faults(file: str, zones: Sequence[str], sums: FloatArray, mend: str) -> list[Fault]:
    """Return a fault for every zone whose shares miss 1."""
    missed = [i for i in range(len(zones)) if abs(sums[i] - 1) > ROUNDING]
    return [Fault(f"{file}, zone {zones[i]}", round(float(sums[i]), 6), mend) for i in missed]
