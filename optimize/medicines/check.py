"""Judge a plan of moves by living through the days: every hospital uses first what expires first."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil

from optimize.medicines.case import HOURS_PER_DAY, Lot, LotMove, MedicinesCase, MedicinesPlan
from optimize.score import AGREES_WITHIN, Term, total


@dataclass(slots=True)
class Shelf:
    """Units of one lot at one hospital, usable from day `first` to before day `end`."""

    lot: Lot
    first: int
    end: int
    units: int


@dataclass(slots=True)
class Days:
    """What happened: units short by (hospital, medicine) and day, and the shelves as they were left."""

    short: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    shelves: dict[tuple[str, str], list[Shelf]] = field(default_factory=dict)

    def left(self) -> Counter[str]:
        """Count the units of each lot that nobody used, wherever they are."""
        rest: Counter[str] = Counter()
        for shelf in (shelf for shelves in self.shelves.values() for shelf in shelves):
            rest[shelf.lot.name] += shelf.units
        return rest


def live_through(case: MedicinesCase, moves: tuple[LotMove, ...]) -> Days:
    """Serve the demand day by day, at each hospital from the usable lot that expires first."""
    days = Days(shelves=_stocked(case, moves))
    for h, hospital in enumerate(case.hospitals):
        for m, medicine in enumerate(case.medicine_names):
            shelves = sorted(days.shelves.get((hospital, medicine), []), key=lambda shelf: shelf.end)
            needs = case.demand[h, m].tolist()
            days.short[hospital, medicine] = [_served(shelves, day, needed) for day, needed in enumerate(needs)]
    return days


def _served(shelves: list[Shelf], day: int, needed: int) -> int:
    """Take what is needed on a day, and say how much is missing."""
    for shelf in shelves:
        if shelf.first <= day < shelf.end:
            taken = min(shelf.units, needed)
            shelf.units -= taken
            needed -= taken
    return needed


def _stocked(case: MedicinesCase, moves: tuple[LotMove, ...]) -> dict[tuple[str, str], list[Shelf]]:
    """Put every unit on the shelf where it is to be used; units that a plan invents stand there too."""
    lots = {lot.name: lot for lot in case.lots}
    shelves: dict[tuple[str, str], list[Shelf]] = {}
    gone = Counter(dict.fromkeys(lots, 0))
    for move in moves:
        lot = lots[move.lot]
        gone[move.lot] += move.units
        start, goal = case.hospitals.index(lot.hospital), case.hospitals.index(move.destination)
        first = max(1, ceil(min(case.transit_hours[start, goal] / HOURS_PER_DAY, case.n_days)))
        shelf = Shelf(lot, first, lot.usable_days, move.units)
        shelves.setdefault((move.destination, lot.medicine), []).append(shelf)
    for lot in case.lots:
        stays = Shelf(lot, lot.arrives_day, lot.usable_days, max(0, lot.units - gone[lot.name]))
        shelves.setdefault((lot.hospital, lot.medicine), []).append(stays)
    return shelves


def terms(case: MedicinesCase, plan: MedicinesPlan) -> Iterator[Term]:
    """Yield what is wasted, missing and moved, and, at no price, what room the moves take in the cold."""
    yield from _terms(case, plan, live_through(case, plan.moves))


def cost_of(case: MedicinesCase, moves: tuple[LotMove, ...]) -> float:
    """Add up waste, shortage and transport of moves between known places."""
    return total(_lived(case, moves, live_through(case, moves)))


def breaches(case: MedicinesCase, plan: MedicinesPlan) -> list[str]:
    """List in words what does not hold, empty if all does; shares nothing with the model."""
    unknown = [*_unknown(case, plan.moves)]
    if unknown:
        return unknown
    days = live_through(case, plan.moves)
    return [
        *_forbidden(case, plan.moves),
        *_exceeded(case, plan.moves),
        *_too_short(case, days),
        *_misstated(case, plan, days),
    ]


def _unknown(case: MedicinesCase, moves: tuple[LotMove, ...]) -> Iterator[str]:
    for move in moves:
        if move.lot not in case.lot_names or move.destination not in case.hospitals:
            yield f"{move.lot} to {move.destination}: there is no such lot or hospital"


def _forbidden(case: MedicinesCase, moves: tuple[LotMove, ...]) -> Iterator[str]:
    """Name every move that the rules forbid."""
    lots = {lot.name: lot for lot in case.lots}
    medicines = {medicine.name: medicine for medicine in case.medicines}
    for move in moves:
        lot, name = lots[move.lot], f"{move.lot} to {move.destination}"
        medicine = medicines[lot.medicine]
        hours = float(case.transit_hours[case.hospitals.index(lot.hospital), case.hospitals.index(move.destination)])
        if move.units < 1 or move.destination == lot.hospital:
            yield f"{name}: {move.units} units are not a move"
        if lot.held or lot.arrives_day > 0:
            yield f"{name}: the lot must stay"
        if medicine.controlled:
            yield f"{name}: {medicine.name} is controlled"
        if medicine.cold and hours > case.cold_hours:
            yield f"{name}: {hours:g} hours are too long in the cold box"
        if not lot.life_hours >= hours + case.receipt_hours:
            yield f"{name}: {lot.life_hours - hours:g} hours of life on receipt are too few"


def _exceeded(case: MedicinesCase, moves: tuple[LotMove, ...]) -> Iterator[str]:
    """Name every lot that goes more than once over, and every cold room that is too full."""
    gone: Counter[str] = Counter()
    for move in moves:
        gone[move.lot] += move.units
    for lot in case.lots:
        if gone[lot.name] > lot.units:
            yield f"{lot.name} has {lot.units} units, {gone[lot.name]} go"
    for hospital, units in _into_the_cold(case, moves).items():
        room = int(case.cold_room[case.hospitals.index(hospital)])
        if units > room:
            yield f"{hospital} has room for {room} units in the cold, {units} come"


def _into_the_cold(case: MedicinesCase, moves: tuple[LotMove, ...]) -> Counter[str]:
    """Count the cold units that come to each hospital."""
    cold = {medicine.name for medicine in case.medicines if medicine.cold}
    chilled = {lot.name for lot in case.lots if lot.medicine in cold}
    coming: Counter[str] = Counter()
    for move in moves:
        if move.lot in chilled:
            coming[move.destination] += move.units
    return coming


def _too_short(case: MedicinesCase, days: Days) -> Iterator[str]:
    """Name every shortage beyond its limit."""
    if case.shortage_limit is None:
        return
    for (hospital, medicine), by_day in days.short.items():
        limit = int(case.shortage_limit[case.hospitals.index(hospital), case.medicine_names.index(medicine)])
        if sum(by_day) > limit:
            yield f"{hospital} is short of {sum(by_day)} units of {medicine}, the limit is {limit}"


def _misstated(case: MedicinesCase, plan: MedicinesPlan, days: Days) -> Iterator[str]:
    """Name what the plan promises better than it comes; a plan that is not proven best may promise worse."""
    left = days.left()
    wasted = sum(left[lot.name] for lot in case.lots if case.expires(lot))
    short = sum(map(sum, days.short.values()))
    cost = total(_lived(case, plan.moves, days))
    for name, promised, found in (
        ("cost", plan.cost, cost),
        ("wasted_units", plan.wasted_units, wasted),
        ("short_units", plan.short_units, short),
    ):
        if found > promised + AGREES_WITHIN * max(1.0, abs(found)):
            yield f"{name} is {found:g}, the plan says {promised:g}"


def _terms(case: MedicinesCase, plan: MedicinesPlan, days: Days) -> Iterator[Term]:
    lived = [*_lived(case, plan.moves, days)]
    yield from lived
    yield Term("promised worse than it comes", "", plan.cost - total(lived), 1.0)
    for hospital, units in _into_the_cold(case, plan.moves).items():
        yield Term("units into the cold", hospital, units)


def _lived(case: MedicinesCase, moves: tuple[LotMove, ...], days: Days) -> Iterator[Term]:
    """Yield what the days cost, and the ways."""
    medicines = {medicine.name: medicine for medicine in case.medicines}
    lots, left = {lot.name: lot for lot in case.lots}, days.left()
    for lot in case.lots:
        if lot.life_hours < (case.n_days + 1) * HOURS_PER_DAY:  # no whole day of life is left after the horizon
            yield Term("waste", lot.name, left[lot.name], medicines[lot.medicine].waste_cost)
    for (hospital, medicine), by_day in days.short.items():
        yield Term("shortage", f"{medicine} at {hospital}", sum(by_day), medicines[medicine].shortage_cost)
    trips = {}
    for move in moves:
        start, goal = case.hospitals.index(lots[move.lot].hospital), case.hospitals.index(move.destination)
        trips[start, goal] = float(case.trip_cost[start, goal])
        name = f"{move.lot} to {move.destination}"
        yield Term("units moved", name, move.units, float(case.unit_cost[start, goal]))
    for (start, goal), cost in trips.items():
        yield Term("trips", f"{case.hospitals[start]} to {case.hospitals[goal]}", 1, cost)
