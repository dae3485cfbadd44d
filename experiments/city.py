"""Make the city of a scenario out of its settings: pools on duty, travel times, and where patients go."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from experiments.city_settings import CitySettings, HospitalSettings, ShiftSettings, TravelSettings
from experiments.pool_rules import rule_faults, ruled
from experiments.schema import close_match, join
from sim.city import City, Discipline, Hospital, Kind, Pool, Zone
from sim.faults import Fault
from sim.shelves import Shelf
from sim.units import HOURS_PER_WEEK, FloatArray

EARTH_RADIUS_KM = 6371.0088
HOURS_PER_DAY = 24


class Placed(Protocol):
    """Stand somewhere on earth."""

    @property
    def latitude(self) -> float:
        """Return degrees north."""
        ...

    @property
    def longitude(self) -> float:
        """Return degrees east."""
        ...


def described_city(settings: CitySettings, faults: list[Fault]) -> City:
    """Return the city that the settings describe by hospitals and zones, with pools before scaling."""
    hospitals = tuple(_hospital(id_, one, settings.shifts) for id_, one in settings.hospitals.items())
    zones = tuple(
        Zone(id_, one.name, one.latitude, one.longitude, one.population) for id_, one in settings.zones.items()
    )
    travel = road_minutes(hospitals, hospitals, settings.travel)
    _override(travel, settings.travel.minutes, (hospitals, hospitals), "city.travel.minutes", faults)
    attraction = np.array([one.attraction for one in settings.hospitals.values()])
    choice = choices_by_distance(zones, hospitals, attraction, settings)
    for row, zone in enumerate(zones):
        if zone.id in settings.choice.shares:
            choice[row] = 0.0
    _override(choice, settings.choice.shares, (zones, hospitals), "city.choice.shares", faults)
    ways = road_minutes(zones, hospitals, settings.travel)
    return City(settings.name, hospitals, zones, travel, choice, zone_travel_min=ways)


def road_minutes(origins: Sequence[Placed], destinations: Sequence[Placed], travel: TravelSettings) -> FloatArray:
    """Return driving minutes, shape (n_origins, n_destinations): great-circle km x road factor (P86) / speed."""
    return great_circle_km(origins, destinations) * (travel.road_factor / travel.speed_kmh * 60.0)


def great_circle_km(origins: Sequence[Placed], destinations: Sequence[Placed]) -> FloatArray:
    """Return great-circle kilometers, shape (n_origins, n_destinations), by the haversine formula."""
    a, b = _radians(origins)[:, None], _radians(destinations)[None, :]
    half = np.sin((b - a) / 2) ** 2
    chord = half[..., 0] + np.cos(a[..., 0]) * np.cos(b[..., 0]) * half[..., 1]
    kilometers: FloatArray = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(1.0, chord)))
    return kilometers


def choices_by_distance(
    zones: Sequence[Zone], hospitals: Sequence[Hospital], attraction: FloatArray, settings: CitySettings
) -> FloatArray:
    """Return the share of each zone's patients who choose each hospital, shape (n_zones, n_hospitals)."""
    return gravity_share(attraction, road_minutes(zones, hospitals, settings.travel), settings.choice.distance_min)


def gravity_share(attraction: FloatArray, travel_min: FloatArray, distance_min: float) -> FloatArray:
    """Return who goes where, shape (n_zones, n_hospitals): attraction x exp(-travel / distance), rows sum to 1.

    `attraction` has shape (n_hospitals,), `travel_min` (n_zones, n_hospitals). Travel counts beyond the nearest
    hospital's, which changes no share and keeps far zones from underflow.
    """
    beyond = travel_min - travel_min.min(axis=1, keepdims=True, initial=np.inf)
    pull = attraction * np.exp(-beyond / distance_min)
    total = pull.sum(axis=1, keepdims=True)
    shares: FloatArray = np.divide(pull, total, out=np.zeros_like(pull), where=total > 0)
    return shares


