"""Make the arrivals of a scenario: emergencies by zone, planned patients by hospital, and those already inside."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.city_settings import CitySettings
from experiments.settings import ConditionSettings
from sim.city import City
from sim.faults import Fault
from sim.scenario import Source
from sim.units import HOURS_PER_WEEK, FloatArray

HOURS_PER_DAY = 24
DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, slots=True, eq=False)
class Inflow:
    """Hold who comes to a city, before scaling.

    `hourly_rate` (n_zones, 168) counts emergency visits per hour; `conditions` names their reasons and
    `condition_share` (n_zones, n_conditions) how they mix. `electives_per_day` (n_hospitals,) and
    `occupied` (place -> patients inside at time zero, (n_hospitals,)) hold NaN where nothing is said.
    """

    hourly_rate: FloatArray
    conditions: tuple[str, ...]
    condition_share: FloatArray
    electives_per_day: FloatArray
    occupied: Mapping[str, FloatArray]


def described_inflow(
    settings: CitySettings, conditions: Mapping[str, ConditionSettings], faults: list[Fault]
) -> Inflow:
    """Return the inflow of a city that is described by hospitals and zones; append faults of meaning."""
    n_zones, hospitals = len(settings.zones), list(settings.hospitals.values())
    names, share = _emergency_share(conditions, faults)
    places = {code for one in hospitals for code in one.occupied_at_start}
    electives = [np.nan if one.electives_per_day is None else one.electives_per_day for one in hospitals]
    return Inflow(
        hourly_rate=_zone_rates(settings),
        conditions=names,
        condition_share=np.tile(share, (n_zones, 1)),
        electives_per_day=np.array(electives, dtype=float),
        occupied={
            code: np.array([one.occupied_at_start.get(code, np.nan) * one.places.get(code, 0) for one in hospitals])
            for code in sorted(places)
        },
    )


def sources(settings: CitySettings, city: City, inflow: Inflow, faults: list[Fault]) -> tuple[Source, ...]:
    """Return all sources of arrivals: zones in order, then each hospital's planned patients, then those inside.

    `city` holds the pools before scaling, so that more beds do not fill themselves.
    """
    return (
        *_emergencies(settings, city, inflow),
        *_electives(settings, city, inflow),
        *_inside(settings, city, inflow, faults),
    )


def planned_per_day(settings: CitySettings, city: City, inflow: Inflow) -> FloatArray:
    """Return planned admissions a day, shape (n_hospitals,): those that are said, else so many for each bed, scaled."""
    plan = settings.electives
    by_beds = plan.per_bed_per_day * _beds(city, plan.place)
    per_day: FloatArray = np.where(np.isnan(inflow.electives_per_day), by_beds, inflow.electives_per_day) * plan.scale
    return per_day


def week_profile(hourly: Sequence[float] | FloatArray, weekday: Sequence[float]) -> FloatArray:
    """Return the rate in each hour of the week, shape (168,), for one patient a day on average over the week."""
    by_hour, by_day = np.asarray(hourly, dtype=float), np.asarray(weekday, dtype=float)
    return np.outer(by_day / by_day.mean(), by_hour / by_hour.sum()).ravel()


def _emergency_share(
    conditions: Mapping[str, ConditionSettings], faults: list[Fault]
) -> tuple[tuple[str, ...], FloatArray]:
    """Return the conditions of emergency visits and their shares, shape (n_conditions,): weights over their sum."""
    weights = {name: one.weight for name, one in conditions.items() if one.weight > 0}
    if not weights:
        faults.append(Fault("conditions", list(conditions), "give at least one condition a weight above zero"))
    return tuple(weights), np.array(list(weights.values())) / sum(weights.values())


def _zone_rates(settings: CitySettings) -> FloatArray:
    """Return emergency visits per hour, shape (n_zones, 168)."""
    demand = settings.demand
    people = np.array([zone.population * zone.demand for zone in settings.zones.values()])
    per_day = people * (demand.visits_per_1000_per_year / 1000 / DAYS_PER_YEAR)
    return np.outer(per_day, week_profile(demand.hourly_profile, demand.weekday_profile))


def _emergencies(settings: CitySettings, city: City, inflow: Inflow) -> Iterator[Source]:
    for index, zone in enumerate(city.zones):
        rate, share = inflow.hourly_rate[index] * settings.demand.scale, inflow.condition_share[index]
        yield Source(f"zone-{zone.id}", inflow.conditions, share, rate, zone=index)


def _electives(settings: CitySettings, city: City, inflow: Inflow) -> Iterator[Source]:
    plan = settings.electives
    hours = np.zeros(HOURS_PER_DAY)
    hours[plan.first_hour : plan.last_hour] = 1.0
    rhythm = week_profile(hours, plan.weekday_profile)
    per_day = planned_per_day(settings, city, inflow)
    for index, hospital in enumerate(city.hospitals):
        if per_day[index] > 0:
            rate = per_day[index] * rhythm
            yield Source(f"elective-{hospital.id}", (plan.condition,), np.ones(1), rate, hospital=index)


def _inside(settings: CitySettings, city: City, inflow: Inflow, faults: list[Fault]) -> Iterator[Source]:
    start = settings.start
    for code in sorted({*start.occupied_share, *inflow.occupied}):
        beds = _beds(city, code)
        said = inflow.occupied.get(code, np.full(len(beds), np.nan))
        patients = np.where(np.isnan(said), start.occupied_share.get(code, 0.0) * beds, said)
        counts = np.minimum(np.rint(patients * start.scale), beds).astype(int)
        if counts.any() and code not in start.conditions:
            mend = "name the condition of the patients who lie there at time zero"
            faults.append(Fault(f"city.start.conditions.{code}", None, mend))
            continue
        condition = (start.conditions[code],)
        for index in np.flatnonzero(counts).tolist():
            name, none = f"start-{city.hospitals[index].id}-{code}", np.zeros(HOURS_PER_WEEK)
            yield Source(name, condition, np.ones(1), none, hospital=index, at_start=int(counts[index]))


def _beds(city: City, code: str) -> FloatArray:
    """Return the establishment of one kind of place, shape (n_hospitals,)."""
    pools = [hospital.pool(code) for hospital in city.hospitals]
    return np.array([pool.establishment if pool else 0 for pool in pools], dtype=float)
