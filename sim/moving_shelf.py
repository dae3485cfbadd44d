"""Move one shelf of medicines through time: delivered, received, used oldest first, sent, expired, or short."""

from bisect import insort
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from operator import attrgetter
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.shelves import Shelf
from sim.units import MINUTES_PER_DAY, FloatArray

COLUMNS = ("delivered", "used", "expired", "short", "sent", "received", "expired_received")
DELIVERED, USED, EXPIRED, SHORT, SENT, RECEIVED, EXPIRED_RECEIVED = range(len(COLUMNS))
ARRIVING, ARRIVING_ORDER, RECEIVING, REVIEWING, DEMANDING, COUNTING = range(6)
"""What comes first at one instant. What a policy decides comes between reviewing and demanding."""


@dataclass(slots=True)
class Lot:
    """Hold units that expire together; `received` says whether they came from another hospital."""

    number: int
    units: float
    expires_min: float
    since_min: float
    received: bool = False


class Due(NamedTuple):
    """Say how much comes when, and until when it is good."""

    at_min: float
    units: float
    expires_min: float


Event = tuple[float, int, float, float]
"""Moment, kind, units, and for lots on their way the moment at which they expire."""


class MovingShelf:
    """Follow one shelf, and add up its days; `next_number` numbers new lots."""

    def __init__(
        self, shelf: Shelf, deliveries_min: FloatArray, end_min: float, next_number: Callable[[], int]
    ) -> None:
        n_days = int(np.ceil(end_min / MINUTES_PER_DAY))
        self.shelf = shelf
        self.lots: list[Lot] = []
        self.reviewed_next_min = 0.0 if shelf.review else np.inf
        self._next_number = next_number
        self._ends_min = np.minimum(np.arange(1, n_days + 1) * MINUTES_PER_DAY, end_min)
        self._sums = np.zeros((n_days, len(COLUMNS)))
        self._at_hand = np.zeros(n_days)
        self._on_order = 0.0
        if shelf.at_start:
            self._put(0.0, shelf.at_start, shelf.life_min, received=False)
        self._agenda: list[Event] = [
            (time, ARRIVING, shelf.units_per_delivery, 0.0) for time in deliveries_min.tolist()
        ]
        self._agenda += [(time, COUNTING, 0.0, 0.0) for time in self._ends_min.tolist()]
        if shelf.review:
            self._agenda.append((0.0, REVIEWING, 0.0, 0.0))
        heapify(self._agenda)

    def want(self, times_min: FloatArray, units: FloatArray) -> None:
        """Let units be wanted at these moments, none of which has been passed."""
        wanted = zip(times_min.tolist(), units.tolist(), strict=True)
        self._agenda += [(time, DEMANDING, some, 0.0) for time, some in wanted]
        heapify(self._agenda)

    def advance(self, now: float) -> None:
        """Let all happen that comes before what is decided now."""
        self._advance((now, DEMANDING))
        self._expire(now)

    def days(self) -> pd.DataFrame:
        """Go on to the end, and return a row for each day."""
        self._advance((float(self._ends_min[-1]), COUNTING + 1))
        table = pd.DataFrame(self._sums, columns=list(COLUMNS))
        return table.assign(day=np.arange(len(table)), at_hand=self._at_hand)

    def wanted_by_day(self) -> FloatArray:
        """Return the units wanted on each day so far, met or not, shape (n_days,)."""
        wanted: FloatArray = self._sums[:, USED] + self._sums[:, SHORT]
        return wanted

    def due(self) -> Iterator[Due]:
        """Yield what has been ordered or sent and is not here yet; deliveries by chance nobody knows of."""
        for at_min, kind, units, expires_min in sorted(self._agenda):
            if kind == ARRIVING_ORDER:
                yield Due(at_min, units, at_min + self.shelf.life_min)
            elif kind == RECEIVING:
                yield Due(at_min, units, expires_min)

    def send(self, now: float, lot: Lot, units: float) -> None:
        """Take units of a lot off the shelf."""
        lot.units -= units
        if lot.units <= 0:
            self.lots.remove(lot)
        self._note(now, SENT, units)

    def expect(self, at_min: float, units: float, expires_min: float) -> None:
        """Let units come from another hospital; so many less are ordered."""
        self._on_order += units
        heappush(self._agenda, (at_min, RECEIVING, units, expires_min))

    def _advance(self, before: tuple[float, int]) -> None:
        agenda = self._agenda
        what = self._arrive, self._arrive_order, self._receive, self._review, self._use, self._count
        while agenda and agenda[0][:2] < before:
            now, kind, units, expires_min = heappop(agenda)
            self._expire(now)
            what[kind](now, units, expires_min)

    def _note(self, now: float, column: int, units: float) -> None:
        self._sums[min(int(now // MINUTES_PER_DAY), len(self._sums) - 1), column] += units

    def _put(self, now: float, units: float, expires_min: float, received: bool) -> None:
        """Put a lot on the shelf, behind those that expire no later."""
        insort(self.lots, Lot(self._next_number(), units, expires_min, now, received), key=attrgetter("expires_min"))

    def _expire(self, now: float) -> None:
        while self.lots and self.lots[0].expires_min <= now:
            lot = self.lots.pop(0)
            at_min = max(lot.expires_min, lot.since_min)  # some expire on their way
            self._note(at_min, EXPIRED, lot.units)
            self._note(at_min, EXPIRED_RECEIVED, lot.units if lot.received else 0.0)

    def _arrive(self, now: float, units: float, _: float) -> None:
        self._put(now, units, now + self.shelf.life_min, received=False)
        self._note(now, DELIVERED, units)

    def _arrive_order(self, now: float, units: float, _: float) -> None:
        self._on_order -= units
        self._arrive(now, units, 0.0)

    def _receive(self, now: float, units: float, expires_min: float) -> None:
        self._on_order -= units
        self._note(now, RECEIVED, units)
        self._put(now, units, expires_min, received=True)

    def _review(self, now: float, *_: float) -> None:
        """Order up to the level, counting what is at hand and on its way."""
        review = self.shelf.review
        assert review
        missing = review.up_to - self._on_order - sum(lot.units for lot in self.lots)
        if missing > 0:
            self._on_order += missing
            heappush(self._agenda, (now + review.lead_min, ARRIVING_ORDER, missing, 0.0))
        self.reviewed_next_min = now + review.every_min
        heappush(self._agenda, (self.reviewed_next_min, REVIEWING, 0.0, 0.0))

    def _use(self, now: float, units: float, _: float) -> None:
        """Take the lots first that expire first; what is missing is lost."""
        missing = units
        while missing > 0 and self.lots:
            taken = min(missing, self.lots[0].units)
            missing -= taken
            self.lots[0].units -= taken
            if self.lots[0].units <= 0:
                self.lots.pop(0)
        self._note(now, USED, units - missing)
        self._note(now, SHORT, missing)

    def _count(self, now: float, *_: float) -> None:
        day = int(np.ceil(now / MINUTES_PER_DAY)) - 1
        self._at_hand[day] = sum(lot.units for lot in self.lots)