def scaled(city: City, settings: CitySettings) -> City:
    """Return the city with the rules that were set, and every pool multiplied by the scale of its kind."""
    in_turn = settings.first_come_first_served

    def settled(pool: Pool) -> Pool:
        discipline = Discipline.FIFO if pool.code in in_turn else pool.discipline
        return replace(_scaled_pool(pool, scale_of(pool, settings)), discipline=discipline)

    def stocked(hospital: Hospital) -> tuple[Shelf, ...]:
        one = settings.hospitals.get(hospital.id)
        own = {shelf.medicine: shelf for shelf in one.shelves} if one else {}
        of_files = {shelf.medicine: shelf for shelf in hospital.shelves}
        return tuple(({shelf.medicine: shelf for shelf in settings.shelves} | of_files | own).values())

    own_rules = {id_: one.pool_rules for id_, one in settings.hospitals.items()}
    city = ruled(city, settings.pool_rules, own_rules, settings.crews)
    hospitals = (replace(one, pools=tuple(map(settled, one.pools)), shelves=stocked(one)) for one in city.hospitals)
    return replace(city, hospitals=tuple(hospitals))


def unknown_pools(settings: CitySettings, known: Iterable[str]) -> Iterator[Fault]:
    """Yield a fault for every pool in `first_come_first_served` and `pool_rules` that is not known anywhere."""
    for code in sorted(set(settings.first_come_first_served) - set(known)):
        yield Fault("city.first_come_first_served", code, close_match(code, known))
    yield from rule_faults(settings.pool_rules, known, "city.pool_rules")


def scale_of(pool: Pool, settings: CitySettings) -> float:
    """Return the factor of a pool: staff, equipment, ED spaces, ICU beds, or else ward beds."""
    if pool.kind is Kind.STAFF:
        return settings.staff.scale
    if pool.kind is Kind.EQUIPMENT:
        return settings.equipment.scale
    own = {"ed_space": settings.ed_spaces, "icu_bed": settings.icu_beds, "ambulance": settings.ambulances}
    return own.get(pool.code, settings.ward_beds).scale


def _scaled_pool(pool: Pool, factor: float) -> Pool:
    """Return the pool with levels multiplied and rounded; nobody on duty stays nobody, one never becomes none."""
    return replace(pool, levels=tuple(_whole(level * factor) if level else 0 for level in pool.levels))


def _hospital(id_: str, one: HospitalSettings, shifts: ShiftSettings) -> Hospital:
    pools = [
        *(Pool(code, Kind.PLACE, (count,)) for code, count in one.places.items() if count),
        *(_staff_pool(code, count, shifts) for code, count in one.staff.items() if count),
        *(Pool(code, Kind.EQUIPMENT, (count,)) for code, count in one.equipment.items() if count),
    ]
    return Hospital(id_, one.name, one.latitude, one.longitude, tuple(pools), one.agreed, region=one.region)


def _staff_pool(role: str, count: int, shifts: ShiftSettings) -> Pool:
    """Return a roster of 168 levels: in each hour the share of the shift that runs then, rounded, at least one."""
    shares = shifts.share.get(role)
    if shares is None:
        return Pool(role, Kind.STAFF, (count,))
    running = np.searchsorted(shifts.starts_hour, np.arange(HOURS_PER_DAY), side="right") - 1
    day = [_whole(count * shares[shift]) if shares[shift] else 0 for shift in running]
    return Pool(role, Kind.STAFF, tuple(day) * (HOURS_PER_WEEK // HOURS_PER_DAY))


def _whole(units: float) -> int:
    """Round half up, and never down to none."""
    return max(1, math.floor(units + 0.5))


def _override(
    table: FloatArray,
    given: Mapping[str, Mapping[str, float]],
    axes: tuple[Iterable[Hospital | Zone], Iterable[Hospital | Zone]],
    field: str,
    faults: list[Fault],
) -> None:
    """Write given numbers into a table by the ids of its row and column."""
    rows, columns = ([one.id for one in axis] for axis in axes)
    for row, numbers in given.items():
        for column, number in numbers.items():
            place = join(join(field, row), column)
            if row not in rows or column not in columns:
                unknown, known = (row, rows) if row not in rows else (column, columns)
                faults.append(Fault(place, unknown, f"unknown id; {close_match(unknown, known)}"))
            else:
                table[rows.index(row), columns.index(column)] = number


def _radians(places: Sequence[Placed]) -> FloatArray:
    return np.radians([[place.latitude, place.longitude] for place in places]).reshape(len(places), 2)
