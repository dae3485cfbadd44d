"""Describe the places of a city: hospitals with their pools, zones where patients live, and the roads between."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sim.faults import Fault
from sim.units import HOURS_PER_WEEK, FloatArray


class Kind(StrEnum):
    """Say what a pool consists of."""

    PLACE = "place"
    STAFF = "staff"
    EQUIPMENT = "equipment"


class Discipline(StrEnum):
    """Say in which order a pool takes those who wait."""

    PRIORITY = "priority"
    FIFO = "fifo"


@dataclass(frozen=True, slots=True)
class Pool:
    """Describe interchangeable units of one kind at one hospital.

    `levels` holds the units on duty: one number for always, or 168 numbers, one for each hour from Monday midnight.
    """

    code: str
    kind: Kind
    levels: tuple[int, ...]
    discipline: Discipline = Discipline.PRIORITY

    @property
    def establishment(self) -> int:
        """Return how many units exist, the most that are ever on duty."""
        return max(self.levels)

    @property
    def hourly(self) -> FloatArray:
        """Return the units on duty in each hour of the week, shape (168,)."""
        return np.broadcast_to(np.asarray(self.levels, dtype=float), (HOURS_PER_WEEK,)).copy()

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield a fault for a roster of the wrong length, negative levels, or nobody ever on duty."""
        if len(self.levels) not in (1, HOURS_PER_WEEK):
            yield Fault(f"{field}.levels", len(self.levels), "give 1 level or 168, one for each hour of the week")
        elif min(self.levels) < 0:
            yield Fault(f"{field}.levels", min(self.levels), "give levels of zero or more")
        elif max(self.levels) == 0:
            yield Fault(f"{field}.levels", 0, "put at least one unit on duty at some hour, or leave the pool out")


@dataclass(frozen=True, slots=True)
class Hospital:
    """Describe one hospital: where it stands, what it has, and whether it agreed to share."""

    id: str
    name: str
    latitude: float
    longitude: float
    pools: tuple[Pool, ...]
    agreed: bool = True

    def pool(self, code: str) -> Pool | None:
        """Return the pool of that code, or None when the hospital has none."""
        return next((pool for pool in self.pools if pool.code == code), None)

    def disciplines(self, codes: Collection[str]) -> set[Discipline]:
        """Return the disciplines of those of these pools that the hospital has."""
        return {pool.discipline for pool in self.pools if pool.code in codes}

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield the faults of the position and of every pool."""
        if not -90 <= self.latitude <= 90:
            yield Fault(f"{field}.latitude", self.latitude, "give degrees between -90 and 90")
        if not -180 <= self.longitude <= 180:
            yield Fault(f"{field}.longitude", self.longitude, "give degrees between -180 and 180")
        codes = [pool.code for pool in self.pools]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            yield Fault(f"{field}.pools", code, "name each pool once")
        for pool in self.pools:
            yield from pool.faults(f"{field}.pools.{pool.code}")


@dataclass(frozen=True, slots=True)
class Zone:
    """Describe one part of the city where patients live."""

    id: str
    name: str
    latitude: float
    longitude: float
    population: float


@dataclass(frozen=True, slots=True, eq=False)
class City:
    """Describe hospitals, zones and the ways between them.

    `travel_min` has shape (n_hospitals, n_hospitals), minutes from row to column; `choice_share` has shape
    (n_zones, n_hospitals), the share of a zone's patients who go to each hospital on their own.
    """

    name: str
    hospitals: tuple[Hospital, ...]
    zones: tuple[Zone, ...]
    travel_min: FloatArray
    choice_share: FloatArray

    @property
    def pool_codes(self) -> tuple[str, ...]:
        """Return the codes of all pools of the city, sorted."""
        return tuple(sorted({pool.code for hospital in self.hospitals for pool in hospital.pools}))

    def faults(self) -> Iterator[Fault]:
        """Yield faults of every hospital, of repeated ids and of the two tables."""
        if not self.hospitals:
            yield Fault("city.hospitals", 0, "give at least one hospital")
        for name, things in (("hospitals", self.hospitals), ("zones", self.zones)):
            ids = [thing.id for thing in things]
            for repeated in sorted({i for i in ids if ids.count(i) > 1}):
                yield Fault(f"city.{name}", repeated, "give every one its own id")
        for hospital in self.hospitals:
            yield from hospital.faults(f"city.hospitals.{hospital.id}")
        yield from self._table_faults()

    def _table_faults(self) -> Iterator[Fault]:
        n, z = len(self.hospitals), len(self.zones)
        if self.travel_min.shape != (n, n):
            yield Fault("city.travel_min", self.travel_min.shape, f"give a table of {n} x {n} hospitals")
        for minutes in self.travel_min[~(np.isfinite(self.travel_min) & (self.travel_min >= 0))][:1].tolist():
            yield Fault("city.travel_min", minutes, "give finite minutes of zero or more")
        if self.choice_share.shape != (z, n):
            yield Fault("city.choice_share", self.choice_share.shape, f"give {z} zones x {n} hospitals")
        elif z and not (np.all(self.choice_share >= 0) and np.allclose(self.choice_share.sum(axis=1), 1.0)):
            yield Fault("city.choice_share", self.choice_share.sum(axis=1).tolist(), "let every row sum to 1")
