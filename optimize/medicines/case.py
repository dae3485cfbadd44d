"""State which lots of medicines stand where, what the hospitals will need, and which lots move: plain numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from optimize.checking import finite_faults, least_faults, name_faults, refuse, shape_faults
from optimize.program import BoolArray, FloatArray, IntArray
from optimize.transfer_case import CountArray

HOURS_PER_DAY = 24.0


@dataclass(frozen=True, slots=True)
class Medicine:
    """A medicine, counted in units such as packs or vials.

    Args:
        name: its name.
        waste_cost: cost of a unit that expires.
        shortage_cost: cost of a unit that is needed and missing.
        cold: whether it travels and rests in the cold.
        controlled: whether the law keeps it where it is.
    """

    name: str
    waste_cost: float
    shortage_cost: float
    cold: bool = False
    controlled: bool = False


@dataclass(frozen=True, slots=True)
class Lot:
    """Units of one medicine at one hospital that expire together.

    Args:
        name: its name.
        medicine: name of the medicine.
        hospital: name of the hospital that holds it, or to which it travels.
        units: whole units, at least 1.
        life_hours: hours until it expires.
        arrives_day: the first day on which it can be used there; 0 if it is there.
        held: whether it must stay.
        stood_days: days since it came there.
    """

    name: str
    medicine: str
    hospital: str
    units: int
    life_hours: float
    arrives_day: int = 0
    held: bool = False
    stood_days: float = float("inf")

    @property
    def usable_days(self) -> int:
        """Count the days, from day 0, to whose end the lot lasts."""
        return int(self.life_hours // HOURS_PER_DAY)


@dataclass(frozen=True, slots=True)
class MedicinesCase:
    """One day's question: H hospitals, M medicines, lots, and T days of demand.

    Args:
        hospitals: H names.
        medicines: M medicines.
        lots: what there is.
        demand: units needed, by hospital, medicine and day; shape (H, M, T), whole (see `whole_demand`).
        transit_hours: from hospital (row) to hospital; shape (H, H), inf where nothing goes.
        unit_cost: cost of moving one unit; shape (H, H).
        trip_cost: cost of a trip, whatever it carries; shape (H, H).
        cold_room: units that each hospital can receive into the cold; shape (H,).
        cold_hours: longest transit in a cold box.
        receipt_hours: shortest remaining life on receipt.
        shortage_limit: units that each hospital may be short of in all T days; shape (H, M), None for no limit.

    Raises:
        ValueError: lists every unknown or repeated name, wrong shape and impossible number.
    """

    hospitals: tuple[str, ...]
    medicines: tuple[Medicine, ...]
    lots: tuple[Lot, ...]
    demand: CountArray
    transit_hours: FloatArray
    unit_cost: FloatArray
    trip_cost: FloatArray
    cold_room: CountArray
    cold_hours: float = 8.0
    receipt_hours: float = 24.0
    shortage_limit: CountArray | None = None

    def __post_init__(self) -> None:
        refuse([*self._lot_faults(), *self._shape_faults(), *self._number_faults()])

    @property
    def n_days(self) -> int:
        """Count the days of the horizon."""
        return int(self.demand.shape[2])

    @property
    def medicine_names(self) -> tuple[str, ...]:
        """Name the medicines in order."""
        return tuple(medicine.name for medicine in self.medicines)

    @property
    def lot_names(self) -> tuple[str, ...]:
        """Name the lots in order."""
        return tuple(lot.name for lot in self.lots)

    def expires(self, lot: Lot) -> bool:
        """Say whether what is left of the lot after the horizon is waste."""
        return lot.usable_days <= self.n_days

    def ways(self, lots: IntArray | None = None) -> IntArray:
        """List every move of some lots, by position, or of all, that the rules allow and that can be of use.

        Returns:
            Position of the lot, position of the hospital to which it may go, first day on which it can be used
            there; shape (n, 3), in ascending order.
        """
        chosen = np.arange(len(self.lots)) if lots is None else lots
        hospital = {name: h for h, name in enumerate(self.hospitals)}
        number = {name: m for m, name in enumerate(self.medicine_names)}
        looked_at = [self.lots[lot] for lot in chosen.tolist()]
        origin = np.array([hospital[lot.hospital] for lot in looked_at], dtype=np.intp)
        medicine = np.array([number[lot.medicine] for lot in looked_at], dtype=np.intp)
        stays = np.array([lot.held or lot.arrives_day > 0 for lot in looked_at], dtype=np.bool_)
        life_hours = np.array([lot.life_hours for lot in looked_at], dtype=np.float64)
        longest_hours, stays = self._longest_hours(medicine, life_hours), stays | self._controlled()[medicine]
        arrives = first_day(self.transit_hours)[origin]
        end = np.minimum(life_hours // HOURS_PER_DAY, self.n_days)
        reached = (self.transit_hours[origin] <= longest_hours[:, None]) & (arrives < end[:, None])
        row, goal = np.nonzero(reached & (np.arange(len(self.hospitals)) != origin[:, None]) & ~stays[:, None])
        return np.stack([chosen[row], goal, arrives[row, goal].astype(np.intp)], axis=1)

    def _longest_hours(self, medicine: IntArray, life_hours: FloatArray) -> FloatArray:
        """Say how long lots of medicines may be on their way."""
        cold = np.array([item.cold for item in self.medicines], dtype=np.bool_)[medicine]
        return np.asarray(np.minimum(life_hours - self.receipt_hours, np.where(cold, self.cold_hours, np.inf)))

    def _controlled(self) -> BoolArray:
        return np.array([item.controlled for item in self.medicines], dtype=np.bool_)

    def _lot_faults(self) -> Iterator[str]:
        yield from name_faults(self, ("hospitals", "medicine_names", "lot_names"))
        medicines = set(self.medicine_names)
        for lot in self.lots:
            if lot.medicine not in medicines:
                yield f"lot {lot.name}: medicine is {lot.medicine}; use {', '.join(self.medicine_names)}"
            if lot.hospital not in self.hospitals:
                yield f"lot {lot.name}: hospital is {lot.hospital}; use {', '.join(self.hospitals)}"
            if lot.units < 1:
                yield f"lot {lot.name}: units is {lot.units}; give 1 or more, or leave the lot out"
            if not 0 <= lot.life_hours < np.inf:
                yield f"lot {lot.name}: life_hours is {lot.life_hours}; give a finite number of at least 0"
            if lot.arrives_day < 0 or not lot.stood_days >= 0:
                given = f"arrives_day is {lot.arrives_day}, stood_days is {lot.stood_days}"
                yield f"lot {lot.name}: {given}; give 0 or more days"

    def _shape_faults(self) -> Iterator[str]:
        h, m = len(self.hospitals), len(self.medicines)
        if self.demand.ndim != 3 or self.demand.shape[:2] != (h, m):
            yield f"demand has shape {self.demand.shape}; the names ask for ({h}, {m}, days)"
        shapes = {"transit_hours": (h, h), "unit_cost": (h, h), "trip_cost": (h, h), "cold_room": (h,)}
        yield from shape_faults(self, shapes)
        if self.shortage_limit is not None:
            yield from shape_faults(self, {"shortage_limit": (h, m)})

    def _number_faults(self) -> Iterator[str]:
        for field in ("demand", "cold_room", "shortage_limit"):
            counts = getattr(self, field)
            if counts is not None and not (np.issubdtype(counts.dtype, np.integer) and (counts >= 0).all()):
                yield f"{field} must hold whole numbers of 0 or more; whole_demand rounds forecasts"
        costs = ("unit_cost", "trip_cost")
        yield from finite_faults(self, costs)
        yield from least_faults(self, (*costs, "transit_hours", "cold_hours", "receipt_hours"))
        for medicine in self.medicines:
            for field in ("waste_cost", "shortage_cost"):
                if not 0 <= getattr(medicine, field) < np.inf:
                    yield f"medicine {medicine.name}: {field} is {getattr(medicine, field)}; give 0 or more"


def whole_demand(forecast: FloatArray) -> CountArray:
    """Turn mean demand by day (last axis) into whole units; every total from day 0 is off by half a unit at most.

    Raises:
        ValueError: if the forecast holds a negative number or one that is not finite.
    """
    if not (np.isfinite(forecast) & (forecast >= 0)).all():
        raise ValueError("forecast must hold finite numbers of 0 or more units per day")
    totals = np.floor(np.cumsum(forecast, axis=-1) + 0.5).astype(np.intp)
    return np.diff(totals, axis=-1, prepend=0)


def first_day(transit_hours: FloatArray) -> FloatArray:
    """Say on which day what leaves now can be used: day 0 is over for all that travels; inf where nothing goes."""
    return np.asarray(np.maximum(1.0, np.ceil(transit_hours / HOURS_PER_DAY)), dtype=np.float64)


class LotMove(NamedTuple):
    """`units` of the lot named `lot` go to the hospital named `destination` now."""

    lot: str
    destination: str
    units: int


@dataclass(frozen=True, slots=True)
class MedicinesPlan:
    """Which lots move today, and what it leads to if every hospital uses first what expires first.

    Args:
        moves: in the order of the case's lots and hospitals, each with at least one unit.
        wasted_units: units that expire unused.
        short_units: units that are needed and missing.
        cost: waste, shortage and transport.
    """

    moves: tuple[LotMove, ...]
    wasted_units: int
    short_units: int
    cost: float
