"""Describe the places of a city: hospitals with their pools, zones where patients live, and the roads between."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from sim.faults import Fault
from sim.resources import INTERRUPTING as INTERRUPTING
from sim.resources import AtEnd as AtEnd
from sim.resources import Breakdown as Breakdown
from sim.resources import Discipline as Discipline
from sim.resources import Kind as Kind
from sim.resources import Maintenance as Maintenance
from sim.resources import Pool as Pool
from sim.shelves import Shelf
from sim.units import FloatArray


@dataclass(frozen=True, slots=True)
class Hospital:
    """Describe one hospital: where it stands, what it has, and whether it agreed to share.

    Hospitals of one `region` may be asked to fill each other's beds first; those without one form a region together.
    """

    id: str
    name: str
    latitude: float
    longitude: float
    pools: tuple[Pool, ...]
    agreed: bool = True
    shelves: tuple[Shelf, ...] = ()
    region: str = ""

    def pool(self, code: str) -> Pool | None:
        """Return the pool of that code, or None when the hospital has none."""
        return next((pool for pool in self.pools if pool.code == code), None)

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield the faults of the position and of every pool."""
        if not -90 <= self.latitude <= 90:
            yield Fault(f"{field}.latitude", self.latitude, "give degrees between -90 and 90")
        if not -180 <= self.longitude <= 180:
            yield Fault(f"{field}.longitude", self.longitude, "give degrees between -180 and 180")
        codes = [pool.code for pool in self.pools]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            yield Fault(f"{field}.pools", code, "name each pool once")
        medicines = [shelf.medicine for shelf in self.shelves]
        for medicine in sorted({one for one in medicines if medicines.count(one) > 1}):
            yield Fault(f"{field}.shelves", medicine, "give each medicine one shelf")
        for shelf in self.shelves:
            yield from shelf.faults(f"{field}.shelves.{shelf.medicine}")
        for pool in self.pools:
            yield from pool.faults(f"{field}.pools.{pool.code}")
            lender = self.pool(pool.borrows) if pool.borrows else None
            if pool.borrows and (lender is None or lender.kind is not Kind.PLACE or lender.borrows):
                mend = "name a pool of places of this hospital that borrows nothing itself"
                yield Fault(f"{field}.pools.{pool.code}.borrows", pool.borrows, mend)


@dataclass(frozen=True, slots=True)
class Crew:
    """Describe technicians who repair what breaks down, one unit each at a time, for all hospitals that name them."""

    name: str
    size: int


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
    (n_zones, n_hospitals), the share of a zone's patients who go to each hospital on their own; `zone_travel_min` has
    that shape too, minutes from zone to hospital, None where nobody is driven.
    """

    name: str
    hospitals: tuple[Hospital, ...]
    zones: tuple[Zone, ...]
    travel_min: FloatArray
    choice_share: FloatArray
    crews: tuple[Crew, ...] = ()
    zone_travel_min: FloatArray | None = None

    def pool(self, hospital: int, code: str) -> Pool | None:
        """Return the pool that a code means at a hospital (by index): its own, or `code@id` of another hospital."""
        own, _, elsewhere = code.partition("@")
        if elsewhere:
            return next((other.pool(own) for other in self.hospitals if other.id == elsewhere), None)
        return self.hospitals[hospital].pool(own)

    def disciplines(self, hospital: int, codes: Collection[str]) -> list[Discipline]:
        """Return the disciplines of those of these pools that there are for a hospital."""
        found = (self.pool(hospital, code) for code in codes)
        return [pool.discipline for pool in found if pool]

    @property
    def interruptible(self) -> frozenset[str]:
        """Return the codes of pools that may interrupt a step at some hospital."""
        return frozenset(pool.code for hospital in self.hospitals for pool in hospital.pools if pool.interrupts)

    def codes_of(self, kind: Kind) -> tuple[str, ...]:
        """Return the codes of all pools of a kind, sorted."""
        pools = (pool for hospital in self.hospitals for pool in hospital.pools)
        return tuple(sorted({pool.code for pool in pools if pool.kind is kind}))

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
        yield from self._crew_faults()
        yield from self._table_faults()

    def _crew_faults(self) -> Iterator[Fault]:
        for crew in self.crews:
            if crew.size < 1:
                yield Fault(f"city.crews.{crew.name}", crew.size, "give at least one technician")
        names = {crew.name for crew in self.crews}
        for hospital in self.hospitals:
            for pool in hospital.pools:
                crew_name = pool.breakdown.crew if pool.breakdown else None
                if crew_name is not None and crew_name not in names:
                    field = f"city.hospitals.{hospital.id}.pools.{pool.code}.breakdown.crew"
                    yield Fault(field, crew_name, f"name one of {', '.join(sorted(names)) or 'the crews of the city'}")

    def _table_faults(self) -> Iterator[Fault]:
        n, z = len(self.hospitals), len(self.zones)
        if self.travel_min.shape != (n, n):
            yield Fault("city.travel_min", self.travel_min.shape, f"give a table of {n} x {n} hospitals")
        for field in ("travel_min", "zone_travel_min"):
            table = getattr(self, field)
            for minutes in [] if table is None else table[~(np.isfinite(table) & (table >= 0))][:1].tolist():
                yield Fault(f"city.{field}", minutes, "give finite minutes of zero or more")
        if self.zone_travel_min is not None and self.zone_travel_min.shape != (z, n):
            yield Fault("city.zone_travel_min", self.zone_travel_min.shape, f"give {z} zones x {n} hospitals")
        if self.choice_share.shape != (z, n):
            yield Fault("city.choice_share", self.choice_share.shape, f"give {z} zones x {n} hospitals")
        elif z and not (np.all(self.choice_share >= 0) and np.allclose(self.choice_share.sum(axis=1), 1.0)):
            yield Fault("city.choice_share", self.choice_share.sum(axis=1).tolist(), "let every row sum to 1")
