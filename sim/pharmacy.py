"""Show what policies may know of medicines: who keeps what, which lots are at hand or due, and how much is used."""

from collections.abc import Iterable, Iterator

import numpy as np

from sim.contract import Lots, MedicinesView, PharmacyFacts
from sim.moving_shelf import MovingShelf
from sim.scenario import Scenario
from sim.shelves import Shelf
from sim.units import MINUTES_PER_DAY, FloatArray, on_grid

DAYS_OF_USE = 28
"""Whole days of the past over which daily use is averaged."""

ON_ITS_WAY = -1
Place = tuple[int, int]
"""Numbers of a hospital and of a medicine."""
Row = tuple[int, int, int, float, float, float, float]


def pharmacy_facts(scenario: Scenario) -> PharmacyFacts:
    """Return what never changes: who keeps what and shares it, prices, and what a way takes; medicines by name."""
    hospitals, rules, travel_min = scenario.city.hospitals, scenario.exchange, scenario.city.travel_min
    shelves = [shelf for hospital in hospitals for shelf in hospital.shelves]
    medicines = sorted({shelf.medicine for shelf in shelves})
    kept = [[_keeps(hospital.shelves, name) and hospital.agreed for name in medicines] for hospital in hospitals]
    by_name = {name: [shelf for shelf in shelves if shelf.medicine == name] for name in medicines}
    return PharmacyFacts(
        hospital_ids=tuple(hospital.id for hospital in hospitals),
        medicines=tuple(medicines),
        kept=np.array(kept, dtype=np.bool_).reshape(len(hospitals), len(medicines)),
        price=np.array([max(shelf.price for shelf in by_name[name]) for name in medicines]),
        cold=np.array([any(shelf.cold for shelf in by_name[name]) for name in medicines], dtype=np.bool_),
        controlled=np.array([any(shelf.controlled for shelf in by_name[name]) for name in medicines], dtype=np.bool_),
        transit_min=on_grid(rules.transit_min(travel_min)),
        trip_cost=rules.trip_cost(travel_min),
        cold_max_min=rules.cold_max_min,
    )


def _keeps(shelves: Iterable[Shelf], medicine: str) -> bool:
    return any(shelf.medicine == medicine for shelf in shelves)


def seen(facts: PharmacyFacts, now: float, shelves: dict[Place, MovingShelf]) -> MedicinesView:
    """Return what these shelves, by hospital and medicine, show now."""
    use = np.zeros(facts.kept.shape)
    more = np.full(facts.kept.shape, np.inf)
    for place, shelf in shelves.items():
        use[place] = daily_use(shelf, now)
        more[place] = _more_in_min(shelf, now)
    lots = _table(_lots(place, shelf, now) for place, shelf in shelves.items())
    due = _table(_due(place, shelf, now) for place, shelf in shelves.items())
    return MedicinesView(facts, now, now, lots, due, use, more)


def daily_use(shelf: MovingShelf, now: float) -> float:
    """Return the units wanted each day, on average over the last whole days, or so far on the first."""
    wanted, today = shelf.wanted_by_day(), int(now // MINUTES_PER_DAY)
    if not today:
        return float(wanted[0] / (now / MINUTES_PER_DAY)) if now else 0.0
    return float(wanted[max(0, today - DAYS_OF_USE) : today].mean())


def _more_in_min(shelf: MovingShelf, now: float) -> float:
    """Return when more can come that is not ordered yet: what is ordered next, or what comes by chance, on average."""
    review, per_day = shelf.shelf.review, shelf.shelf.deliveries_per_day
    ordered = shelf.reviewed_next_min - now + review.lead_min if review else np.inf
    return min(ordered, MINUTES_PER_DAY / per_day if per_day else np.inf)


def _lots(place: Place, shelf: MovingShelf, now: float) -> Iterator[Row]:
    for lot in shelf.lots:
        yield lot.number, *place, lot.units, lot.expires_min - now, 0.0, now - lot.since_min


def _due(place: Place, shelf: MovingShelf, now: float) -> Iterator[Row]:
    for due in shelf.due():
        yield ON_ITS_WAY, *place, due.units, due.expires_min - now, due.at_min - now, 0.0


def _table(rows_of_shelves: Iterable[Iterable[Row]]) -> Lots:
    rows = [row for rows in rows_of_shelves for row in rows]
    columns: FloatArray = np.array(rows, dtype=np.float64).reshape(-1, 7).T.copy()
    whole = columns[:3].astype(np.int64)
    return Lots(*whole, *columns[3:])
