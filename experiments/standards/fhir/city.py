"""Write a city as FHIR resources: organizations, locations, devices, roles, schedules, services and stocks."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np

from experiments.files.folder import CityFolder
from experiments.standards.fhir.codes import pool_concept
from experiments.standards.fhir.hours import monday_of, schedule
from experiments.standards.fhir.stock import inventory
from experiments.standards.fhir.systems import (
    EXTENSION,
    FORM,
    ROLE_CODE,
    SERVICE,
    Json,
    concept,
    extension,
    identifier,
    part,
    reference,
)
from sim.city import Hospital, Kind, Pool
from sim.units import FloatArray

CITY = "city"
HOSPITAL_CARE = "35"
"""The service category "Hospital"."""
EMERGENCY_PLACE = "ed_space"


def bundle_of(city: CityFolder, start: datetime) -> Json:
    """Return the bundle of a city; its week of rosters is the one in which `start` lies, its stocks are counted then.

    Past patients, and the covering program, are left out.
    """
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in _all(city, start)]}


def numbers_of(city: CityFolder) -> dict[str, str]:
    """Return the number by which resources name each hospital, from its id: ids of FHIR allow few signs."""
    return {hospital.id: str(index) for index, hospital in enumerate(city.hospitals, start=1)}


def _all(city: CityFolder, start: datetime) -> Iterator[Json]:
    yield _city(city)
    for index, hospital in enumerate(city.hospitals):
        number = str(index + 1)
        yield from _hospital(city, index)
        for position, pool in enumerate(hospital.pools, start=1):
            patients = city.occupied.get(pool.code)
            occupied = float("nan") if patients is None else float(patients[index])
            yield from _pool(hospital, pool, (number, str(position)), occupied, monday_of(start))
        yield from _services(hospital, number, float(city.electives_per_day[index]))
        yield from inventory(hospital, number, start)
    for index in range(len(city.zones)):
        yield _zone(city, index)


def _city(city: CityFolder) -> Json:
    own = [
        {"url": EXTENSION + "setting", "extension": _setting(name, one.value, one.reason)}
        for name, one in city.settings.items()
    ]
    return _with({"resourceType": "Organization", "id": CITY, "active": True, "name": city.name}, own)


def _setting(name: str, value: float, reason: str) -> list[Json]:
    return [part("name", name), part("value", value), *([part("reason", reason)] if reason else [])]


def _hospital(city: CityFolder, index: int) -> Iterator[Json]:
    """Yield the Organization of a hospital, which owns, and its Location, where things are."""
    hospital, number = city.hospitals[index], str(index + 1)
    yield {
        "resourceType": "Organization",
        "id": f"organization-{number}",
        "identifier": identifier("hospital", hospital.id),
        "active": True,
        "name": hospital.name,
        "partOf": reference("Organization", CITY),
    }
    ways = [] if city.travel_min is None else list(_to_hospitals("travel", "minutes", city.travel_min[index]))
    region = [extension("region", hospital.region)] if hospital.region else []
    yield _with(
        {
            "resourceType": "Location",
            "id": f"hospital-{number}",
            "identifier": identifier("hospital", hospital.id),
            "status": "active",
            "name": hospital.name,
            "mode": "instance",
            "type": [concept((ROLE_CODE, "HOSP"))],
            "form": concept((FORM, "si")),
            "position": {"longitude": hospital.longitude, "latitude": hospital.latitude},
            "managingOrganization": reference("Organization", f"organization-{number}"),
        },
        [extension("agreed", hospital.agreed), *region, *ways],
    )


def _zone(city: CityFolder, index: int) -> Json:
    """Return the Location of a zone, with its people, its visits, why they come and where to."""
    zone = city.zones[index]
    mix = zip(city.conditions, city.condition_share[index].tolist(), strict=True)
    parts = [extension("population", zone.population), extension("visits-per-hour", _week(city.hourly_rate[index]))]
    parts += [_nested("mix", part("condition", name), part("share", share)) for name, share in mix]
    if city.choice_share is not None:
        chosen = np.where(city.choice_share[index] > 0, city.choice_share[index], np.nan)
        parts += _to_hospitals("choice", "share", chosen)
    if city.zone_travel_min is not None:
        parts += _to_hospitals("travel", "minutes", city.zone_travel_min[index])
    return _with(
        {
            "resourceType": "Location",
            "id": f"zone-{index + 1}",
            "identifier": identifier("zone", zone.id),
            "status": "active",
            "name": zone.name,
            "mode": "instance",
            "form": concept((FORM, "area")),
            "position": {"longitude": zone.longitude, "latitude": zone.latitude},
        },
        parts,
    )


def _to_hospitals(name: str, what: str, values: FloatArray) -> Iterator[Json]:
    """Yield an extension for every hospital that a number is known of; `values` has shape (n_hospitals,)."""
    for index, value in enumerate(values.tolist(), start=1):
        if np.isfinite(value):
            yield _nested(name, part("to", reference("Location", f"hospital-{index}")), part(what, value))


def _week(rates: FloatArray) -> Json:
    """Return 168 numbers, one for each hour from Monday midnight, as SampledData."""
    text = " ".join(map(repr, rates.tolist()))
    return {"origin": {"value": 0}, "interval": 1, "intervalUnit": "h", "dimensions": 1, "data": text}


def _pool(hospital: Hospital, pool: Pool, at: tuple[str, str], occupied: float, monday: datetime) -> Iterator[Json]:
    """Yield the resources of a pool, and its roster if it has one."""
    id_ = "-".join(at)
    things = list(_things(hospital, pool, at, occupied))
    yield from things
    if len(pool.levels) > 1:
        actors = [reference(one["resourceType"], one["id"]) for one in things]
        yield from schedule(f"roster-{id_}", actors, pool.levels, monday)


def _things(hospital: Hospital, pool: Pool, at: tuple[str, str], occupied: float) -> Iterator[Json]:
    """Yield one Location for all places, one PractitionerRole for all staff, or one Device for each machine."""
    id_, name = "-".join(at), f"{hospital.id}/{pool.code}"
    kind, units = pool_concept(pool.code, pool.kind), [extension("units", pool.establishment)]
    owner, home = reference("Organization", f"organization-{at[0]}"), reference("Location", f"hospital-{at[0]}")
    if pool.kind is Kind.PLACE:
        inside = [extension("occupied", occupied)] if np.isfinite(occupied) else []
        about: dict[str, Any] = {"status": "active", "mode": "kind", "type": [kind], "form": concept((FORM, "bd"))}
        about |= {"managingOrganization": owner, "partOf": home, "extension": [*units, *inside]}
        yield {"resourceType": "Location", "id": f"place-{id_}", "identifier": identifier("pool", name), **about}
    elif pool.kind is Kind.STAFF:
        about = {"active": True, "organization": owner, "code": [kind], "location": [home], "extension": units}
        yield {
            "resourceType": "PractitionerRole",
            "id": f"staff-{id_}",
            "identifier": identifier("pool", name),
            **about,
        }
    else:
        for unit in range(1, pool.establishment + 1):
            about = {"status": "active", "type": [kind], "owner": owner, "location": home}
            mark = identifier("device", f"{name}/{unit}")
            yield {"resourceType": "Device", "id": f"device-{id_}-{unit}", "identifier": mark, **about}


def _services(hospital: Hospital, number: str, electives_per_day: float) -> Iterator[Json]:
    """Yield what a hospital offers: emergency care where it has places for it, and planned admissions."""
    offers: list[tuple[str, list[Json]]] = [("emergency", [])] if hospital.pool(EMERGENCY_PLACE) else []
    if np.isfinite(electives_per_day):
        offers.append(("planned", [extension("electives-per-day", electives_per_day)]))
    for name, parts in offers:
        about = {
            "resourceType": "HealthcareService",
            "id": f"{name}-{number}",
            "active": True,
            "providedBy": reference("Organization", f"organization-{number}"),
            "location": [reference("Location", f"hospital-{number}")],
            "category": [concept((SERVICE, HOSPITAL_CARE))],
            "name": f"{name} care",
        }
        yield _with(about, parts)


def _nested(name: str, *parts: Json) -> Json:
    return {"url": EXTENSION + name, "extension": list(parts)}


def _with(resource: Json, parts: list[Json]) -> Json:
    """Return the resource with its extensions; FHIR has no empty lists."""
    return {**resource, "extension": parts} if parts else resource
