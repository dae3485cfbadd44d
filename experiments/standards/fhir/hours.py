"""Turn rosters into a Schedule with Slots, one for each stretch of hours with the same number on duty, and back."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

import numpy as np

from experiments.standards.fhir.document import Entry
from experiments.standards.fhir.systems import Json, extended, extension, instant, reference
from experiments.standards.fhir.values import moment_of
from sim.faults import Fault
from sim.units import HOURS_PER_WEEK, IntArray

ON_DUTY = ("free", "busy", "busy-tentative")
HOUR = timedelta(hours=1)
HOURS_PER_DAY = 24


def monday_of(moment: datetime) -> datetime:
    """Return the midnight at which the week of a moment begins."""
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


def schedule(id_: str, actors: Sequence[Json], levels: Sequence[int], monday: datetime) -> Iterator[Json]:
    """Yield the Schedule of a pool with 168 levels, and its Slots in one week that stands for all weeks."""
    horizon = {"start": instant(monday), "end": instant(monday + HOURS_PER_WEEK * HOUR)}
    yield {"resourceType": "Schedule", "id": id_, "active": True, "actor": list(actors), "planningHorizon": horizon}
    start = 0
    for level, group in groupby(levels):
        end = start + len(list(group))
        if level:
            yield {
                "resourceType": "Slot",
                "id": f"{id_}-{start}",
                "schedule": reference("Schedule", id_),
                "status": "free",
                "start": instant(monday + start * HOUR),
                "end": instant(monday + end * HOUR),
                "extension": [extension("units", level)],
            }
        start = end


def on_duty(slots: Sequence[Entry], faults: list[Fault]) -> IntArray:
    """Return the units on duty in each hour of the week, shape (168,): those of all Slots of one Schedule added up."""
    levels = np.zeros(HOURS_PER_WEEK, dtype=np.int64)
    for entry in slots:
        if entry.resource["status"] in ON_DUTY:
            first, n_hours = _hours(entry, faults)
            levels[(first + np.arange(n_hours)) % HOURS_PER_WEEK] += int(extended(entry.resource, "units", 1))
    return levels


def _hours(entry: Entry, faults: list[Fault]) -> tuple[int, int]:
    """Return the hour of the week at which a Slot begins, and how many hours it lasts; blame other times."""
    start, end = (moment_of(entry.resource[name]) for name in ("start", "end"))
    assert start is not None
    assert end is not None
    for name, moment in (("start", start), ("end", end)):
        if (moment.minute, moment.second, moment.microsecond) != (0, 0, 0):
            faults.append(Fault(f"{entry.path}.{name}", entry.resource[name], "rosters begin and end on full hours"))
            return 0, 0
    n_hours = int((end - start) / HOUR)
    if not 0 < n_hours <= HOURS_PER_WEEK:
        faults.append(Fault(f"{entry.path}.end", entry.resource["end"], "end after the start, within a week"))
        return 0, 0
    return start.weekday() * HOURS_PER_DAY + start.hour, n_hours
