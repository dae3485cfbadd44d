"""Read recorded arrivals: one row for each patient.

Columns: `arrived` (local date and time, `2026-01-05 08:30`, or minutes since time zero), and where the configuration
does not say it for all: `condition`, and `zone` (who then choose a hospital) or `hospital` (where they go), by id.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from experiments.files.reading import read_sheet
from experiments.files.sheet import Sheet
from sim.faults import Fault
from sim.units import FloatArray

ARRIVED, CONDITION, ZONE, HOSPITAL = "arrived", "condition", "zone", "hospital"
SECONDS_PER_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Names:
    """Hold the ids that a file may name."""

    conditions: Collection[str]
    zones: Collection[str]
    hospitals: Collection[str]


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """Hold arrivals in minutes since time zero, shape (n,), and what the file says of each (empty where nothing)."""

    times_min: FloatArray
    condition: Sequence[str]
    zone: Sequence[str]
    hospital: Sequence[str]


def read_recorded(path: Path, starts_at: datetime, names: Names, faults: list[Fault]) -> Recorded:
    """Return the recorded arrivals; append a fault for every row that is wrong."""
    sheet = read_sheet(path, [ARRIVED])
    columns = [sheet.texts(column) for column in (CONDITION, ZONE, HOSPITAL)]
    known = (names.conditions, names.zones, names.hospitals)
    for column, found, allowed in zip((CONDITION, ZONE, HOSPITAL), columns, known, strict=True):
        sheet.blame_unknown(found, allowed, column)
    both = [bool(zone and hospital) for zone, hospital in zip(columns[1], columns[2], strict=True)]
    sheet.blame_all(np.array(both, dtype=bool), HOSPITAL, "leave the hospital or the zone empty")
    times_min = _times(sheet, starts_at)
    faults.extend(sheet.all_faults())
    return Recorded(times_min, *columns)


def _times(sheet: Sheet, starts_at: datetime) -> FloatArray:
    """Return minutes since time zero; blame what is neither a time nor minutes, and what lies before time zero."""
    minutes = np.array([_minutes(cell, starts_at) for cell in sheet.cells(ARRIVED)], dtype=np.float64)
    mend = "write a local date and time, such as '2026-01-05 08:30', or minutes since the start"
    sheet.blame_all(~np.isfinite(minutes), ARRIVED, mend)
    sheet.blame_all(minutes < 0, ARRIVED, f"give a time from the start of the run on ({starts_at.isoformat(' ')})")
    return minutes


def _minutes(cell: str, starts_at: datetime) -> float:
    """Return minutes since time zero, NaN for what is no time."""
    try:
        return float(cell)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        return math.nan
    return math.nan if moment.tzinfo else (moment - starts_at).total_seconds() / SECONDS_PER_MINUTE
