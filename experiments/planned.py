"""Let planned patients pull hospitals' occupancy apart or together: who plans how much is seldom on record."""

from dataclasses import replace

import numpy as np

from experiments.city_settings import CitySettings
from experiments.importing.care_load import care_load
from experiments.inflow import Inflow, planned_per_day
from sim.city import City
from sim.faults import Fault, ScenarioError
from sim.scenario import Scenario
from sim.units import MINUTES_PER_DAY, FloatArray


def spread_planned(scenario: Scenario, settings: CitySettings, city: City, inflow: Inflow) -> Inflow:
    """Return the inflow with planned admissions moved between hospitals as `city.electives.spread` asks.

    Where a hospital's beds were d points fuller at time zero than those of the city, planned patients fill
    (spread - 1) d points more of them in the long run, or fewer where it was emptier; none are fewer than zero, and
    the city's admissions stay as many. `scenario` says how long they stay, `city` holds the pools before scaling.

    Raises:
        ScenarioError: when planned patients never use their place, so that no number of them fills it.
    """
    before = planned_per_day(settings, city, inflow)
    if not before.sum() > 0:
        return inflow
    stay_days = _stay_days(scenario, settings)
    wanted = before + (settings.electives.spread - 1) * beds_beyond_mean(city, inflow) / stay_days
    wanted = np.maximum(wanted, 0.0)
    after = wanted * (before.sum() / wanted.sum()) if wanted.any() else before
    return replace(inflow, electives_per_day=after / settings.electives.scale)


def beds_beyond_mean(city: City, inflow: Inflow) -> FloatArray:
    """Return the beds, shape (n_hospitals,), in use at time zero beyond those that the city's mean would fill.

    A hospital of which nothing is said has none, and counts not in the mean.
    """
    beds, used = np.zeros(len(city.hospitals)), np.zeros(len(city.hospitals))
    for code, patients in inflow.occupied.items():
        pools = [hospital.pool(code) for hospital in city.hospitals]
        known = np.isfinite(patients)
        beds += np.where(known, [pool.establishment if pool else 0 for pool in pools], 0)
        used += np.where(known, patients, 0)
    beyond: FloatArray = used - beds * (used.sum() / max(beds.sum(), 1.0))
    return beyond


def _stay_days(scenario: Scenario, settings: CitySettings) -> float:
    """Return the mean days that a planned patient stays in its place."""
    plan = settings.electives
    load = care_load(scenario, [plan.condition])
    minutes = float(load.of(plan.place)[0]) if plan.place in load.pools else 0.0
    if not minutes > 0:
        mend = f"leave it at 1, or let the pathway of {plan.condition} use the place {plan.place}"
        raise ScenarioError([Fault("city.electives.spread", plan.spread, mend)])
    return minutes / MINUTES_PER_DAY
