"""Read duty.csv: who is on duty in the first hours of a run, where that differs from the roster."""

from pathlib import Path

import numpy as np

from experiments.files.reading import read_sheet
from experiments.files.roster import MOST_ON_DUTY
from experiments.files.sheet import Sheet
from sim.city import City
from sim.units import HOURS_PER_WEEK

FILE = "duty.csv"
REQUIRED = ("hospital", "pool", "from_hour", "to_hour", "on_duty")

Duty = tuple[int, str, int, int, int]
"""Hospital index, pool code, first hour and end in hours since the start, units on duty."""


def read_duty(path: Path, city: City) -> tuple[Sheet, list[Duty]]:
    """Read one row for each pool and span of hours; what is wrong is in the sheet's faults. Later rows win."""
    sheet = read_sheet(path, REQUIRED)
    ids = [one.id for one in city.hospitals]
    hospitals, pools = sheet.texts("hospital", required=True), sheet.texts("pool", required=True)
    sheet.blame_unknown(hospitals, ids, "hospital")
    known = {one.id: [pool.code for pool in one.pools] for one in city.hospitals}
    for record, (hospital, pool) in enumerate(zip(hospitals, pools, strict=True)):
        if hospital in known and pool and pool not in known[hospital]:
            sheet.blame(record, "pool", f"name a pool of {hospital}: {', '.join(sorted(known[hospital]))}")
    first = sheet.whole_numbers("from_hour", low=0, high=HOURS_PER_WEEK - 1)
    end = sheet.whole_numbers("to_hour", low=1, high=HOURS_PER_WEEK)
    units = sheet.whole_numbers("on_duty", low=0, high=MOST_ON_DUTY)
    sheet.blame_all(end <= first, "to_hour", "give an hour after from_hour")
    if sheet.faults:
        return sheet, []
    columns = zip(hospitals, pools, first.tolist(), end.tolist(), units.tolist(), strict=True)
    return sheet, [(ids.index(hospital), *rest) for hospital, *rest in columns]


def levels_with(duty: list[Duty], hospital: int, code: str, levels: tuple[int, ...]) -> tuple[int, ...]:
    """Return the levels of one pool in each hour since the start, with what the duty rows say of it."""
    mine = [row for row in duty if row[:2] == (hospital, code)]
    if not mine:
        return levels
    hourly = np.resize(np.array(levels), HOURS_PER_WEEK)
    for _, _, first, end, units in mine:
        hourly[first:end] = units
    return tuple(hourly.tolist())
