"""Seat the medicines policy: let lots go to other hospitals, and refuse with a reason what cannot go."""

from collections import deque
from dataclasses import fields, replace

import numpy as np

from sim.contract import Lots, MedicinesDecision, MedicinesView, PharmacyFacts
from sim.log import StockMove
from sim.motion import Motion
from sim.moving_shelf import Lot, MovingShelf
from sim.pharmacy import Place, pharmacy_facts, seen
from sim.platform.kinds import SharedKind
from sim.scenario import Sight
from sim.stock import Stockroom
from sim.terms import InForce, Terms
from sim.units import BoolArray


class MedicinesSeat:
    """Let hospitals that take part send lots to each other."""

    name = "medicines"

    def __init__(self, motion: Motion, stockroom: Stockroom) -> None:
        self._motion = motion
        self._stockroom = stockroom
        self._terms = Terms(motion.scenario.city, motion.scenario.agreements)
        usual = pharmacy_facts(motion.scenario)
        self._in_force = InForce(self._terms, SharedKind.MEDICINE, usual, _under_agreements)
        numbers = {name: m for m, name in enumerate(self._facts.medicines)}
        self._shelves = {(h, numbers[name]): shelf for (h, name), shelf in stockroom.shelves.items()}
        self._news: deque[MedicinesView] = deque()

    @property
    def _facts(self) -> PharmacyFacts:
        """Return what holds now."""
        return self._in_force.at(self._motion.env.now)

    def view(self) -> MedicinesView:
        """Return lots, orders and use as far as known; delayed news are those of an earlier review."""
        information, now = self._motion.scenario.information, self._motion.env.now
        self._stockroom.advance(now)
        truth = seen(self._facts, now, self._shared())
        self._motion.log.stocks.append(truth)
        if information.sight is Sight.LIVE:
            return truth
        if information.sight is Sight.NONE:
            return seen(self._facts, now, {})
        self._news.append(truth)
        newest = now - information.delay_min
        while len(self._news) > 1 and self._news[1].now_min <= newest:
            self._news.popleft()
        known = self._news[0]
        return self._old_news(known, now) if known.now_min <= newest else seen(self._facts, now, {})

    def _old_news(self, known: MedicinesView, now: float) -> MedicinesView:
        """Return what was seen before, without those who do not show it any more."""
        known = replace(known, now_min=now)
        if self._terms.by_flags:
            return known
        shown = self._terms.shown(now)
        lots, due = (_only(table, shown[table.hospital]) for table in (known.lots, known.due))
        use = np.where(shown[:, None], known.daily_use, 0.0)
        return replace(known, facts=self._facts, lots=lots, due=due, daily_use=use)

    def n_options(self, view: MedicinesView) -> int:
        """Count the lots at hand."""
        return len(view.lots.number)

    def idle(self) -> bool:
        """Ask at every review."""
        return False

    def carry_out(self, decision: MedicinesDecision) -> tuple[int, int]:
        """Send units of lots or refuse; return how many sendings were named, and how many refused."""
        found = {lot.number: (place, lot) for place, shelf in self._shelves.items() for lot in shelf.lots}
        trips: set[tuple[int, int]] = set()
        refused = 0
        asked = zip(decision.lot.tolist(), decision.destination.tolist(), decision.units.tolist(), strict=True)
        for number, destination, units in asked:
            place, lot = found.get(number, (None, None))
            refusal = self._refusal(place, lot, destination, units) if place and lot else "no such lot"
            if place and lot and not refusal:
                self._send(place, lot, destination, units, trips)
            else:
                origin, medicine = place or (-1, -1)
                self._note(number, medicine, (origin, destination), units, refusal=refusal)
            refused += bool(refusal)
        return len(decision.lot), refused

    def _refusal(self, place: Place, lot: Lot, destination: int, units: float) -> str:
        """Say why units of a lot cannot go there now; empty when nothing is in the way."""
        origin, medicine = place
        facts = self._facts
        if not 0 <= destination < len(facts.hospital_ids) or destination == origin:
            return "no other hospital"
        if not self._terms.may(SharedKind.MEDICINE, origin, destination, self._motion.env.now):
            return "no agreement"
        if not facts.kept[destination, medicine]:
            return "not kept there"
        if facts.controlled[medicine]:
            return "controlled"
        if facts.cold[medicine] and facts.transit_min[origin, destination] > facts.cold_max_min:
            return "too long out of the cold"
        return "" if 0 < units <= lot.units else "not so many units"

    def _send(self, place: Place, lot: Lot, destination: int, units: float, trips: set[tuple[int, int]]) -> None:
        """Let units leave at once, and come after their way; the first on a trip bears its cost."""
        now, (origin, medicine) = self._motion.env.now, place
        way = origin, destination
        transit_min, expires_min = float(self._facts.transit_min[way]), lot.expires_min
        cost = 0.0 if way in trips else float(self._facts.trip_cost[way])
        trips.add(way)
        self._shelves[place].send(now, lot, units)
        self._shelves[destination, medicine].expect(now + transit_min, units, expires_min)
        self._note(lot.number, medicine, way, units, expires_min - now, transit_min, cost)

    def _note(
        self, number: int, medicine: int, way: tuple[int, int], units: float, *way_figures: float, refusal: str = ""
    ) -> None:
        name = self._facts.medicines[medicine] if medicine >= 0 else ""
        life_min, transit_min, cost = way_figures or (np.nan, np.nan, 0.0)
        now = self._motion.env.now
        row = StockMove(now, number, name, *way, units, life_min, transit_min, cost, refusal)
        self._motion.log.stock_moves.append(row)

    def _shared(self) -> dict[Place, MovingShelf]:
        """Return the shelves of all who take part, and let others see how they are."""
        seen_now = self._facts.kept & self._terms.shown(self._motion.env.now)[:, None]
        return {place: shelf for place, shelf in self._shelves.items() if seen_now[place]}


def _under_agreements(usual: PharmacyFacts, takes_part: BoolArray, pairs: BoolArray) -> PharmacyFacts:
    """Return the facts under agreements: owners send to users."""
    return replace(usual, kept=usual.kept & takes_part[:, None], allowed=pairs)


def _only(lots: Lots, kept: BoolArray) -> Lots:
    """Return some of the lots."""
    return Lots(*(getattr(lots, column.name)[kept] for column in fields(lots)))
