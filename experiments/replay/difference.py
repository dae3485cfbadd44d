"""Find where two traces part: the first day by its hash, the first event by the tables of patients."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
import pandas as pd

from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR

ARRIVED = "arrived"
NEVER = "never"


@dataclass(frozen=True, slots=True)
class Event:
    """Name an event that two traces do not share: a patient's mark and its moments in minutes, NaN for never."""

    patient: int
    mark: str
    before_min: float
    now_min: float
    hospital_before: str = ""
    hospital_now: str = ""

    def __str__(self) -> str:
        """Return the event in words."""
        if self.before_min == self.now_min:
            return (
                f"patient {self.patient} came to {self.hospital_now}, and to {self.hospital_before} in the stored run"
                f" ({moment(self.now_min)})"
            )
        before, now = moment(self.before_min), moment(self.now_min)
        return f"patient {self.patient}, {self.mark}: {now}, and {before} in the stored run"


def first_day(before: Sequence[str], now: Sequence[str]) -> int | None:
    """Return the first day, counted from 1, whose hashes differ; None when all are equal."""
    pairs = zip_longest(before, now)
    return next((day for day, (one, other) in enumerate(pairs, start=1) if one != other), None)


def first_event(before: pd.DataFrame, now: pd.DataFrame) -> Event | None:
    """Return the earliest event that two tables of patients do not share; None when they share all.

    Patients are told apart by their number; of events at the same moment that of the first patient counts.
    """
    marks = [str(name) for name in now.columns if pd.api.types.is_float_dtype(now[name]) and name in before]
    before, now = (frame.set_index("patient") for frame in (before, now))
    n = int(max(before.index.max(), now.index.max())) + 1
    old, new = (frame[marks].reindex(range(n)).to_numpy(dtype=float) for frame in (before, now))
    differs = ~((old == new) | (np.isnan(old) & np.isnan(new)))
    hospitals = [frame["hospital"].astype(object).reindex(range(n)).fillna("").to_numpy() for frame in (before, now)]
    if ARRIVED in marks:
        differs[:, marks.index(ARRIVED)] |= hospitals[0] != hospitals[1]
    if not differs.any():
        return None
    moments = np.where(differs, np.fmin(old, new), np.inf)
    patient, mark = np.unravel_index(int(np.argmin(moments)), moments.shape)
    old_min, new_min = float(old[patient, mark]), float(new[patient, mark])
    return Event(int(patient), marks[mark], old_min, new_min, str(hospitals[0][patient]), str(hospitals[1][patient]))


def moment(minutes: float) -> str:
    """Return a moment in words, with its exact minutes: "day 3, 04:12 (3132.5 min)"."""
    if np.isnan(minutes):
        return NEVER
    day, rest = divmod(minutes, MINUTES_PER_DAY)
    hour, minute = divmod(int(rest), int(MINUTES_PER_HOUR))
    return f"day {int(day) + 1}, {hour:02d}:{minute:02d} ({minutes!r} min)"
