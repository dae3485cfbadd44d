"""Follow the medicines on the shelves: delivered, used oldest first, expired, or short when somebody needed them.

A step uses its medicines when it starts. Nobody waits for a medicine, so the shelves follow from the marks afterwards.
"""

from collections import deque
from heapq import heapify, heappop, heappush

import numpy as np
import pandas as pd

from sim.cohort import Cohort
from sim.layout import Layout
from sim.log import Log
from sim.shelves import Shelf
from sim.streams import Replication, stream
from sim.units import MINUTES_PER_DAY, FloatArray, on_grid

COLUMNS = ("delivered", "used", "expired", "short")
DELIVERED, USED, EXPIRED, SHORT = range(len(COLUMNS))
ARRIVING, ARRIVING_ORDER, REVIEWING, DEMANDING, COUNTING = range(5)
"""What comes first at one instant."""

Demands = dict[tuple[int, str], tuple[FloatArray, FloatArray]]


def daily_stock(layout: Layout, cohort: Cohort, log: Log, replication: Replication) -> pd.DataFrame:
    """Return one row a hospital, medicine and day: units delivered, used, expired and short, and at hand at its end."""
    demands = _demands(layout, cohort, log)
    nothing = np.empty(0), np.empty(0)
    end_min = layout.scenario.horizon.end_min
    tables = []
    for h, hospital in enumerate(layout.scenario.city.hospitals):
        for shelf in hospital.shelves:
            deliveries = _deliveries(shelf, stream(replication, hospital.id, "supply", shelf.medicine), end_min)
            days = _Days(shelf, end_min).over(deliveries, *demands.get((h, shelf.medicine), nothing))
            tables.append(days.assign(hospital=hospital.id, medicine=shelf.medicine))
    order = ["hospital", "medicine", "day", *COLUMNS, "at_hand"]
    return pd.concat(tables)[order].reset_index(drop=True) if tables else pd.DataFrame(columns=order)


def _demands(layout: Layout, cohort: Cohort, log: Log) -> Demands:
    """Return when how many units of each medicine were wanted at each hospital, in order of time."""
    marks = np.frombuffer(log.marks).reshape(cohort.n_patients, len(layout.marks))
    hospital_at = np.frombuffer(log.hospital_at, dtype=np.int16).reshape(cohort.n_patients, len(layout.phases))
    found: dict[tuple[int, str], list[tuple[FloatArray, FloatArray]]] = {}
    for p, pathway in enumerate(layout.scenario.pathways):
        mine = cohort.pathway == p
        for phase in pathway.phases:
            here = hospital_at[:, layout.phase_index[phase.name]]
            for step in phase.steps:
                started = marks[:, layout.mark_index[f"{phase.name}.{step.name}_started"]]
                for medicine, units in step.medicines:
                    for h in np.unique(here[mine & ~np.isnan(started)]).tolist():
                        times = started[mine & (here == h) & ~np.isnan(started)]
                        found.setdefault((h, medicine), []).append((times, np.full(len(times), units)))
    return {where: _in_time(parts) for where, parts in found.items()}


def _in_time(parts: list[tuple[FloatArray, FloatArray]]) -> tuple[FloatArray, FloatArray]:
    times, units = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.argsort(times, kind="stable")
    return times[order], units[order]


def _deliveries(shelf: Shelf, generator: np.random.Generator, end_min: float) -> FloatArray:
    """Return the moments of deliveries that come by chance."""
    mean_gap = MINUTES_PER_DAY / shelf.deliveries_per_day if shelf.deliveries_per_day else np.inf
    times, last = [], 0.0
    while last < end_min:
        gaps = generator.standard_exponential(1024) * mean_gap
        times.append(last + np.cumsum(gaps))
        last = float(times[-1][-1])
    every = on_grid(np.concatenate(times)) if np.isfinite(mean_gap) else np.empty(0)
    return every[every < end_min]


class _Days:
    """Follow one shelf, and add up its days."""

    def __init__(self, shelf: Shelf, end_min: float) -> None:
        n_days = int(np.ceil(end_min / MINUTES_PER_DAY))
        self._shelf = shelf
        self._ends_min = np.minimum(np.arange(1, n_days + 1) * MINUTES_PER_DAY, end_min)
        self._sums = np.zeros((n_days, len(COLUMNS)))
        self._at_hand = np.zeros(n_days)
        self._lots: deque[list[float]] = deque()
        self._on_order = 0.0
        self._agenda: list[tuple[float, int, float]] = []

    def over(self, deliveries_min: FloatArray, wanted_min: FloatArray, wanted: FloatArray) -> pd.DataFrame:
        """Return the days of the shelf with these deliveries and demands."""
        if self._shelf.at_start:
            self._lots.append([self._shelf.life_min, self._shelf.at_start])
        agenda = self._agenda
        agenda += [(time, ARRIVING, self._shelf.units_per_delivery) for time in deliveries_min.tolist()]
        agenda += [(time, DEMANDING, units) for time, units in zip(wanted_min.tolist(), wanted.tolist(), strict=True)]
        agenda += [(time, COUNTING, 0.0) for time in self._ends_min.tolist()]
        if self._shelf.review:
            agenda.append((0.0, REVIEWING, 0.0))
        heapify(agenda)
        last_min = self._ends_min[-1]
        while agenda and agenda[0][0] <= last_min:
            now, kind, units = heappop(agenda)
            self._expire(now)
            (self._receive, self._receive_order, self._review, self._use, self._count)[kind](now, units)
        table = pd.DataFrame(self._sums, columns=list(COLUMNS))
        return table.assign(day=np.arange(len(table)), at_hand=self._at_hand)

    def _note(self, now: float, column: int, units: float) -> None:
        self._sums[min(int(now // MINUTES_PER_DAY), len(self._sums) - 1), column] += units

    def _expire(self, now: float) -> None:
        while self._lots and self._lots[0][0] <= now:
            expired_min, units = self._lots.popleft()
            self._note(expired_min, EXPIRED, units)

    def _receive(self, now: float, units: float) -> None:
        self._lots.append([now + self._shelf.life_min, units])
        self._note(now, DELIVERED, units)

    def _receive_order(self, now: float, units: float) -> None:
        self._on_order -= units
        self._receive(now, units)

    def _review(self, now: float, _: float) -> None:
        """Order up to the level, counting what is at hand and on its way."""
        review = self._shelf.review
        assert review
        missing = review.up_to - self._on_order - sum(units for _, units in self._lots)
        if missing > 0:
            self._on_order += missing
            heappush(self._agenda, (now + review.lead_min, ARRIVING_ORDER, missing))
        heappush(self._agenda, (now + review.every_min, REVIEWING, 0.0))

    def _use(self, now: float, units: float) -> None:
        """Take the oldest lots first; what is missing is lost."""
        missing = units
        while missing > 0 and self._lots:
            taken = min(missing, self._lots[0][1])
            missing -= taken
            self._lots[0][1] -= taken
            if self._lots[0][1] <= 0:
                self._lots.popleft()
        self._note(now, USED, units - missing)
        self._note(now, SHORT, missing)

    def _count(self, now: float, _: float) -> None:
        day = int(np.ceil(now / MINUTES_PER_DAY)) - 1
        self._at_hand[day] = sum(units for _, units in self._lots)
