"""Tell what a scenario says of nurses and rooms, and of the age and the kind of those who wait on lists."""

from collections.abc import Sequence

import numpy as np

from sim.cohort import Cohort
from sim.contract import WardFacts
from sim.scenario import Scenario
from sim.units import HOURS_PER_WEEK, MINUTES_PER_HOUR, IntArray
from sim.ward_rules import AGE_FEATURE, WardRules


def ward_facts(scenario: Scenario, place_codes: Sequence[str]) -> WardFacts | None:
    """Return nurses and rooms of these places, as `sim.contract.WardFacts` describes them; None where none is known."""
    wards = scenario.lists.wards
    if wards is None:
        return None
    hospitals, first = scenario.city.hospitals, int(scenario.lists.midnight_min // MINUTES_PER_HOUR)
    nurses = np.zeros((len(hospitals), len(place_codes), HOURS_PER_WEEK), dtype=np.int64)
    each = np.full(len(place_codes), np.nan)
    for k, code in enumerate(place_codes):
        nursing = wards.nursing.get(code)
        if nursing is not None:
            each[k] = nursing.patients_each
            for h, hospital in enumerate(hospitals):
                pool = hospital.pool(nursing.nurses)
                nurses[h, k] = np.roll(pool.hourly, -first) if pool else 0
    return WardFacts(nurses, each, np.array(wards.load_by_day), wards.beds_per_room)


def kinds_apart(scenario: Scenario, wards: WardRules | None, cohort: Cohort) -> IntArray | None:
    """Return for every patient of which of two kinds, that share no room, he is, (n,); None where all are alike."""
    if wards is None or not wards.apart:
        return None
    assert cohort.attributes is not None
    column = [attribute.name for attribute in scenario.attributes].index(wards.apart)
    found: IntArray = cohort.attributes[:, column].astype(np.int64)
    return found


def age_groups(scenario: Scenario, wards: WardRules | None, cohort: Cohort) -> IntArray | None:
    """Return the age group of every patient, 0 the youngest, (n,); None where ages are not known or make no groups."""
    if wards is None or not wards.age_limits or AGE_FEATURE not in scenario.case_mix.features:
        return None
    years = cohort.features[:, scenario.case_mix.features.index(AGE_FEATURE)]
    return np.searchsorted(np.array(wards.age_limits), years, side="right").astype(np.int64)
