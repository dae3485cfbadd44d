"""Expect how full beds are before anything runs: arrivals times stays over places (Little's law)."""

import numpy as np

from experiments.importing.care_load import care_load
from sim.city import Kind
from sim.scenario import Scenario, Source
from sim.units import FloatArray

MINUTES_PER_HOUR = 60.0
HOURS_PER_DAY = 24.0


def emergency_visits_per_day(scenario: Scenario) -> float:
    """Return the emergency visits of the whole city, on average over a week."""
    return float(sum(one.hourly_rate.mean() for one in scenario.sources if one.zone >= 0)) * HOURS_PER_DAY


def expected_occupancy(scenario: Scenario) -> dict[str, dict[str, float]]:
    """Return patients expected over places in the long run, by hospital id and place code.

    Nobody boards, leaves unseen or is moved here, so a value above 1 means a queue that grows without end, and
    emergency spaces are fuller than this says. Ambulances are no places of care.
    """
    phases = [phase for pathway in scenario.pathways for phase in pathway.phases]
    ambulances = {phase.place for phase in phases if any(step.drives for step in phase.steps)}
    care = care_load(scenario, [condition.name for condition in scenario.conditions])
    patients = sum(
        np.outer(arrivals_per_min(scenario, source), _mix(source, care.conditions) @ care.minutes)
        for source in scenario.sources
    )
    table = np.asarray(patients)
    return {
        hospital.id: {
            pool.code: float(table[index, care.pools.index(pool.code)] / pool.hourly.mean())
            for pool in hospital.pools
            if pool.kind is Kind.PLACE and pool.code in care.pools and pool.code not in ambulances
        }
        for index, hospital in enumerate(scenario.city.hospitals)
    }


def arrivals_per_min(scenario: Scenario, source: Source) -> FloatArray:
    """Return where the patients of a source go, shape (n_hospitals,), patients per minute."""
    if source.zone >= 0:
        share = scenario.city.choice_share[source.zone]
    else:
        share = np.eye(len(scenario.city.hospitals))[source.hospital]
    arrivals: FloatArray = share * (source.hourly_rate.mean() / MINUTES_PER_HOUR)
    return arrivals


def _mix(source: Source, conditions: tuple[str, ...]) -> FloatArray:
    """Return the shares of all conditions in a source, shape (n_conditions,)."""
    shares = dict(zip(source.conditions, source.condition_share.tolist(), strict=True))
    return np.array([shares.get(name, 0.0) for name in conditions])
