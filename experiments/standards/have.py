"""Write and read bed counts in the words of EDXL-HAVE (OASIS, Hospital AVailability Exchange 1.0) as a CSV file."""

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.columns import write_text
from experiments.files.folder import CityFolder, read_city_folder
from experiments.files.reading import read_sheet
from experiments.files.resource_types import read_type, write_type
from experiments.files.resources import MOST_UNITS
from experiments.files.sheet import Sheet
from experiments.files.write import write_city_folder
from experiments.learning.cells import FEWEST
from experiments.schema import stop_at
from experiments.standards.folder import write_checked
from experiments.standards.source import Exported
from sim.city import Hospital, Kind, Pool
from sim.faults import Fault

COLUMNS = ("hospital", "bed_type", "have_type", "baseline_count", "available_count", "capacity_status", "time")
REQUIRED = ("hospital", "bed_type", "baseline_count", "available_count")
VACANT, FULL = "VacantAvailable", "NotAvailable"
HAVE_TYPES = {
    "ed_space": "EmergencyDepartment",
    "medical_bed": "MedicalSurgical",
    "surgical_bed": "MedicalSurgical",
    "icu_bed": "AdultICU",
    "pediatric_icu_bed": "PediatricICU",
    "neonatal_icu_bed": "NeonatalICU",
}
NOTES = """# {name}

Made by `citycare import have` from {file} and the files of {name}: beds that the counts name have their numbers.
"""
HOUR_MIN = 60.0


@dataclass(frozen=True, slots=True)
class BedCount:
    """Count the beds of one type at one hospital: all, and those available at a moment, None where not told."""

    hospital: str
    bed_type: str
    baseline: int
    available: int | None
    moment: datetime

    @property
    def row(self) -> Sequence[object]:
        """Return the row of the file, in the order of `COLUMNS`."""
        status = "" if self.available is None else VACANT if self.available else FULL
        available = "" if self.available is None else self.available
        counts = (self.baseline, available, status, self.moment.isoformat(" ", "minutes"))
        word = write_type(self.bed_type, Kind.PLACE)
        return (self.hospital, word, HAVE_TYPES.get(self.bed_type, ""), *counts)


def export_have(exported: Exported, out: Path, hour: int | None = None) -> list[BedCount]:
    """Write the bed counts of a city at its start, or of a run in one of its hours, and return them.

    `hour` counts from the start of a run; None is the last one. A run's counts are means over that hour, rounded.

    Raises:
        ScenarioError: when the run kept no levels, has no such hour, or the file cannot be written.
    """
    counts = list(_at_start(exported) if exported.stored is None else _in_hour(exported, hour))
    stream = StringIO()
    csv.writer(stream, lineterminator="\n").writerows([COLUMNS, *(one.row for one in counts)])
    try:
        write_text(stream.getvalue(), out)
    except OSError as error:
        stop_at([Fault("--out", str(out), f"name a file that can be written ({error.strerror or error})")])
    return counts


def _beds(hospitals: Sequence[Hospital]) -> Iterator[tuple[int, Hospital, Pool]]:
    for index, hospital in enumerate(hospitals):
        for pool in hospital.pools:
            if pool.kind is Kind.PLACE:
                yield index, hospital, pool


def told_available(baseline: int, available: int | None) -> int | None:
    """Return how many beds are available, None where that would tell of one to three patients in them."""
    return None if available is None or 0 < baseline - available < FEWEST else available


def _at_start(exported: Exported) -> Iterator[BedCount]:
    for index, hospital, pool in _beds(exported.city.hospitals):
        patients = exported.city.occupied.get(pool.code)
        inside = math.nan if patients is None else float(patients[index])
        free = None if math.isnan(inside) else max(0, pool.establishment - math.ceil(inside))
        available = told_available(pool.establishment, free)
        yield BedCount(hospital.id, pool.code, pool.establishment, available, exported.start)


def _in_hour(exported: Exported, hour: int | None) -> Iterator[BedCount]:
    assert exported.stored is not None
    path = exported.stored.table("levels")
    if not path.is_file():
        stop_at([Fault("store.keep", "measures", "run it again with store.keep=patients: no levels were kept")])
    levels = pd.read_parquet(path)
    last = int(levels["hour"].max())
    chosen = last if hour is None else hour
    if not 0 <= chosen <= last:
        stop_at([Fault("--hour", hour, f"give an hour from 0 to {last}")])
    rows = levels[levels["hour"] == chosen]
    free_min = rows["duty_min"] - rows["busy_min"] - rows["cleaning_min"]
    free = dict(zip(zip(rows["hospital"], rows["pool"], strict=True), free_min.tolist(), strict=True))
    moment = exported.start + timedelta(hours=chosen)
    for _, hospital, pool in _beds(exported.city.hospitals):
        beds = math.floor(free[hospital.id, pool.code] / HOUR_MIN + 0.5)
        available = told_available(pool.establishment, min(pool.establishment, max(0, beds)))
        yield BedCount(hospital.id, pool.code, pool.establishment, available, moment)


