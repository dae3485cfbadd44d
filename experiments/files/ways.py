"""Read places.csv, travel.csv and choice.csv: where things are, how far apart, and who goes where."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from experiments.files.reading import read_sheet
from experiments.files.sheet import FAULTS_SHOWN, Position, Sheet
from sim.faults import Fault
from sim.units import FloatArray

PLACES, TRAVEL, CHOICE = "places.csv", "travel.csv", "choice.csv"
LONGEST_TRAVEL_MIN = 10_000.0
ROUNDING = 0.001
"""A zone's shares may miss 1 by this much, since tables are rounded; they are then scaled to 1."""


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


def read_choice(
    path: Path, zones: Sequence[str], hospitals: Sequence[str], known: Sequence[str]
) -> tuple[Sheet, FloatArray]:
    """Read the share of each zone's patients who go to each hospital, shape (n_zones, n_hospitals); rows sum to 1.

    `known` are all hospitals of the city; the shares of those that are not in `hospitals`, because they are
    inactive, go to the others in proportion.
    """
    sheet = read_sheet(path, ("zone", "hospital", "share"))
    pairs = _pairs(sheet, ("zone", zones), ("hospital", known))
    shares = np.nan_to_num(_matrix(pairs, sheet.numbers("share", low=0, high=1), zones, known))
    kept = shares[:, [known.index(name) for name in hospitals]]
    if hospitals and not sheet.faults:
        sheet.faults.extend(_share_faults(sheet.file, zones, shares.sum(axis=1), kept.sum(axis=1)))
    with np.errstate(invalid="ignore"):
        return sheet, kept / kept.sum(axis=1, keepdims=True)


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


def _share_faults(file: str, zones: Sequence[str], total: FloatArray, kept: FloatArray) -> list[Fault]:
    """Return a fault for zones whose shares miss 1, or lie with inactive hospitals only."""
    faults = [
        Fault(f"{file}, zone {zone}", round(float(share), 6), "let the shares of the zone sum to 1")
        for zone, share in zip(zones, total, strict=True)
        if abs(share - 1) > ROUNDING
    ]
    alone = [
        Fault(f"{file}, zone {zone}", 0, "give a share to at least one active hospital")
        for zone, share, all_ in zip(zones, kept, total, strict=True)
        if share == 0 and all_ > 0
    ]
    return [*faults, *alone]
