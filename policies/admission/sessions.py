"""Turn the open hours of the next days into sessions, and fill them with patients one after the other."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from sim.contract import AdmissionDecision, AdmissionView
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR, FloatArray, IntArray

HOLDS_WITHIN = 1e-6


@dataclass(slots=True)
class Session:
    """One unit of what a list is for, such as one theatre, from its first open hour of a day to its last.

    `day` counts from today; `free_min` is the minute of the day from which nobody is booked, `ends_min` that at which
    the session ends.
    """

    hospital: int
    code: int
    day: int
    unit: int
    free_min: float
    ends_min: float

    @property
    def left_min(self) -> float:
        """Return the minutes that are not booked."""
        return self.ends_min - self.free_min


@dataclass(slots=True)
class Book:
    """Hold the sessions of all days that may still be booked, and who is booked in them.

    `room_min` (h, l, n_days) are the minutes that the rules leave on each day.
    """

    view: AdmissionView
    sessions: list[Session] = field(init=False)
    calls: list[tuple[int, float]] = field(default_factory=list)
    room_min: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        """Open the sessions and enter those who are called already."""
        self.sessions = list(_opened(self.view))
        self.room_min = self.view.room_min.copy()
        of_day: dict[tuple[int, int, int], list[Session]] = {}
        for one in self.sessions:
            of_day.setdefault((one.hospital, one.code, one.day), []).append(one)
        called = np.flatnonzero(~self.view.uncalled)
        for row in called[np.argsort(self.view.called_min[called], kind="stable")].tolist():
            self._enter(row, of_day)

    def _enter(self, row: int, of_day: dict[tuple[int, int, int], list[Session]]) -> None:
        """Keep the time of a patient who is called: in the session that is free latest before that moment."""
        view = self.view
        day, minute = divmod(float(view.called_min[row]) - view.moment_min(0, 0.0), MINUTES_PER_DAY)
        same = of_day.get((*self._where(row), int(day)))
        if same:
            before = [one for one in same if one.free_min <= minute + HOLDS_WITHIN]
            session = max(before, key=lambda one: one.free_min) if before else min(same, key=lambda one: one.free_min)
            session.free_min = max(session.free_min, minute) + float(view.facts.mean_min[view.group[row]])

    def _where(self, row: int) -> tuple[int, int]:
        return int(self.view.hospital[row]), int(self.view.facts.list_of[self.view.group[row]])

    def fits(self, row: int, session: Session) -> bool:
        """Say whether a patient's case is expected to end within a session, and the day has room for it."""
        minutes = float(self.view.facts.mean_min[self.view.group[row]]) - HOLDS_WITHIN
        room = float(self.room_min[session.hospital, session.code, session.day])
        return minutes <= session.left_min and minutes <= room

    def call(self, row: int, session: Session) -> None:
        """Call a patient for the time from which a session is free."""
        minutes = float(self.view.facts.mean_min[self.view.group[row]])
        self.calls.append((int(self.view.patient[row]), self.view.moment_min(session.day, session.free_min)))
        session.free_min += minutes
        self.room_min[session.hospital, session.code, session.day] -= minutes

    def of_list(self, row: int) -> list[Session]:
        """Return the sessions of a patient's list, first day first, emptiest first."""
        return self.of(*self._where(row))

    def of(self, hospital: int, code: int) -> list[Session]:
        """Return the sessions of a list, first day first, emptiest first."""
        mine = (one for one in self.sessions if (one.hospital, one.code) == (hospital, code))
        return sorted(mine, key=lambda one: (one.day, one.free_min, one.unit))


def _opened(view: AdmissionView) -> Iterator[Session]:
    """Yield every session of the days that may be booked; a unit is open as long as so many are on the roster."""
    n_hospitals, n_lists, n_days, _ = view.rostered.shape
    for h, code, day in np.ndindex(n_hospitals, n_lists, n_days):
        hours: IntArray = view.rostered[h, code, day]
        for unit in range(int(hours.max(initial=0)) if day >= view.facts.notice_days else 0):
            open_hours = np.flatnonzero(hours > unit)
            first, last = float(open_hours[0]), float(open_hours[-1] + 1)
            yield Session(h, code, day, unit, first * MINUTES_PER_HOUR, last * MINUTES_PER_HOUR)


def decision_of(
    calls: list[tuple[int, float]],
    ending: str = "rule",
    objective: float = 0.0,
    gap: float = np.nan,
    binding: tuple[tuple[str, float], ...] = (),
    seconds: float = 0.0,
    hospital: list[int] | None = None,
) -> AdmissionDecision:
    """Return the decision to make these calls: patients and moments, and hospitals if not their own."""
    return AdmissionDecision(
        patient=np.array([patient for patient, _ in calls], dtype=np.int64),
        at_min=np.array([at_min for _, at_min in calls], dtype=np.float64),
        ending=ending,
        objective=objective,
        gap=gap,
        binding=binding,
        seconds=seconds,
        hospital=None if hospital is None else np.array(hospital, dtype=np.int64),
    )