def import_have(path: Path, folder: Path, out: Path) -> list[BedCount]:
    """Write the city of a folder anew with the beds that a file counts, and return the counts that were used.

    The latest count of each bed type of a hospital holds: it has `baseline_count` beds, and those that are not
    available are occupied at the start. Beds that are not named stay as they are.

    Raises:
        ScenarioError: with every fault of the file and of the folder; then nothing is written.
    """
    city = read_city_folder(folder)
    sheet, counts = read_have(path, city.hospitals)
    stop_at(sheet.all_faults())
    notes = NOTES.format(name=city.name, file=path.name)
    write_checked(out, lambda hidden: write_city_folder(hidden, counted_city(city, counts), notes))
    return counts


def read_have(path: Path, hospitals: Sequence[Hospital]) -> tuple[Sheet, list[BedCount]]:
    """Read the latest count of each bed type of these hospitals; what is wrong is in the sheet's faults."""
    sheet = read_sheet(path, REQUIRED)
    owners = sheet.texts("hospital", required=True)
    sheet.blame_unknown(owners, [one.id for one in hospitals], "hospital")
    codes = [_bed_type(sheet, i) for i in range(len(sheet))]
    baseline = sheet.whole_numbers("baseline_count", low=0, high=MOST_UNITS)
    available = sheet.numbers("available_count", low=0, high=MOST_UNITS, default=math.nan)
    sheet.blame_all(available > baseline, "available_count", "give at most baseline_count")
    whole = np.isnan(available) | (available == np.rint(available))
    sheet.blame_all(~whole, "available_count", "give a whole number")
    states = sheet.words("capacity_status", (VACANT.lower(), FULL.lower()))
    wrong = np.array([state == FULL.lower() for state in states], dtype=bool) & (available > 0)
    sheet.blame_all(wrong, "capacity_status", f"give {VACANT} where beds are available")
    moments = [_moment(sheet, i) for i in range(len(sheet))]
    keys = list(zip(owners, codes, moments, strict=True))
    sheet.blame_repeats([key if all(key) else None for key in keys], "bed_type", "count each bed type once at a time")
    numbers = zip(baseline.tolist(), available.tolist(), strict=True)
    latest: dict[tuple[str, str], BedCount] = {}
    for (owner, code, moment), (n, free) in zip(keys, numbers, strict=True):
        one = BedCount(owner, code, int(n), None if math.isnan(free) else int(free), moment)
        if latest.get((owner, code), one).moment <= moment:
            latest[owner, code] = one
    return sheet, list(latest.values())


def _bed_type(sheet: Sheet, record: int) -> str:
    """Return the code of a place, empty when it is blamed."""
    try:
        code, kind = read_type(sheet.cells("bed_type")[record])
    except ValueError as error:
        sheet.blame(record, "bed_type", str(error))
        return ""
    if kind is not Kind.PLACE:
        sheet.blame(record, "bed_type", "name a kind of bed, not staff or equipment")
    return code


def _moment(sheet: Sheet, record: int) -> datetime:
    cell = sheet.cells("time")[record]
    try:
        return datetime.fromisoformat(cell).replace(tzinfo=None) if cell else datetime.min
    except ValueError:
        sheet.blame(record, "time", "write a date and time, for example 2026-01-05 07:40")
        return datetime.min


def counted_city(city: CityFolder, counts: Sequence[BedCount]) -> CityFolder:
    """Return the city with the beds that were counted, and the patients in them at the start."""
    by_hospital: dict[str, dict[str, BedCount]] = {}
    occupied = {code: patients.copy() for code, patients in city.occupied.items()}
    ids = [hospital.id for hospital in city.hospitals]
    for one in counts:
        by_hospital.setdefault(one.hospital, {})[one.bed_type] = one
        inside = math.nan if one.available is None else float(one.baseline - one.available)
        occupied.setdefault(one.bed_type, np.full(len(ids), math.nan))[ids.index(one.hospital)] = inside
    hospitals = tuple(replace(one, pools=_counted_pools(one, by_hospital.get(one.id, {}))) for one in city.hospitals)
    return replace(city, hospitals=hospitals, occupied=occupied)


def _counted_pools(hospital: Hospital, counts: dict[str, BedCount]) -> tuple[Pool, ...]:
    """Return the pools with as many beds as were counted; a count that agrees with a pool keeps its roster."""
    own = {pool.code: pool for pool in hospital.pools}
    for code, one in counts.items():
        known = own.get(code)
        if known is None or known.establishment != one.baseline:
            own[code] = Pool(code, Kind.PLACE, (one.baseline,))
    return tuple(pool for pool in own.values() if pool.establishment)
